import { didYouMean } from '../../core/suggest.ts';
import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext, Report } from './check.ts';
import { ON_WINDOWS } from './launch-types.ts';
import { saidIn } from './pairs.ts';

/** EBS volumes that ECS makes for each task. */

const check = checksOf<DaemonServiceManifestSpec>();

type Configuration = NonNullable<DaemonServiceManifestSpec['volumeConfigurations']>[number];
type Ebs = Configuration['managedEBSVolume'];

/**
 * The volumes that a definition leaves to be configured at launch, and what configures them: one each, and one in all (ECS developer guide,
 * Use Amazon EBS volumes with Amazon ECS: "one EBS volume per task"; AWS's answers: cdk-preflight, and go-to-k/cdkd#811).
 */
const pairs = check(['volumes', 'volumeConfigurations'], (spec, { report }) => {
  const { volumes = [], volumeConfigurations = [] } = spec;
  const open = volumes.flatMap(({ name, configuredAtLaunch }) => (configuredAtLaunch === true ? [name] : []));
  const configured = volumeConfigurations.map(({ name }) => name);
  volumes.forEach(({ name, configuredAtLaunch }, nth) => {
    const at = ['spec', 'volumes', nth, 'configuredAtLaunch'];
    if (configuredAtLaunch !== true) return;
    if (open.indexOf(name) > 0) {
      report(at, `ECS configures one volume of a task at launch, and ${open[0]} is one already; remove it`);
    } else if (!configured.includes(name)) {
      report(
        at,
        `nothing configures volume ${name} at launch; add it to volumeConfigurations, remove configuredAtLaunch for a volume that ends with the task, or write efsVolumeConfiguration`,
      );
    }
  });
  configured.forEach((name, nth) => {
    const at = ['spec', 'volumeConfigurations', nth, 'name'];
    if (configured.indexOf(name) !== nth) {
      report(at, `volume ${name} is configured already; remove one`);
    } else if (!open.includes(name)) {
      const others =
        open.length === 0
          ? 'the task has none: write it in volumes, with configuredAtLaunch: true'
          : didYouMean(name, open, 'those volumes are');
      report(at, `no volume with configuredAtLaunch is called ${JSON.stringify(name)}; ${others}`);
    }
  });
});

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** GiB by volume type (ECS API reference, ServiceManagedEBSVolumeConfiguration). */
const SIZES = {
  gp2: { least: 1, most: 16_384 },
  gp3: { least: 1, most: 16_384 },
  io1: { least: 4, most: 16_384 },
  io2: { least: 4, most: 16_384 },
  st1: { least: 125, most: 16_384 },
  sc1: { least: 125, most: 16_384 },
  standard: { least: 1, most: 1024 },
};
/** I/O operations a second by volume type (the same); the others take none (EC2 API reference, CreateVolume). */
const OPERATIONS: Readonly<Record<string, Bounds>> = {
  gp3: { least: 3000, most: 16_000 },
  io1: { least: 100, most: 64_000 },
  io2: { least: 100, most: 256_000 },
};
const MOST_THROUGHPUT = 1000;

const ebs = checkEach<Configuration>(['volumeConfigurations'], ({ managedEBSVolume }, path, subject) => {
  const { report } = subject;
  const at = [...path, 'managedEBSVolume'];
  const { volumeType = 'gp3', sizeInGiB, snapshotId, iops, throughput } = managedEBSVolume;
  if (sizeInGiB === undefined && snapshotId === undefined) {
    report(at, 'the volume needs sizeInGiB or snapshotId; add one');
  }
  checkBounds('sizeInGiB', sizeInGiB, SIZES[volumeType], volumeType, at, report);
  const operations = OPERATIONS[volumeType];
  if (operations !== undefined) {
    checkBounds('iops', iops, operations, volumeType, at, report);
    if (iops === undefined && volumeType !== 'gp3') {
      report(
        at,
        `iops is missing: volumeType ${volumeType} needs it, from ${operations.least} to ${operations.most}; add it`,
      );
    }
  } else if (iops !== undefined) {
    report(
      [...at, 'iops'],
      `EBS refuses iops ${iops} with volumeType ${volumeType}; remove it, or write gp3`,
    );
  }
  if (throughput !== undefined && volumeType !== 'gp3') {
    report(
      [...at, 'throughput'],
      `EBS refuses throughput ${throughput} with volumeType ${volumeType}; remove it, or write gp3`,
    );
  } else if (throughput !== undefined && throughput > MOST_THROUGHPUT) {
    report([...at, 'throughput'], `must be at most ${MOST_THROUGHPUT} MiB a second, not ${throughput}`);
  }
  checkSource(managedEBSVolume, at, subject);
});

function checkBounds(
  name: string,
  value: number | undefined,
  { least, most }: Bounds,
  volumeType: string,
  at: Path,
  report: Report,
): void {
  if (value === undefined || (value >= least && value <= most)) return;
  report([...at, name], `volumeType ${volumeType} has from ${least} to ${most}, not ${value}`);
}

/**
 * ECS API reference, ServiceManagedEBSVolumeConfiguration: of the rate; EBSTagSpecification: reserved tags. With a key "the encrypted state must
 * be true" (EC2 API reference, CreateVolume), which a Region's default makes it too: what that is, no manifest says.
 */
function checkSource(volume: Ebs, at: Path, { report, warn }: CheckContext): void {
  const { snapshotId, volumeInitializationRate, kmsKeyId, encrypted, tagSpecifications = [] } = volume;
  if (volumeInitializationRate !== undefined && snapshotId === undefined) {
    report(
      [...at, 'volumeInitializationRate'],
      'it sets how fast AWS fetches a snapshot, and there is no snapshot; add snapshotId, or remove it',
    );
  }
  if (kmsKeyId !== undefined && encrypted !== true) {
    warn(
      [...at, 'kmsKeyId'],
      'EBS takes a kmsKeyId only of an encrypted volume, and not every Region encrypts by default; write encrypted: true',
    );
  }
  tagSpecifications.forEach(({ tags = {} }, nth) => {
    for (const key of Object.keys(tags).filter((name) => /^(aws:|AmazonECS(Created|Managed)$)/i.test(name))) {
      report(
        [...at, 'tagSpecifications', nth, 'tags', key],
        `AWS keeps the tag ${key} for itself; choose another key`,
      );
    }
  });
}

/** ECS API reference, ServiceManagedEBSVolumeConfiguration, filesystemType. */
const fileSystems = check(['volumeConfigurations', 'runtimePlatform'], (spec, subject) => {
  const windows = saidIn(subject, ON_WINDOWS);
  spec.volumeConfigurations?.forEach(({ managedEBSVolume: { filesystemType: type } }, nth) => {
    if (type === undefined || (type === 'ntfs') === (windows !== undefined)) return;
    subject.report(
      ['spec', 'volumeConfigurations', nth, 'managedEBSVolume', 'filesystemType'],
      windows === undefined
        ? 'ntfs is for Windows, and the tasks run Linux; write xfs, ext4 or ext3'
        : `${type} is for Linux; with ${windows.as} write ntfs, or remove it`,
    );
  });
});

export const volumeConfigurationChecks = [pairs, ebs, fileSystems];
