import type { Volume } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import {
  ON_EC2,
  acceptances,
  beside,
  container,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

const FILE_SYSTEM = 'fs-0123456789abcdef0';
const ACCESS_POINT = 'fsap-0123456789abcdef0';
const S3_FILE_SYSTEM = `arn:aws:s3files:us-east-1:385605022855:file-system/${FILE_SYSTEM}`;
const FSX = {
  fileSystemId: FILE_SYSTEM,
  rootDirectory: 'share',
  authorizationConfig: {
    credentialsParameter: 'arn:aws:ssm:us-east-1:385605022855:parameter/ad',
    domain: 'a.example',
  },
};

const volume = (changes: Partial<Volume>): TaskDefinitionChanges => ({
  volumes: [{ name: 'data', ...changes }],
});
const efs = (changes: object): TaskDefinitionChanges =>
  volume({ efsVolumeConfiguration: { fileSystemId: FILE_SYSTEM, ...changes } });
const s3files = (changes: object): TaskDefinitionChanges =>
  volume({ s3filesVolumeConfiguration: { fileSystemArn: S3_FILE_SYSTEM, ...changes } });
const onEc2 = (changes: TaskDefinitionChanges): TaskDefinitionChanges => ({ ...ON_EC2, ...changes });

describe('volumes', () => {
  refusals([
    ['a bad name', volume({ name: 'my data' }), 'Volume.name contains invalid characters.'],
    [
      'two of one name',
      { volumes: [{ name: 'data' }, { name: 'data' }] },
      'Volume names must be unique within a task definition.',
    ],
    [
      'one that is two things',
      volume({ host: {}, efsVolumeConfiguration: { fileSystemId: FILE_SYSTEM } }),
      "Volume 'data' can have only one of [host,efsVolumeConfiguration].",
    ],
    [
      'one that is something and configured at launch',
      volume({ configuredAtLaunch: true, host: {} }),
      "Volume 'data' can have only one of [host,configuredAtLaunch].",
    ],
    [
      'two that are configured at launch',
      {
        volumes: [
          { name: 'a', configuredAtLaunch: true },
          { name: 'b', configuredAtLaunch: true },
        ],
      },
      'A task definition can have at most 1 volume that is configured at launch.',
    ],
    [
      'a file system without a name',
      { volumes: [{ efsVolumeConfiguration: { fileSystemId: FILE_SYSTEM } }] },
      'Volume.name should not be null or empty.',
    ],
  ]);

  acceptances([
    ['one that Docker assigns', volume({})],
    ['an empty host path', volume({ host: {} })],
    ['one that is configured at launch', volume({ configuredAtLaunch: true })],
    ['a path of the host on EC2', onEc2(volume({ host: { sourcePath: '/var/log' } }))],
  ]);
});

describe('Amazon EFS', () => {
  refusals([
    [
      'no file system',
      efs({ fileSystemId: '' }),
      'EFSVolumeConfiguration.fileSystemId should not be null or empty.',
    ],
    [
      'a file system by its name',
      efs({ fileSystemId: 'my-file-system' }),
      'EFS configuration fileSystemId is not valid: my-file-system.',
    ],
    [
      'encryption that is neither on nor off',
      efs({ transitEncryption: 'ON' }),
      'EFS transit encryption should be one of [ENABLED,DISABLED]',
    ],
    [
      'a port without encryption',
      efs({ transitEncryptionPort: 2999 }),
      'TransitEncryptionPort requires that TransitEncryption is enabled.',
    ],
    [
      'a port of 70000',
      efs({ transitEncryption: 'ENABLED', transitEncryptionPort: 70_000 }),
      'TransitEncryptionPort must be a valid port number.',
    ],
    [
      'IAM without encryption',
      efs({ authorizationConfig: { iam: 'ENABLED' } }),
      'EFS IAM authorization requires TransitEncryption to be enabled.',
    ],
    [
      'an access point without encryption',
      efs({ authorizationConfig: { accessPointId: ACCESS_POINT } }),
      'EFS IAM access point requires TransitEncryption to be enabled.',
    ],
    [
      'an access point and a directory',
      efs({
        transitEncryption: 'ENABLED',
        rootDirectory: '/data',
        authorizationConfig: { accessPointId: ACCESS_POINT },
      }),
      'When using an EFS access point, the root directory must either be set to "/" or be omitted.',
    ],
  ]);

  acceptances([
    ['a file system on Fargate', efs({ rootDirectory: '/data' })],
    ['a file system on EC2 behind a bridge', onEc2(efs({}))],
    [
      'an access point with IAM',
      efs({
        transitEncryption: 'ENABLED',
        transitEncryptionPort: 2999,
        rootDirectory: '/',
        authorizationConfig: { accessPointId: ACCESS_POINT, iam: 'ENABLED' },
      }),
    ],
  ]);

  test('a root directory that was not given is the root', async () => {
    const aws = await ecsSandbox();
    await aws.register(efs({}));
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
    expect(taskDefinition?.volumes).toEqual([
      { name: 'data', efsVolumeConfiguration: { fileSystemId: FILE_SYSTEM, rootDirectory: '/' } },
    ]);
    expect(taskDefinition?.requiresAttributes).toContainEqual({ name: 'ecs.capability.efs' });
  });
});

describe('Amazon S3 Files', () => {
  refusals([
    [
      'a file system by its id',
      s3files({ fileSystemArn: FILE_SYSTEM }),
      `S3 Files configuration fileSystemArn is not valid: ${FILE_SYSTEM}.`,
    ],
    [
      'a task without a role',
      { ...s3files({}), taskRoleArn: undefined },
      "When you are specifying an S3 Files volume, you must also specify a value for 'taskRoleArn'.",
    ],
    [
      'an access point and a directory',
      s3files({ accessPointArn: `${S3_FILE_SYSTEM}/access-point/${ACCESS_POINT}`, rootDirectory: '/data' }),
      'When using an S3 Files access point, the root directory must either be set to "/" or be omitted.',
    ],
    [
      'an access point by its id',
      s3files({ accessPointArn: ACCESS_POINT }),
      `S3 Files configuration accessPointArn is not valid: ${ACCESS_POINT}.`,
    ],
    [
      'a port of 0',
      s3files({ transitEncryptionPort: 0 }),
      'TransitEncryptionPort must be a valid port number.',
    ],
  ]);

  acceptances([
    ['a file system', s3files({ transitEncryptionPort: 2999, rootDirectory: '/data' })],
    ['an access point', s3files({ accessPointArn: `${S3_FILE_SYSTEM}/access-point/${ACCESS_POINT}` })],
  ]);
});

describe('FSx for Windows File Server', () => {
  const fsx = (changes: object) =>
    onEc2(volume({ fsxWindowsFileServerVolumeConfiguration: { ...FSX, ...changes } }));
  refusals([
    [
      'no directory',
      fsx({ rootDirectory: undefined }),
      'FSxWindowsFileServerVolumeConfiguration.rootDirectory should not be null or empty.',
    ],
    [
      'no credentials',
      fsx({ authorizationConfig: undefined }),
      'FSxWindowsFileServerAuthorizationConfig.credentialsParameter should not be null or empty.',
    ],
    [
      'no domain',
      fsx({ authorizationConfig: { ...FSX.authorizationConfig, domain: '' } }),
      'FSxWindowsFileServerAuthorizationConfig.domain should not be null or empty.',
    ],
    [
      'a file system by its name',
      fsx({ fileSystemId: 'share' }),
      'FSx configuration fileSystemId is not valid: share.',
    ],
    [
      'a share on Fargate',
      volume({ fsxWindowsFileServerVolumeConfiguration: FSX }),
      'Fargate compatible task definitions do not support fsxWindowsFileServerVolumeConfiguration.',
    ],
  ]);

  acceptances([['a share on EC2', fsx({})]]);
});

describe('Docker volumes', () => {
  refusals([
    [
      'another scope',
      onEc2(volume({ dockerVolumeConfiguration: { scope: 'host' as 'task' } })),
      'Docker volume scope should be one of [task,shared]',
    ],
    [
      'provisioning for a task',
      onEc2(volume({ dockerVolumeConfiguration: { autoprovision: true } })),
      "Docker volume 'autoprovision' can be true only when the scope is shared.",
    ],
  ]);

  acceptances([
    [
      'a shared one that is provisioned',
      onEc2(
        volume({
          dockerVolumeConfiguration: {
            scope: 'shared',
            autoprovision: true,
            driver: 'local',
            driverOpts: { type: 'tmpfs' },
            labels: { team: 'platform' },
          },
        }),
      ),
    ],
  ]);

  test('a volume is of its task unless it says otherwise', async () => {
    const aws = await ecsSandbox();
    await aws.register(onEc2(volume({ dockerVolumeConfiguration: { driver: 'rexray' } })));
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
    expect(taskDefinition?.volumes?.[0]?.dockerVolumeConfiguration).toEqual({
      driver: 'rexray',
      scope: 'task',
    });
    expect(taskDefinition?.requiresAttributes).toContainEqual({
      name: 'ecs.capability.docker-plugin.rexray',
    });
  });
});

describe('mounts', () => {
  refusals([
    [
      'a mount point without a path',
      { ...volume({}), ...container({ mountPoints: [{ sourceVolume: 'data' }] }) },
      'MountPoint.containerPath should not be null or empty.',
    ],
    [
      'a mount point without a volume',
      { ...volume({}), ...container({ mountPoints: [{ containerPath: '/data' }] }) },
      "Unknown volume 'undefined'.",
    ],
    [
      'volumes from a container that there is not',
      container({ volumesFrom: [{ sourceContainer: 'other' }] }),
      "Unknown container 'other' in volumesFrom.",
    ],
    [
      'volumes from itself',
      container({ volumesFrom: [{ sourceContainer: 'xray' }] }),
      "Container 'xray' cannot mount volumes from itself.",
    ],
  ]);

  acceptances([
    [
      'a mount point',
      {
        ...volume({}),
        ...container({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }] }),
      },
    ],
    [
      'volumes from a neighbour',
      beside({ name: 'other', volumesFrom: [{ sourceContainer: 'xray', readOnly: true }] }),
    ],
  ]);
});
