import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Field, Table } from '../../core/fields/field.ts';
import {
  listByKey,
  object,
  omissible,
  required,
  set,
  structuresByKey,
  value,
} from '../../core/fields/shapes.ts';
import { objectOf } from '../../core/fields/table.ts';
import { sizeInUnits } from './size.ts';
import { VOLUME } from './volume-fields.ts';

/**
 * What RegisterTaskDefinition takes beside the containers (container-fields.ts). The roles are other resources: the model fills them
 * in.
 */

/** `1`, `0.25`, `.25`: how ECS takes a number of vCPU or GB (RegisterTaskDefinition, ECS API reference). */
const AMOUNT = '([0-9]{1,6}(\\.[0-9]{1,6})?|\\.[0-9]{1,6})';

/** CPU units or MiB, which ECS carries as text, and takes with other units too. */
function size(pattern: string, errorMessage: string, description: string) {
  const schema = Type.Unsafe<number | string>({
    type: ['integer', 'string'],
    pattern,
    errorMessage,
    description,
  });
  const units = (said: number | string | undefined) => (said === undefined ? undefined : sizeInUnits(said));
  const field: Field<typeof schema, number | undefined, string, number | null> = {
    schema,
    compared: 'value',
    wanted: units,
    toAws: (spec) => spec?.toString(),
    observed: (aws) => units(aws) ?? null,
    written: units,
  };
  return field;
}

const compatibilities = set(Type.Enum(['FARGATE', 'EC2', 'EXTERNAL', 'MANAGED_INSTANCES']), {
  maxItems: 4,
  uniqueItems: true,
  description: 'What ECS checks the task definition for, or [] nothing. Default: the launch type.',
});

const STORAGE = {
  fields: {
    sizeInGiB: required(
      value(Type.Integer({ minimum: 21, maximum: 200, description: '21 to 200; without it 20.' })),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
const storageSchema = objectOf(STORAGE, { description: 'Disk of the task.' });
/** GiB that Fargate gives a task that asks for none (reference: Fargate validity). */
const LEAST_STORAGE = 20;

/** Wanted and compared as its number of GiB. */
const ephemeralStorage: Field<
  typeof storageSchema,
  number | undefined,
  { sizeInGiB: number | undefined },
  number
> = {
  schema: storageSchema,
  compared: 'value',
  holds: STORAGE,
  fargatePlatform: '1.4.0',
  wanted: (written) => written?.sizeInGiB,
  toAws: (spec) => (spec === undefined ? undefined : { sizeInGiB: spec }),
  observed: (aws) => aws?.sizeInGiB ?? LEAST_STORAGE,
  written: ({ sizeInGiB = LEAST_STORAGE } = { sizeInGiB: LEAST_STORAGE }) =>
    sizeInGiB === LEAST_STORAGE ? undefined : { sizeInGiB },
};

const PLACEMENT_CONSTRAINT = {
  fields: {
    type: required(value(Type.Enum(['memberOf'], { description: 'The one that a task definition has.' }))),
    expression: required(
      value(
        Type.String({
          minLength: 1,
          maxLength: 2000,
          description: 'An expression of the cluster query language.',
        }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PROXY_PROPERTY = {
  fields: {
    name: required(value(Type.String({ minLength: 1, description: 'Such as ProxyIngressPort.' }))),
    value: required(value(Type.String({ description: 'Its value, in quotes.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PROXY = {
  fields: {
    type: omissible(
      Type.Enum(['APPMESH'], { description: 'The kind of the proxy. Default: APPMESH.' }),
      'APPMESH',
    ),
    containerName: required(value(Type.String({ minLength: 1, description: 'The container of the proxy.' }))),
    properties: listByKey(PROXY_PROPERTY, "Name of the proxy's container.", {
      key: ({ name }) => name,
      says: ({ value: said }) => said,
    }),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const networkModes = Type.Enum(['awsvpc', 'bridge', 'host', 'none'], {
  description:
    "awsvpc: each task has an address of its own. bridge, host: it has its host's. none: it has no network. Default: awsvpc.",
});
export type NetworkMode = Static<typeof networkModes>;

/** Sent whether written or not; digests do not change where somebody writes what it is anyway. */
const networkMode: Field<typeof networkModes, NetworkMode | undefined, NetworkMode, string> = {
  schema: networkModes,
  compared: 'value',
  wanted: (written) => (written === 'awsvpc' ? undefined : written),
  toAws: (spec = 'awsvpc') => spec,
  // What ECS takes an omitted one for (ECS API reference, RegisterTaskDefinition).
  observed: (aws = 'bridge') => aws,
  written: (aws = 'bridge') => (aws === 'awsvpc' ? undefined : aws),
};

const systems = Type.Enum(
  [
    'LINUX',
    'WINDOWS_SERVER_2016_FULL',
    'WINDOWS_SERVER_2019_CORE',
    'WINDOWS_SERVER_2019_FULL',
    'WINDOWS_SERVER_2004_CORE',
    'WINDOWS_SERVER_20H2_CORE',
    'WINDOWS_SERVER_2022_CORE',
    'WINDOWS_SERVER_2022_FULL',
    'WINDOWS_SERVER_2025_CORE',
    'WINDOWS_SERVER_2025_FULL',
  ],
  { description: 'What the hosts run. Default: LINUX.' },
);
type System = Static<typeof systems>;

/** Sent whether written or not, as networkMode is. */
const operatingSystemFamily: Field<typeof systems, System | undefined, System, string> = {
  schema: systems,
  compared: 'value',
  wanted: (written) => (written === 'LINUX' ? undefined : written),
  toAws: (spec = 'LINUX') => spec,
  observed: (aws = 'LINUX') => aws,
  written: (aws = 'LINUX') => (aws === 'LINUX' ? undefined : aws),
};

export const TASK = {
  fields: {
    networkMode,
    requiresCompatibilities: {
      ...compatibilities,
      toAws: (spec = ['FARGATE' as const]) => (spec.length === 0 ? undefined : spec),
      written: (aws = []) => (aws.length === 1 && aws[0] === 'FARGATE' ? undefined : aws),
    } satisfies typeof compatibilities,
    cpu: size(
      `^(${AMOUNT} *[vV][cC][pP][uU]|[0-9]{1,6})$`,
      'must be CPU units such as 256, or text with its unit such as "0.25 vCPU"',
      'CPU of the task: units (256) or "0.25 vCPU". On Fargate needed, and with memory one of the pairs that it offers.',
    ),
    memory: size(
      `^(${AMOUNT} *[gG][bB]|[0-9]{1,6})$`,
      'must be MiB such as 512, or text with its unit such as "0.5 GB"',
      'Memory of the task: MiB (512) or "0.5 GB". On Fargate needed.',
    ),
    ephemeralStorage,
    volumes: structuresByKey(VOLUME, 'Volumes that containers mount.', ({ name }) => name),
    placementConstraints: listByKey(
      PLACEMENT_CONSTRAINT,
      'Which hosts the task may run on. Not on Fargate.',
      {
        key: ({ expression }) => expression,
        says: ({ type }) => type,
      },
    ),
    pidMode: value(
      Type.Enum(['host', 'task'], {
        description:
          'Whose processes the containers see: those of the host, or of each other. Default: each its own.',
      }),
    ),
    ipcMode: value(
      Type.Enum(['host', 'task', 'none'], {
        description:
          'The shared memory that the containers see. Not on Fargate. Default: as Docker on the host has it.',
      }),
    ),
    proxyConfiguration: object(PROXY, 'The App Mesh proxy of the task.'),
    enableFaultInjection: omissible(
      Type.Boolean({ description: 'Take fault injection from the containers of the task. Default: false.' }),
      false,
    ),
  },
  elsewhere: {
    family: 'write family',
    containerDefinitions: 'write containers',
    taskRoleArn: 'write taskRole: { arn: … }',
    executionRoleArn: 'write executionRole: { arn: … }',
    runtimePlatform: 'write runtimePlatform: { cpuArchitecture }',
    tags: 'write metadata.labels: they become the tags',
    ...answered(
      'taskDefinitionArn',
      'revision',
      'status',
      'requiresAttributes',
      'compatibilities',
      'registeredAt',
      'registeredBy',
      'deregisteredAt',
      'deleteRequestedAt',
    ),
  },
  notOffered: {
    inferenceAccelerators: 'AWS has ended Elastic Inference; remove it',
  },
} satisfies Table;

export const RUNTIME_PLATFORM = {
  fields: {
    cpuArchitecture: omissible(
      Type.Enum(['X86_64', 'ARM64'], { description: 'Must be one the images have. Default: X86_64.' }),
      'X86_64',
    ),
    operatingSystemFamily,
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

/** Members that only answers have. */
function answered(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => [name, 'it is an answer of ECS, and nothing to be asked for']),
  );
}
