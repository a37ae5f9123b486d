import type {
  ContainerDefinition,
  DockerVolumeConfiguration,
  EFSVolumeConfiguration,
  FSxWindowsFileServerVolumeConfiguration,
  RegisterTaskDefinitionCommandInput,
  S3FilesVolumeConfiguration,
  Volume,
} from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { ECS_NAME } from '../names.ts';
import { isPort, refuseRepeated, requireText, requireWord } from './values.ts';

const FILE_SYSTEM_ID = /^fs-[0-9a-f]{8,40}$/;
const ACCESS_POINT_ID = /^fsap-[0-9a-f]{8,40}$/;
/** Developer guide, "Specify an Amazon S3 Files volume in your Amazon ECS task definition". */
const S3_FILE_SYSTEM_ARN = /^arn:[a-z-]+:s3files:[a-z0-9-]+:\d{12}:file-system\/fs-[0-9a-z]+$/;
const S3_ACCESS_POINT_ARN =
  /^arn:[a-z-]+:s3files:[a-z0-9-]+:\d{12}:(?:file-system\/fs-[0-9a-z]+\/)?access-point\/fsap-[0-9a-z]+$/;
const BAD_PORT = 'TransitEncryptionPort must be a valid port number.';

/** The ways to say what a volume is; it is said in one of them. */
const KINDS = [
  'host',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
  's3filesVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];

/**
 * What every launch type asks of volumes (API reference, Volume and its parts). AWS's own texts of EFS: cdk-preflight, measured with
 * RegisterTaskDefinition and RegisterJobDefinition in September 2026; the others are the sandbox's. Throws ClientException.
 */
export function checkVolumes({ volumes = [], taskRoleArn }: RegisterTaskDefinitionCommandInput): void {
  for (const volume of volumes) checkVolume(volume, taskRoleArn);
  refuseRepeated(
    volumes.map(({ name }) => name),
    'Volume names must be unique within a task definition.',
  );
  if (volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch === true).length > 1) {
    throw clientError('A task definition can have at most 1 volume that is configured at launch.');
  }
}

function checkVolume(volume: Volume, taskRoleArn: string | undefined): void {
  const { name, configuredAtLaunch } = volume;
  if (name !== undefined && !ECS_NAME.test(name))
    throw clientError('Volume.name contains invalid characters.');
  const kinds = [
    ...KINDS.filter((kind) => volume[kind] !== undefined),
    ...(configuredAtLaunch === true ? ['configuredAtLaunch'] : []),
  ];
  if (kinds.length > 1) {
    throw clientError(`Volume '${name}' can have only one of [${kinds.join(',')}].`);
  }
  if (kinds.length > 0 && kinds[0] !== 'host') requireText('Volume.name', name);
  if (volume.dockerVolumeConfiguration !== undefined) checkDocker(volume.dockerVolumeConfiguration);
  if (volume.efsVolumeConfiguration !== undefined) checkEfs(volume.efsVolumeConfiguration);
  if (volume.fsxWindowsFileServerVolumeConfiguration !== undefined) {
    checkFsx(volume.fsxWindowsFileServerVolumeConfiguration);
  }
  if (volume.s3filesVolumeConfiguration !== undefined) {
    checkS3Files(volume.s3filesVolumeConfiguration, taskRoleArn);
  }
}

/** `autoprovision` is for shared volumes (API reference, DockerVolumeConfiguration). */
function checkDocker({ scope, autoprovision }: DockerVolumeConfiguration): void {
  requireWord('Docker volume scope', scope, ['task', 'shared']);
  if (autoprovision === true && scope !== 'shared') {
    throw clientError("Docker volume 'autoprovision' can be true only when the scope is shared.");
  }
}

function checkEfs(efs: EFSVolumeConfiguration): void {
  const { fileSystemId, rootDirectory, transitEncryption, transitEncryptionPort, authorizationConfig } = efs;
  const { accessPointId, iam } = authorizationConfig ?? {};
  requireText('EFSVolumeConfiguration.fileSystemId', fileSystemId);
  if (!FILE_SYSTEM_ID.test(fileSystemId)) {
    throw clientError(`EFS configuration fileSystemId is not valid: ${fileSystemId}.`);
  }
  requireWord('EFS transit encryption', transitEncryption, ['ENABLED', 'DISABLED']);
  requireWord('EFS IAM authorization', iam, ['ENABLED', 'DISABLED']);
  const isEncrypted = transitEncryption === 'ENABLED';
  if (transitEncryptionPort !== undefined && !isPort(transitEncryptionPort)) throw clientError(BAD_PORT);
  if (transitEncryptionPort !== undefined && !isEncrypted) {
    throw clientError('TransitEncryptionPort requires that TransitEncryption is enabled.');
  }
  if (iam === 'ENABLED' && !isEncrypted) {
    throw clientError('EFS IAM authorization requires TransitEncryption to be enabled.');
  }
  if (accessPointId === undefined) return;
  if (!ACCESS_POINT_ID.test(accessPointId)) {
    throw clientError(`EFS configuration accessPointId is not valid: ${accessPointId}.`);
  }
  if (!isEncrypted) throw clientError('EFS IAM access point requires TransitEncryption to be enabled.');
  refuseRootDirectory('an EFS', rootDirectory);
}

/** An access point has its own root (API reference, EFSAuthorizationConfig, S3FilesVolumeConfiguration). */
function refuseRootDirectory(what: string, rootDirectory: string | undefined): void {
  if (rootDirectory === undefined || rootDirectory === '' || rootDirectory === '/') return;
  throw clientError(
    `When using ${what} access point, the root directory must either be set to "/" or be omitted.`,
  );
}

function checkFsx(fsx: FSxWindowsFileServerVolumeConfiguration): void {
  const { fileSystemId, rootDirectory, authorizationConfig } = fsx;
  requireText('FSxWindowsFileServerVolumeConfiguration.fileSystemId', fileSystemId);
  if (!FILE_SYSTEM_ID.test(fileSystemId)) {
    throw clientError(`FSx configuration fileSystemId is not valid: ${fileSystemId}.`);
  }
  requireText('FSxWindowsFileServerVolumeConfiguration.rootDirectory', rootDirectory);
  const { credentialsParameter, domain } = authorizationConfig ?? {};
  requireText('FSxWindowsFileServerAuthorizationConfig.credentialsParameter', credentialsParameter);
  requireText('FSxWindowsFileServerAuthorizationConfig.domain', domain);
}

/** A task mounts S3 Files with its task role (API reference, S3FilesVolumeConfiguration). */
function checkS3Files(s3files: S3FilesVolumeConfiguration, taskRoleArn: string | undefined): void {
  const { fileSystemArn, rootDirectory, transitEncryptionPort, accessPointArn } = s3files;
  requireText('S3FilesVolumeConfiguration.fileSystemArn', fileSystemArn);
  if (!S3_FILE_SYSTEM_ARN.test(fileSystemArn)) {
    throw clientError(`S3 Files configuration fileSystemArn is not valid: ${fileSystemArn}.`);
  }
  if (transitEncryptionPort !== undefined && !isPort(transitEncryptionPort)) throw clientError(BAD_PORT);
  if (accessPointArn !== undefined) {
    if (!S3_ACCESS_POINT_ARN.test(accessPointArn)) {
      throw clientError(`S3 Files configuration accessPointArn is not valid: ${accessPointArn}.`);
    }
    refuseRootDirectory('an S3 Files', rootDirectory);
  }
  if (taskRoleArn === undefined) {
    throw clientError(
      "When you are specifying an S3 Files volume, you must also specify a value for 'taskRoleArn'.",
    );
  }
}

/**
 * Mount points name volumes and a path, and `volumesFrom` names another container (API reference, MountPoint, VolumeFrom).
 * Throws ClientException.
 */
export function checkMounts(
  { name, mountPoints = [], volumesFrom = [] }: ContainerDefinition,
  { volumes = [], containerDefinitions = [] }: RegisterTaskDefinitionCommandInput,
): void {
  const known = new Set(volumes.map((volume) => volume.name));
  for (const { sourceVolume, containerPath } of mountPoints) {
    if (!known.has(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume}'.`);
    requireText('MountPoint.containerPath', containerPath);
  }
  for (const { sourceContainer } of volumesFrom) {
    requireText('VolumeFrom.sourceContainer', sourceContainer);
    if (sourceContainer === name) {
      throw clientError(`Container '${name}' cannot mount volumes from itself.`);
    }
    if (!containerDefinitions.some((other) => other.name === sourceContainer)) {
      throw clientError(`Unknown container '${sourceContainer}' in volumesFrom.`);
    }
  }
}
