import type {
  ServiceManagedEBSVolumeConfiguration,
  ServiceVolumeConfiguration,
  TaskVolumeConfiguration,
} from '@aws-sdk/client-ecs';
import { invalidParameter, requireOneOf } from '../errors.ts';
import type { RunsOn, TaskDefinitionRecord } from '../state.ts';

/** Sizes in GiB by volume type (API reference, ServiceManagedEBSVolumeConfiguration). */
const SIZES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  gp2: [1, 16_384],
  gp3: [1, 16_384],
  io1: [4, 16_384],
  io2: [4, 16_384],
  st1: [125, 16_384],
  sc1: [125, 16_384],
  standard: [1, 1024],
};
/** The same, of I/O operations a second. */
const OPERATIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  gp3: [3000, 16_000],
  io1: [100, 64_000],
  io2: [100, 256_000],
};
const MOST_THROUGHPUT = 1000;
const FILE_SYSTEMS = ['ext3', 'ext4', 'xfs', 'ntfs'];

/**
 * What becomes of the volume that a task definition leaves to be configured at launch: it is configured exactly where there is one (AWS's
 * texts: cdk-preflight and cdkd#811, measured in 2026). Throws InvalidParameterException.
 */
export function readVolumes(
  { definition: { volumes = [] } }: TaskDefinitionRecord,
  configurations: readonly (ServiceVolumeConfiguration | TaskVolumeConfiguration)[] = [],
  launchType: RunsOn,
): ServiceVolumeConfiguration[] {
  const open = volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch === true);
  if (configurations.length > 1) throw invalidParameter('volumeConfigurations can have at most 1 items.');
  if (configurations.length === 0) {
    if (open.length === 0) return [];
    throw invalidParameter(
      'Task definition has configuredAtLaunch volume but no volume configuration provided at runtime.',
    );
  }
  if (open.length === 0) {
    throw invalidParameter(
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
    );
  }
  return configurations.map(({ name, managedEBSVolume }) => {
    if (!open.some((volume) => volume.name === name)) {
      throw invalidParameter(
        `The volume name '${name}' in your request does not have a matching volume in your Task Definition that is configurable at launch.`,
      );
    }
    if (managedEBSVolume === undefined)
      throw invalidParameter('managedEBSVolume should not be null or empty.');
    checkEbs(managedEBSVolume, launchType);
    return { name, managedEBSVolume };
  });
}

/** The bounds are EC2's (API reference, ServiceManagedEBSVolumeConfiguration); the texts are the sandbox's. */
function checkEbs(volume: ServiceManagedEBSVolumeConfiguration, launchType: RunsOn): void {
  const { roleArn, volumeType = 'gp3', sizeInGiB, snapshotId, iops, throughput, filesystemType } = volume;
  if (!roleArn) throw invalidParameter('managedEBSVolume.roleArn should not be null or empty.');
  requireOneOf('Volume type', volumeType, Object.keys(SIZES));
  if (volumeType === 'standard' && launchType === 'FARGATE') {
    throw invalidParameter('The volume type standard is not supported with FARGATE launch type.');
  }
  if (sizeInGiB === undefined && snapshotId === undefined) {
    throw invalidParameter('Specify a value for either sizeInGiB or snapshotId of the managed EBS volume.');
  }
  requireWithin(`sizeInGiB of the volume type ${volumeType}`, sizeInGiB, SIZES[volumeType]);
  if ((volumeType === 'io1' || volumeType === 'io2') && iops === undefined) {
    throw invalidParameter(`The volume type ${volumeType} requires a value for iops.`);
  }
  if (volumeType !== 'gp2' && iops !== undefined && OPERATIONS[volumeType] === undefined) {
    throw invalidParameter(`iops is not supported for the volume type ${volumeType}.`);
  }
  requireWithin(`iops of the volume type ${volumeType}`, iops, OPERATIONS[volumeType]);
  if (throughput !== undefined && volumeType !== 'gp3') {
    throw invalidParameter(`throughput is not supported for the volume type ${volumeType}.`);
  }
  requireWithin('throughput', throughput, [1, MOST_THROUGHPUT]);
  if (volume.volumeInitializationRate !== undefined && snapshotId === undefined) {
    throw invalidParameter('volumeInitializationRate requires a value for snapshotId.');
  }
  if (filesystemType !== undefined) requireOneOf('File system type', filesystemType, FILE_SYSTEMS);
}

function requireWithin(
  what: string,
  value: number | undefined,
  bounds: readonly [least: number, most: number] | undefined,
): void {
  if (value === undefined || bounds === undefined) return;
  const [least, most] = bounds;
  if (value >= least && value <= most) return;
  throw invalidParameter(`${what} must be between ${least} and ${most}.`);
}
