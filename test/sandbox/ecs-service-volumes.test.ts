import type { CreateServiceCommandInput, ServiceManagedEBSVolumeConfiguration } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';
const MISSING = `${INVALID}Task definition has configuredAtLaunch volume but no volume configuration provided at runtime.`;
const ROLE = 'arn:aws:iam::385605022855:role/ecsInfrastructureRole';

const volumes = (
  changes: Partial<ServiceManagedEBSVolumeConfiguration> = {},
  name = 'data',
): Pick<CreateServiceCommandInput, 'volumeConfigurations'> => ({
  volumeConfigurations: [{ name, managedEBSVolume: { roleArn: ROLE, sizeInGiB: 10, ...changes } }],
});

/** With the revision `xray:2`, which leaves a volume to be configured at launch. */
async function withVolume(): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.register({ volumes: [{ name: 'data', configuredAtLaunch: true }] });
  return aws;
}

test('a volume that is configured at launch shows in the deployment, and its tasks run', async () => {
  const aws = await withVolume();
  await aws.ecs('CreateService', aws.serviceInput({ taskDefinition: 'xray:2', ...volumes() }));
  await aws.steady();
  expect((await aws.service()).deployments?.[0]?.volumeConfigurations).toEqual(
    volumes().volumeConfigurations,
  );
});

test('another volume is another deployment, and a new definition needs its volume anew', async () => {
  const aws = await withVolume();
  await aws.ecs('CreateService', aws.serviceInput({ taskDefinition: 'xray:2', ...volumes() }));
  await aws.steady();
  const update = { cluster: 'daemons', service: 'xray' };
  expect(await aws.refusal('UpdateService', { ...update, taskDefinition: 'xray:2' })).toBe(MISSING);
  const first = (await aws.service()).deployments?.[0]?.id;
  await aws.ecs('UpdateService', { ...update, desiredCount: 3 });
  expect((await aws.service()).deployments?.[0]?.id).toBe(first);
  await aws.ecs('UpdateService', { ...update, ...volumes({ sizeInGiB: 20 }) });
  expect((await aws.service()).deployments?.[0]).toMatchObject(volumes({ sizeInGiB: 20 }));
});

test('a task that is run by itself needs its volume too', async () => {
  const aws = await withVolume();
  const { networkConfiguration } = aws.serviceInput();
  const run = {
    cluster: 'daemons',
    taskDefinition: 'xray:2',
    launchType: 'FARGATE' as const,
    networkConfiguration,
  };
  expect(await aws.refusal('RunTask', run)).toBe(MISSING);
  expect((await aws.ecs('RunTask', { ...run, ...volumes() })).tasks).toHaveLength(1);
});

test.each<[string, Partial<CreateServiceCommandInput>, string]>([
  ['no configuration', {}, MISSING],
  [
    'a configuration of nothing',
    { taskDefinition: 'xray:1', ...volumes() },
    `${INVALID}Volume configuration provided but no matching configuredAtLaunch volume found in task definition.`,
  ],
  [
    'a configuration of another volume',
    volumes({}, 'nope'),
    `${INVALID}The volume name 'nope' in your request does not have a matching volume in your Task Definition that is configurable at launch.`,
  ],
  [
    'two configurations',
    { volumeConfigurations: [{ name: 'data' }, { name: 'data' }] },
    `${INVALID}volumeConfigurations can have at most 1 items.`,
  ],
  ['no role', volumes({ roleArn: '' }), `${INVALID}managedEBSVolume.roleArn should not be null or empty.`],
  [
    'no size',
    volumes({ sizeInGiB: undefined }),
    `${INVALID}Specify a value for either sizeInGiB or snapshotId of the managed EBS volume.`,
  ],
  [
    'another type',
    volumes({ volumeType: 'ssd' }),
    `${INVALID}Volume type should be one of [gp2,gp3,io1,io2,st1,sc1,standard]`,
  ],
  [
    'a magnetic disk on Fargate',
    volumes({ volumeType: 'standard' }),
    `${INVALID}The volume type standard is not supported with FARGATE launch type.`,
  ],
  [
    'a cold disk of 10 GiB',
    volumes({ volumeType: 'sc1' }),
    `${INVALID}sizeInGiB of the volume type sc1 must be between 125 and 16384.`,
  ],
  [
    'io2 without its speed',
    volumes({ volumeType: 'io2' }),
    `${INVALID}The volume type io2 requires a value for iops.`,
  ],
  [
    'a speed of a cold disk',
    volumes({ volumeType: 'sc1', sizeInGiB: 125, iops: 3000 }),
    `${INVALID}iops is not supported for the volume type sc1.`,
  ],
  [
    'a speed of 2999',
    volumes({ iops: 2999 }),
    `${INVALID}iops of the volume type gp3 must be between 3000 and 16000.`,
  ],
  [
    'a throughput of io1',
    volumes({ volumeType: 'io1', iops: 100, throughput: 125 }),
    `${INVALID}throughput is not supported for the volume type io1.`,
  ],
  ['a throughput of 1001', volumes({ throughput: 1001 }), `${INVALID}throughput must be between 1 and 1000.`],
  [
    'an initialization rate of no snapshot',
    volumes({ volumeInitializationRate: 100 }),
    `${INVALID}volumeInitializationRate requires a value for snapshotId.`,
  ],
  [
    'another file system',
    volumes({ filesystemType: 'btrfs' as 'xfs' }),
    `${INVALID}File system type should be one of [ext3,ext4,xfs,ntfs]`,
  ],
])('a service whose volume has %s is refused', async (_what, changes, refusal) => {
  const aws = await withVolume();
  const input = aws.serviceInput({ taskDefinition: 'xray:2', ...changes });
  expect(await aws.refusal('CreateService', input)).toBe(refusal);
});
