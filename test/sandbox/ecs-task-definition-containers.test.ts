import { describe } from 'vitest';
import {
  acceptances,
  beside,
  container,
  containerOnEc2,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';

const invalid = "Invalid setting for container 'xray'.";

describe('containers, member by member', () => {
  const files = (value: string, type = 's3') =>
    container({ environmentFiles: [{ type: type as 's3', value }] });
  refusals([
    ['an environment file that is no ARN', files('s3://configs/xray.env'), 'Invalid arn syntax.'],
    [
      'an environment file from elsewhere',
      files('arn:aws:s3:::configs/xray.env', 'http'),
      'Environment file type should be one of [s3]',
    ],
    [
      'an environment file without an execution role',
      { ...files('arn:aws:s3:::configs/xray.env'), executionRoleArn: undefined },
      "When you are specifying environment files, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'registry credentials of nothing',
      container({ repositoryCredentials: { credentialsParameter: '' } }),
      'RepositoryCredentials.credentialsParameter should not be null or empty.',
    ],
    [
      'a restart every 59 seconds',
      container({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
      "The 'restartAttemptPeriod' setting for container 'xray' must be between 60 and 1800.",
    ],
    [
      'a restart policy that is neither on nor off',
      container({ restartPolicy: { enabled: undefined } }),
      'ContainerRestartPolicy.enabled should not be null or empty.',
    ],
    [
      '51 exit codes that are ignored',
      container({
        restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, code) => code) },
      }),
      `${invalid} 'ignoredExitCodes' can have at most 50 items.`,
    ],
    [
      'another security option',
      containerOnEc2({ dockerSecurityOptions: ['seccomp=unconfined'] }),
      `${invalid} The security option seccomp=unconfined is not supported.`,
    ],
    [
      'a credential spec of a file',
      containerOnEc2({ credentialSpecs: ['credentialspec:file://a.json'] }),
      `${invalid} The credential spec credentialspec:file://a.json is not valid.`,
    ],
    [
      'half a GPU',
      containerOnEc2({ resourceRequirements: [{ type: 'GPU', value: '0.5' }] }),
      `${invalid} The value of a GPU resource must be a number of GPUs, or ALL.`,
    ],
    [
      'a GPU without an amount',
      containerOnEc2({ resourceRequirements: [{ type: 'GPU' }] }),
      `${invalid} A GPU resource must have either a value or a sharing strategy.`,
    ],
    [
      'an inference accelerator',
      containerOnEc2({ resourceRequirements: [{ type: 'InferenceAccelerator', value: 'a' }] }),
      `${invalid} There is no inference accelerator 'a' in the task definition.`,
    ],
    [
      'Neuron devices on EC2',
      containerOnEc2({ resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] }),
      'Tasks using the EC2 launch type do not support NeuronDevice resources.',
    ],
    [
      'a condition that containers do not come to',
      beside({ name: 'other', dependsOn: [{ containerName: 'xray', condition: 'STOPPED' as 'START' }] }),
      'Container dependency condition should be one of [START,COMPLETE,SUCCESS,HEALTHY]',
    ],
    [
      'a placement constraint of nothing',
      { ...containerOnEc2({}), placementConstraints: [{ type: 'memberOf' }] },
      'constraint.expression should not be null or empty.',
    ],
    [
      'another placement constraint',
      { ...containerOnEc2({}), placementConstraints: [{ type: 'distinctInstance' as 'memberOf' }] },
      'Placement constraint type should be one of [memberOf]',
    ],
  ]);

  acceptances([
    ['an environment file', files('arn:aws:s3:::configs/team/xray.env')],
    [
      'registry credentials by their name',
      container({ repositoryCredentials: { credentialsParameter: 'registry' } }),
    ],
    [
      'a restart policy',
      container({ restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 } }),
    ],
    ['a terminal', container({ interactive: true, pseudoTerminal: true, versionConsistency: 'disabled' })],
    [
      'privileges and security options on EC2',
      containerOnEc2({ privileged: true, dockerSecurityOptions: ['no-new-privileges', 'label:type:svirt'] }),
    ],
    ['all GPUs on EC2', containerOnEc2({ resourceRequirements: [{ type: 'GPU', value: 'ALL' }] })],
    [
      'Neuron devices on managed instances',
      {
        ...container({ resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] }),
        requiresCompatibilities: ['MANAGED_INSTANCES'],
      },
    ],
    [
      'a placement constraint on EC2',
      {
        ...containerOnEc2({}),
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
      },
    ],
    ['no size of the task on EC2', { ...containerOnEc2({ memory: 128 }), cpu: undefined, memory: undefined }],
  ]);
});
