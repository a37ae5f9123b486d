import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import { map, object, omissible, omissibleObject, required, value } from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';

/** The volumes of a task, and where containers mount them: what AWS has in Volume, MountPoint and VolumeFrom. */

const path = (description: string) => Type.String({ minLength: 1, description });
const directory = (description: string) => omissible(path(description), '/');
const portOf = (description: string) => Type.Integer({ minimum: 1, maximum: 65535, description });

const HOST = {
  fields: {
    sourcePath: value(
      path('A path of the host, whose files stay. Default: a place that ends with the task.'),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const DOCKER = {
  fields: {
    scope: omissible(
      Type.Enum(['task', 'shared'], {
        description: 'task: the volume ends with the task. shared: it stays after it. Default: task.',
      }),
      'task',
    ),
    autoprovision: omissible(
      Type.Boolean({ description: 'Make a shared volume that is not there yet. Default: false.' }),
      false,
    ),
    driver: omissible(
      Type.String({ minLength: 1, description: 'A Docker volume driver. Default: local.' }),
      'local',
    ),
    driverOpts: map("The driver's options, with its own names."),
    labels: map('Labels of the volume.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const EFS_AUTHORIZATION = {
  fields: {
    accessPointId: value(
      text(
        '^fsap-[0-9a-f]{8,40}$',
        'must be the id of an access point such as fsap-0a1b2c3d4e5f60718',
        'An EFS access point.',
      ),
    ),
    iam: omissible(
      Type.Enum(['ENABLED', 'DISABLED'], {
        description: 'Whether the task role decides what may be done in the file system. Default: DISABLED.',
      }),
      'DISABLED',
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const EFS = {
  fields: {
    fileSystemId: required(
      value(
        text(
          '^fs-[0-9a-f]{8,40}$',
          'must be the id of a file system such as fs-0a1b2c3d4e5f60718',
          'An EFS file system.',
        ),
      ),
    ),
    rootDirectory: directory('A directory of the file system. Default: /.'),
    transitEncryption: omissible(
      Type.Enum(['ENABLED', 'DISABLED'], {
        description: 'Encryption between host and file system. Default: DISABLED.',
      }),
      'DISABLED',
    ),
    transitEncryptionPort: value(portOf('The port of that. Default: as the EFS mount helper chooses.')),
    authorizationConfig: omissibleObject(EFS_AUTHORIZATION, 'How the task is let in.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

/** ECS developer guide, S3 Files volumes. */
const S3_FILES_ARN = '^arn:[a-z-]+:s3files:[a-z0-9-]+:[0-9]{12}';

const S3_FILES = {
  fields: {
    fileSystemArn: required(
      value(
        text(
          `${S3_FILES_ARN}:file-system/fs-[0-9a-z]+$`,
          'must be the ARN of an S3 file system such as arn:aws:s3files:us-east-1:123456789012:file-system/fs-0a1b2c3d',
          'An S3 file system.',
        ),
      ),
    ),
    rootDirectory: directory('A directory of the file system. Default: /.'),
    transitEncryptionPort: value(portOf('The port of the encrypted connection.')),
    accessPointArn: value(
      text(
        `${S3_FILES_ARN}:(file-system/fs-[0-9a-z]+/)?access-point/fsap-[0-9a-z]+$`,
        'must be the ARN of an access point such as arn:aws:s3files:us-east-1:123456789012:file-system/fs-0a1b2c3d/access-point/fsap-0a1b2c3d',
        'An access point of the file system.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const FSX_AUTHORIZATION = {
  fields: {
    credentialsParameter: required(
      value(
        Type.String({
          minLength: 1,
          description: 'The ARN of a Secrets Manager secret or SSM parameter with the credentials.',
        }),
      ),
    ),
    domain: required(value(Type.String({ minLength: 1, description: 'The Active Directory domain.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const FSX = {
  fields: {
    fileSystemId: required(
      value(
        text(
          '^fs-[0-9a-f]{8,40}$',
          'must be the id of a file system such as fs-0a1b2c3d4e5f60718',
          'An FSx for Windows file system.',
        ),
      ),
    ),
    rootDirectory: required(value(path('A directory of the file system.'))),
    authorizationConfig: required(object(FSX_AUTHORIZATION, 'How the task is let in.')),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const VOLUME = {
  fields: {
    name: required(
      value(
        text(
          '^[A-Za-z0-9_-]{1,255}$',
          'must be at most 255 letters, digits, hyphens and underscores',
          'What mountPoints name. Unique in the task.',
        ),
      ),
    ),
    host: omissibleObject(
      HOST,
      'A place on the host. Default, where nothing else is named: an empty one that ends with the task.',
    ),
    dockerVolumeConfiguration: object(DOCKER, 'A Docker volume. Only on EC2.'),
    efsVolumeConfiguration: object(EFS, 'An EFS file system.'),
    s3filesVolumeConfiguration: object(S3_FILES, 'An S3 file system.'),
    fsxWindowsFileServerVolumeConfiguration: object(
      FSX,
      'An FSx for Windows file system. Only on EC2 with Windows.',
    ),
    configuredAtLaunch: omissible(
      Type.Boolean({
        description: 'An EBS volume, which volumeConfigurations of the service describes. Default: false.',
      }),
      false,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const readOnly = omissible(
  Type.Boolean({ description: 'Whether the container may only read. Default: false.' }),
  false,
);

export const MOUNT_POINT = {
  fields: {
    sourceVolume: required(value(Type.String({ description: 'A volume of the task.' }))),
    containerPath: required(value(path('Where the container has it.'))),
    readOnly,
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const VOLUME_FROM = {
  fields: {
    sourceContainer: required(value(Type.String({ description: 'Another container of this task.' }))),
    readOnly,
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
