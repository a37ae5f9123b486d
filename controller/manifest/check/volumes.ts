import { didYouMean } from '../../core/suggest.ts';
import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext } from './check.ts';

/** The volumes of a task, and the containers that mount them. What a launch type does not have of them is in launch-types.ts. */

const check = checksOf<DaemonServiceManifestSpec>();

type Volume = NonNullable<DaemonServiceManifestSpec['volumes']>[number];
const each = (run: Parameters<typeof checkEach<Volume>>[1]) => checkEach(['volumes'], run);

/** "Only one volume configuration type should be used" (cloudposse/terraform-aws-ecs-alb-service-task#185; ECS API reference, Volume). */
const KINDS = [
  'host',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];

const kinds = each((volume, at, { report }) => {
  const [first, second] = KINDS.filter((kind) => volume[kind] !== undefined);
  if (second === undefined) return;
  report(
    [...at, second],
    `volume ${volume.name} has ${first} already, and a volume is of one kind; remove one`,
  );
});

const names = check(['volumes'], ({ volumes = [] }, { report }) => {
  const seen = new Set<string>();
  volumes.forEach(({ name }, index) => {
    if (seen.has(name)) {
      report(
        ['spec', 'volumes', index, 'name'],
        `another volume of this task is called ${name} already; choose another name`,
      );
    }
    seen.add(name);
  });
});

/** ECS API reference, EFSVolumeConfiguration; ECS's answers: cdk-preflight, pf-ecs-efs-*, measured in September 2026. */
const efs = each(({ efsVolumeConfiguration }, at, { report }) => {
  if (efsVolumeConfiguration === undefined) return;
  const {
    transitEncryption,
    transitEncryptionPort,
    rootDirectory,
    authorizationConfig = {},
  } = efsVolumeConfiguration;
  const { accessPointId, iam } = authorizationConfig;
  const path = [...at, 'efsVolumeConfiguration'];
  const needEncryption = [
    ...(transitEncryptionPort === undefined ? [] : [`transitEncryptionPort ${transitEncryptionPort}`]),
    ...(accessPointId === undefined ? [] : [`accessPointId ${accessPointId}`]),
    ...(iam === 'ENABLED' ? ['iam ENABLED'] : []),
  ];
  if (transitEncryption !== 'ENABLED' && needEncryption.length > 0) {
    report(
      [...path, 'transitEncryption'],
      `${needEncryption.join(' and ')} ${needEncryption.length === 1 ? 'needs' : 'need'} transitEncryption: ENABLED, not ${transitEncryption ?? 'DISABLED, its default'}; write it`,
    );
  }
  if (accessPointId !== undefined) checkRoot(rootDirectory, `access point ${accessPointId}`, path, report);
});

/** An access point has a root of its own (ECS API reference, EFSVolumeConfiguration, S3FilesVolumeConfiguration). */
function checkRoot(root: string | undefined, what: string, at: Path, report: CheckContext['report']): void {
  if (root === undefined || root === '' || root === '/') return;
  report(
    [...at, 'rootDirectory'],
    `${what} has a root directory of its own, and ECS refuses ${JSON.stringify(root)} beside it; write /, or remove it`,
  );
}

/** ECS API reference, S3FilesVolumeConfiguration. */
const s3files = check(['volumes', 'taskRole'], ({ volumes = [], taskRole }, { report }) => {
  volumes.forEach(({ name, s3filesVolumeConfiguration: config }, index) => {
    if (config === undefined) return;
    const at = ['spec', 'volumes', index, 's3filesVolumeConfiguration'];
    if (config.accessPointArn !== undefined) checkRoot(config.rootDirectory, 'its access point', at, report);
    if (taskRole === undefined) {
      report(at, `a task mounts volume ${name} with its task role, and has none; add a taskRole that may`);
    }
  });
});

/** ECS mounts with the task role where iam says so (ECS API reference, EFSAuthorizationConfig). */
const efsRole = check(['volumes', 'taskRole'], ({ volumes = [], taskRole }, { warn }) => {
  if (taskRole !== undefined) return;
  volumes.forEach(({ efsVolumeConfiguration }, index) => {
    if (efsVolumeConfiguration?.authorizationConfig?.iam !== 'ENABLED') return;
    warn(
      ['spec', 'volumes', index, 'efsVolumeConfiguration', 'authorizationConfig', 'iam'],
      'ECS takes iam ENABLED without a taskRole, and then EFS has nobody to let in; add a taskRole, or remove it',
    );
  });
});

/** ECS API reference, DockerVolumeConfiguration. */
const docker = each(({ dockerVolumeConfiguration }, at, { report }) => {
  const { scope = 'task', autoprovision } = dockerVolumeConfiguration ?? {};
  if (autoprovision !== true || scope === 'shared') return;
  report(
    [...at, 'dockerVolumeConfiguration', 'autoprovision'],
    'autoprovision true is for scope shared, and the scope is task; write scope: shared, or remove it',
  );
});

/** "Unknown volume" (cdk-preflight, pf-ecs-mountpoint-source-volume-missing). Docker mounts one thing at a path. */
const mounts = check(['containers', 'volumes'], ({ containers, volumes = [] }, { report, warn }) => {
  const known = volumes.map(({ name }) => name);
  containers.forEach(({ mountPoints = [] }, index) => {
    const taken = new Map<string, string>();
    mountPoints.forEach(({ sourceVolume, containerPath }, nth) => {
      const at = ['spec', 'containers', index, 'mountPoints', nth];
      if (!known.includes(sourceVolume)) {
        report(
          [...at, 'sourceVolume'],
          `no volume is called ${JSON.stringify(sourceVolume)}; ${known.length === 0 ? 'the task has none: add it to spec.volumes' : didYouMean(sourceVolume, known, 'the volumes are')}`,
        );
      }
      const other = taken.get(containerPath);
      if (other !== undefined) {
        warn(
          [...at, 'containerPath'],
          `ECS takes it, and the container does not start: volume ${other} is mounted at ${containerPath} already; choose another path`,
        );
      }
      taken.set(containerPath, sourceVolume);
    });
  });
});

/** ECS API reference, VolumeFrom: "the name of another container within the same task definition". */
const volumesFrom = check(['containers'], ({ containers }, { report }) => {
  const names = containers.map(({ name }) => name);
  containers.forEach((container, index) => {
    container.volumesFrom?.forEach(({ sourceContainer }, nth) => {
      const at = ['spec', 'containers', index, 'volumesFrom', nth, 'sourceContainer'];
      const others = names.filter((name) => name !== container.name);
      if (sourceContainer === container.name) {
        report(
          at,
          `container ${container.name} takes volumes from itself; name another container, or remove it`,
        );
      } else if (!others.includes(sourceContainer)) {
        report(
          at,
          `no other container is called ${JSON.stringify(sourceContainer)}; ${others.length === 0 ? 'the task has no other; remove it' : didYouMean(sourceContainer, others, 'the others are')}`,
        );
      }
    });
  });
});

export const volumeChecks = [kinds, names, efs, s3files, efsRole, docker, mounts, volumesFrom];
