import { Type } from 'typebox';
import { ROLE_ARN } from '../../core/arn.ts';
import type { Field, Table } from '../../core/fields/field.ts';
import {
  inPart,
  map,
  omissible,
  omissibleObject,
  required,
  structures,
  structuresByKey,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';

/** The volumes of tasks that the service configures: what AWS has in ServiceVolumeConfiguration. */

interface Tag {
  key?: string | undefined;
  value?: string | undefined;
}

const texts = map('Tags of the volumes.');
const textsOf = (tags: readonly Tag[] = []) =>
  Object.fromEntries(tags.map(({ key, value: said }) => [key ?? '', said ?? '']));

/** Tags by key, which AWS carries as a list. */
const tags: Field<typeof texts.schema, Record<string, string> | undefined, Tag[], Record<string, string>> = {
  ...texts,
  toAws: (spec) => spec && Object.entries(spec).map(([key, said]) => ({ key, value: said })),
  observed: textsOf,
  written: (aws) => texts.written(aws && textsOf(aws)),
  holds: {
    fields: {},
    elsewhere: { key: 'the key says it', value: 'the value says it' },
    notOffered: {},
  },
};

const TAG_SPECIFICATION = {
  fields: {
    resourceType: required(value(Type.Enum(['volume'], { description: 'What is tagged.' }))),
    tags,
    propagateTags: omissible(
      Type.Enum(['NONE', 'SERVICE', 'TASK_DEFINITION'], {
        description: 'Whose tags volumes get besides. Default: NONE.',
      }),
      'NONE',
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const count = (description: string) =>
  value(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description }));

const EBS = {
  fields: {
    roleArn: required(
      value(
        text(
          ROLE_ARN,
          'must be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/name',
          'The infrastructure role of ECS, with AmazonECSInfrastructureRolePolicyForVolumes or the like.',
        ),
      ),
    ),
    sizeInGiB: count('Size in GiB. Default: that of the snapshot.'),
    snapshotId: value(
      text(
        '^snap-[0-9a-f]{8,17}$',
        'must be the id of a snapshot such as snap-0a1b2c3d4e5f60718',
        'The first content of the volumes.',
      ),
    ),
    volumeInitializationRate: count('How fast the snapshot is fetched, in MiB a second.'),
    volumeType: value(
      Type.Enum(['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1', 'standard'], {
        description: "A type of EBS; standard not on Fargate. Default: EBS's, gp3.",
      }),
    ),
    iops: count('I/O operations a second, of gp3, io1 and io2.'),
    throughput: count('MiB a second, of gp3.'),
    encrypted: value(
      Type.Boolean({ description: 'Whether volumes are encrypted. Default: as EBS does in the Region.' }),
    ),
    kmsKeyId: value(Type.String({ minLength: 1, description: 'The KMS key for that.' })),
    filesystemType: value(
      Type.Enum(['xfs', 'ext4', 'ext3', 'ntfs'], {
        description: 'The file system, of a snapshot the one that it has; ntfs on Windows. Default: xfs.',
      }),
    ),
    tagSpecifications: structures(TAG_SPECIFICATION, 'How volumes are tagged.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const VOLUME_CONFIGURATION = {
  fields: {
    name: required(
      value(Type.String({ minLength: 1, description: 'The volume of volumes with configuredAtLaunch.' })),
    ),
    managedEBSVolume: required(inPart(omissibleObject(EBS, 'The EBS volume that ECS makes for each task.'))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const volumeConfigurations = inPart(
  structuresByKey(
    VOLUME_CONFIGURATION,
    'The volumes that have configuredAtLaunch. A change starts new tasks.',
    ({ name }) => name,
  ),
);
