import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import {
  ON_EC2,
  acceptances,
  beside,
  container,
  containerOnEc2,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

type Logs = NonNullable<ContainerDefinition['logConfiguration']>;

const logging = (logDriver: string, more: Partial<Logs> = {}) => ({
  logConfiguration: { logDriver: logDriver as 'gelf', ...more },
});
const SECRET = {
  name: 'splunk-token',
  valueFrom: 'arn:aws:secretsmanager:us-east-1:385605022855:secret:splunk',
};
const SPLUNK = logging('splunk', { options: { 'splunk-url': 'https://a.example' }, secretOptions: [SECRET] });

/** The X-Ray container logging through a router with options. */
function routed(
  options: Record<string, string>,
  {
    router = {},
    logs = { Name: 'firehose' },
  }: {
    readonly router?: Partial<ContainerDefinition>;
    readonly logs?: Record<string, string>;
  } = {},
): TaskDefinitionChanges {
  const firelensConfiguration = { type: 'fluentbit' as const, options };
  const [xray, ...others] = beside({ name: 'router', firelensConfiguration, ...router })
    .containerDefinitions!;
  return { containerDefinitions: [{ ...xray, ...logging('awsfirelens', { options: logs }) }, ...others] };
}

describe('log drivers', () => {
  const ALL = 'awslogs,fluentd,gelf,json-file,journald,logentries,splunk,syslog,awsfirelens';
  refusals([
    ['no driver', containerOnEc2(logging('')), 'LogConfiguration.logDriver should not be null or empty.'],
    [
      'local, which Docker has and ECS has not',
      containerOnEc2(logging('local')),
      `local is not a valid log driver. Must be one of [${ALL}]`,
    ],
    ...['fluentd', 'gelf', 'json-file', 'journald', 'logentries', 'syslog'].map(
      (driver) =>
        [
          `${driver} on Fargate`,
          container(logging(driver)),
          `${driver} is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]`,
        ] as const,
    ),
    [
      'secret options without an execution role',
      { ...container(SPLUNK), executionRoleArn: undefined },
      "When you are specifying secret options of a log driver, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'a secret option of nothing',
      container(logging('splunk', { secretOptions: [{ name: 'splunk-token', valueFrom: '' }] })),
      'Secret.name and Secret.valueFrom should not be null or empty.',
    ],
    [
      'a buffer of more than 512 MiB',
      routed({}, { logs: { 'log-driver-buffer-limit': '536870913' } }),
      "Log driver awsfirelens option 'log-driver-buffer-limit' must be between 0 and 536870912.",
    ],
  ]);

  acceptances([
    ...['fluentd', 'gelf', 'json-file', 'journald', 'logentries', 'syslog'].map(
      (driver) => [`${driver} on EC2`, containerOnEc2(logging(driver))] as const,
    ),
    [
      'json-file on managed instances',
      { ...container(logging('json-file')), requiresCompatibilities: ['MANAGED_INSTANCES'] },
    ],
    ['splunk with a secret token', container(SPLUNK)],
  ]);

  test('an instance must have the driver, and secrets for it', async () => {
    const aws = await ecsSandbox();
    await aws.register(container(SPLUNK));
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
    const names = taskDefinition?.requiresAttributes?.map(({ name }) => name);
    expect(names).toContain('com.amazonaws.ecs.capability.logging-driver.splunk');
    expect(names).toContain('ecs.capability.secrets.asm.bootstrap.log-driver');
  });
});

describe('FireLens', () => {
  const invalid = "Invalid setting for container 'router'.";
  const file = { 'config-file-type': 'file', 'config-file-value': '/etc/router.conf' };
  const s3 = { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::configs/router.conf' };
  refusals([
    [
      'another router',
      routed({}, { router: { firelensConfiguration: { type: 'logstash' as 'fluentd' } } }),
      `${invalid} 'firelensConfiguration.type' should be one of [fluentd,fluentbit]`,
    ],
    [
      'metadata that are neither wanted nor unwanted',
      routed({ 'enable-ecs-log-metadata': 'yes' }),
      `${invalid} The FireLens option 'enable-ecs-log-metadata' should be one of [true,false]`,
    ],
    [
      'a file from elsewhere',
      routed({ 'config-file-type': 'http', 'config-file-value': 'https://a.example' }),
      `${invalid} The FireLens option 'config-file-type' should be one of [file,s3]`,
    ],
    [
      'a type without a file',
      routed({ 'config-file-type': 'file' }),
      `${invalid} The FireLens options 'config-file-type' and 'config-file-value' must be specified together.`,
    ],
    [
      'an object in S3 that is no ARN',
      { ...routed({ ...s3, 'config-file-value': 's3://configs/router.conf' }), ...ON_EC2 },
      'Invalid arn syntax.',
    ],
    [
      'a file in S3 on Fargate',
      routed(s3),
      "Fargate launch type does not support FirelensConfiguration config file from 's3'",
    ],
    [
      'two routers',
      {
        containerDefinitions: [
          ...routed({}).containerDefinitions!,
          { name: 'second', image: 'a', firelensConfiguration: { type: 'fluentd' } },
        ],
      },
      'Only one container can have a firelensConfiguration.',
    ],
    [
      'a router that nobody logs through',
      beside({ name: 'router', firelensConfiguration: { type: 'fluentbit' } }),
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
    ],
  ]);

  acceptances([
    ['a router with its own configuration', routed({})],
    ['a file of the router’s image on Fargate', routed({ ...file, 'enable-ecs-log-metadata': 'true' })],
    ['a file in S3 on EC2', { ...routed(s3), ...ON_EC2 }],
  ]);

  test('an instance must know the router and where its file comes from', async () => {
    const aws = await ecsSandbox();
    await aws.register({ ...routed(s3), ...ON_EC2 });
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
    const names = taskDefinition?.requiresAttributes?.map(({ name }) => name);
    expect(names).toContain('com.amazonaws.ecs.capability.logging-driver.awsfirelens');
    expect(names).toContain('ecs.capability.firelens.fluentbit');
    expect(names).toContain('ecs.capability.firelens.options.config.s3');
  });
});
