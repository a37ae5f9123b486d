import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import { ON_EC2, container, refusals } from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

const HOST_NETWORK: TaskDefinitionChanges = { networkMode: 'host', requiresCompatibilities: undefined };

describe('what a definition can run on', () => {
  test.each<[string, TaskDefinitionChanges, string[]]>([
    ['one for Fargate', {}, ['EC2', 'MANAGED_INSTANCES', 'FARGATE']],
    ['one behind a bridge', ON_EC2, ['EXTERNAL', 'EC2']],
    [
      'one without a network mode',
      { networkMode: undefined, requiresCompatibilities: undefined },
      ['EXTERNAL', 'EC2'],
    ],
    ['one in the host’s network', HOST_NETWORK, ['EXTERNAL', 'EC2', 'MANAGED_INSTANCES']],
    ['one that sees the host’s IPC', { ...HOST_NETWORK, ipcMode: 'host' }, ['EXTERNAL', 'EC2']],
    [
      'a privileged one with a network of its own',
      { requiresCompatibilities: ['EC2'], ...container({ privileged: true }) },
      ['EC2', 'MANAGED_INSTANCES'],
    ],
    ['one with more storage', { ephemeralStorage: { sizeInGiB: 30 } }, ['EC2', 'FARGATE']],
    [
      'one with more storage that requires nothing',
      { requiresCompatibilities: undefined, ephemeralStorage: { sizeInGiB: 30 } },
      ['EC2', 'FARGATE'],
    ],
    [
      'one of Windows',
      {
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE', cpuArchitecture: 'X86_64' },
      },
      ['EC2', 'FARGATE'],
    ],
    [
      'one with a file system behind a bridge',
      { ...ON_EC2, volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-01234567' } }] },
      ['EC2'],
    ],
    [
      'one for managed instances alone, whose network is its own unless it says otherwise',
      { networkMode: undefined, requiresCompatibilities: ['MANAGED_INSTANCES'] },
      ['EC2', 'MANAGED_INSTANCES', 'FARGATE'],
    ],
  ])('%s', async (_what, changes, compatibilities) => {
    const aws = await ecsSandbox();
    const { taskDefinition } = await aws.ecs('RegisterTaskDefinition', taskDefinitionInput(changes));
    expect(taskDefinition?.compatibilities).toEqual(compatibilities);
  });
});

describe('definitions that lack what they require', () => {
  const managed = (changes: TaskDefinitionChanges): TaskDefinitionChanges => ({
    requiresCompatibilities: ['MANAGED_INSTANCES'],
    ...changes,
  });
  const external = (changes: TaskDefinitionChanges): TaskDefinitionChanges => ({
    networkMode: 'bridge',
    requiresCompatibilities: ['EXTERNAL'],
    ...changes,
  });
  const notManaged = (what: string) =>
    `Managed Instances compatible task definitions do not support ${what}.`;
  const notExternal = (what: string) => `Tasks using the EXTERNAL launch type do not support ${what}.`;
  refusals([
    [
      'more storage on EC2',
      { ...ON_EC2, ephemeralStorage: { sizeInGiB: 30 } },
      'Tasks using the EC2 launch type do not support EphemeralStorage.',
    ],
    [
      'more storage behind a bridge, wherever it runs',
      { networkMode: 'bridge', requiresCompatibilities: undefined, ephemeralStorage: { sizeInGiB: 30 } },
      'Tasks using the EC2 launch type do not support EphemeralStorage.',
    ],
    ['a tenth of a vCPU on EC2', { ...ON_EC2, cpu: '102' }, "Invalid 'cpu' setting for task."],
    [
      'a network of its own on EXTERNAL',
      external({ networkMode: 'awsvpc' }),
      notExternal('networkMode awsvpc'),
    ],
    [
      'a file system on EXTERNAL',
      external({ volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-01234567' } }] }),
      notExternal('efsVolumeConfiguration'),
    ],
    [
      'a volume that is configured at launch on EXTERNAL',
      external({ volumes: [{ name: 'data', configuredAtLaunch: true }] }),
      notExternal('volumes that are configured at launch'),
    ],
    [
      'more storage on EXTERNAL',
      external({ ephemeralStorage: { sizeInGiB: 30 } }),
      notExternal('EphemeralStorage'),
    ],
    ['a bridge on managed instances', managed({ networkMode: 'bridge' }), notManaged('networkMode bridge')],
    ['IPC modes on managed instances', managed({ ipcMode: 'task' }), notManaged('ipcMode')],
    [
      'paths of the host on managed instances',
      managed({ volumes: [{ name: 'data', host: { sourcePath: '/data' } }] }),
      notManaged('sourcePath'),
    ],
    [
      'Docker volumes on managed instances',
      managed({ volumes: [{ name: 'data', dockerVolumeConfiguration: {} }] }),
      notManaged('dockerVolumeConfiguration'),
    ],
    [
      'labels on managed instances',
      managed(container({ dockerLabels: { team: 'platform' } })),
      notManaged('dockerLabels'),
    ],
    [
      'swap on managed instances',
      managed(container({ linuxParameters: { maxSwap: 64 } })),
      notManaged('maxSwap'),
    ],
    [
      'security options on managed instances',
      managed(container({ dockerSecurityOptions: ['no-new-privileges'] })),
      notManaged('dockerSecurityOptions'),
    ],
    [
      'syslog on managed instances',
      managed(container({ logConfiguration: { logDriver: 'syslog' } })),
      'syslog is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens,json-file]',
    ],
    [
      'Windows on managed instances',
      managed({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }),
      notManaged('operatingSystemFamily WINDOWS_SERVER_2022_CORE'),
    ],
    [
      'a system that there is not',
      { runtimePlatform: { operatingSystemFamily: 'WINDOWS_95' as 'LINUX' } },
      'Operating system family WINDOWS_95 is not valid.',
    ],
  ]);
});

test('an instance must be able to do what a privileged definition of the host’s network asks', async () => {
  const aws = await ecsSandbox();
  const { taskDefinition } = await aws.ecs(
    'RegisterTaskDefinition',
    taskDefinitionInput({
      ...HOST_NETWORK,
      pidMode: 'host',
      ...container({
        privileged: true,
        environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::configs/xray.env' }],
        repositoryCredentials: { credentialsParameter: 'registry' },
        secrets: [{ name: 'KEY', valueFrom: 'key' }],
        stopTimeout: 10,
      }),
    }),
  );
  expect(taskDefinition?.requiresAttributes?.map(({ name }) => name).toSorted()).toEqual([
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
    'com.amazonaws.ecs.capability.privileged-container',
    'com.amazonaws.ecs.capability.task-iam-role',
    'com.amazonaws.ecs.capability.task-iam-role-network-host',
    'ecs.capability.container-ordering',
    'ecs.capability.env-files.s3',
    'ecs.capability.pid-ipc-namespace-sharing',
    'ecs.capability.private-registry-authentication.secretsmanager',
    'ecs.capability.secrets.ssm.environment-variables',
  ]);
});
