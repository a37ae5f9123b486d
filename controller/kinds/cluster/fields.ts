import { Type } from 'typebox';
import {
  NOT_A_PROVIDER,
  PROVIDER_NAME,
  capacityProviderStrategy,
} from '../../core/capacity-provider-strategy.ts';
import type { Table } from '../../core/fields/field.ts';
import { inPart, omissible, omissibleObject, required, set, value } from '../../core/fields/shapes.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import { text } from '../../core/schema.ts';

/** What CreateCluster, UpdateCluster and PutClusterCapacityProviders take. What no manifest says is left as it is. */

const name = (description: string) => value(Type.String({ minLength: 1, description }));
const onOrOff = (description: string) => omissible(Type.Boolean({ description }), false);

const LOG_CONFIGURATION = {
  fields: {
    cloudWatchLogGroupName: name('A log group that exists.'),
    cloudWatchEncryptionEnabled: onOrOff('Whether the log group is encrypted. Default: false.'),
    s3BucketName: name('An S3 bucket that exists.'),
    s3EncryptionEnabled: onOrOff('Whether the bucket is encrypted. Default: false.'),
    s3KeyPrefix: name('A folder in the bucket.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const EXECUTE_COMMAND = {
  fields: {
    kmsKeyId: name('The KMS key for the traffic between people and containers.'),
    logging: omissible(
      Type.Enum(['DEFAULT', 'NONE', 'OVERRIDE'], {
        description:
          'DEFAULT: as the task definition logs with awslogs. NONE: nowhere. OVERRIDE: as logConfiguration says. Default: DEFAULT.',
      }),
      'DEFAULT',
    ),
    logConfiguration: inPart(omissibleObject(LOG_CONFIGURATION, 'Where sessions are logged, with OVERRIDE.')),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const MANAGED_STORAGE = {
  fields: {
    kmsKeyId: name('The KMS key for EBS volumes that ECS makes.'),
    fargateEphemeralStorageKmsKeyId: name('The KMS key for the ephemeral storage of tasks on Fargate.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const CONFIGURATION = {
  fields: {
    executeCommandConfiguration: inPart(
      omissibleObject(EXECUTE_COMMAND, 'How commands are run in containers (ECS Exec).'),
    ),
    managedStorageConfiguration: inPart(omissibleObject(MANAGED_STORAGE, 'How storage is encrypted.')),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const SERVICE_CONNECT_DEFAULTS = {
  fields: {
    namespace: required(
      value(
        text(
          '^[^<>"]{0,1024}$',
          'must be the name or the ARN of a Cloud Map namespace',
          'Name or ARN of a Cloud Map namespace. The controller creates a Namespace of that name in this Environment first, and compares it. For another name ECS creates an HTTP namespace where there is none, and shows its ARN only, so that the controller cannot compare the name: write an ARN. "" is none.',
        ),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const provider = Type.String({
  pattern: PROVIDER_NAME,
  errorMessage: NOT_A_PROVIDER,
  maxLength: ECS_NAMING.most,
  description: 'FARGATE, FARGATE_SPOT, or the name of one of your own, which exists.',
});

/** Both are replaced together (ECS API reference, PutClusterCapacityProviders). */
export const PROVIDERS = {
  capacityProviders: set(provider, {
    description: 'What services may name in a capacityProviderStrategy; [] is none. Not written: as it is.',
    uniqueItems: true,
  }),
  defaultCapacityProviderStrategy: capacityProviderStrategy(
    'For services that are made with capacityProviderStrategy: []; [] is none. Not written: as it is.',
  ),
};

/** What UpdateCluster changes beside settings. */
export const CONFIGURED = {
  configuration: inPart(
    omissibleObject(CONFIGURATION, 'ECS Exec, and keys for storage. Not written: as it is.'),
  ),
  serviceConnectDefaults: inPart(
    omissibleObject(SERVICE_CONNECT_DEFAULTS, 'The namespace of services in Service Connect that name none.'),
  ),
};

export const CLUSTER = {
  fields: { ...PROVIDERS, ...CONFIGURED },
  elsewhere: {
    cluster: 'it is metadata.name, or name',
    clusterName: 'it is metadata.name, or name',
    settings: 'write containerInsights',
    tags: 'write metadata.labels: they become the tags',
  },
  notOffered: {},
} satisfies Table;
