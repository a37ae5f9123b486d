import { Type } from 'typebox';
import type { Field, Table } from '../../core/fields/field.ts';
import { constant, omissible, required, set, unwritten, value } from '../../core/fields/shapes.ts';
import { objectOf } from '../../core/fields/table.ts';
import { sizeInUnits } from './size.ts';

/**
 * What RegisterTaskDefinition takes beside the containers (container-fields.ts). The roles are other resources: the model fills them
 * in.
 */

/** Why the language lacks what only other hosts have. */
export const NOT_ON_FARGATE = 'Fargate does not allow it; remove it';

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
  return required(field);
}

const compatibilities = set(Type.Enum(['FARGATE', 'EC2', 'MANAGED_INSTANCES']), {
  maxItems: 3,
  uniqueItems: true,
  description:
    'What ECS checks the task definition for: FARGATE, beside it EC2 and MANAGED_INSTANCES, or [] nothing. Default: [FARGATE].',
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

export const TASK = {
  fields: {
    networkMode: constant(
      Type.Enum(['awsvpc'], { description: 'Each task has an address of its own. Default: awsvpc.' }),
      'awsvpc',
      'bridge',
    ),
    requiresCompatibilities: {
      ...compatibilities,
      toAws: (spec = ['FARGATE' as const]) => (spec.length === 0 ? undefined : spec),
      written: (aws = []) => (aws.length === 1 && aws[0] === 'FARGATE' ? undefined : aws),
    } satisfies typeof compatibilities,
    cpu: size(
      `^(${AMOUNT} *[vV][cC][pP][uU]|[0-9]{1,6})$`,
      'must be CPU units such as 256, or text with its unit such as "0.25 vCPU"',
      'CPU of the task: units (256) or "0.25 vCPU". With memory, one of the pairs Fargate offers.',
    ),
    memory: size(
      `^(${AMOUNT} *[gG][bB]|[0-9]{1,6})$`,
      'must be MiB such as 512, or text with its unit such as "0.5 GB"',
      'Memory of the task: MiB (512) or "0.5 GB".',
    ),
    ephemeralStorage,
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
    volumes: 'a task has its ephemeral storage and no volumes',
    placementConstraints: NOT_ON_FARGATE,
    pidMode: 'containers of a task do not see the processes of each other',
    ipcMode: NOT_ON_FARGATE,
    proxyConfiguration: 'there is no App Mesh proxy in a task',
    inferenceAccelerators: 'AWS has ended Elastic Inference; remove it',
    enableFaultInjection: 'faults are not injected into tasks',
  },
} satisfies Table;

export const RUNTIME_PLATFORM = {
  fields: {
    cpuArchitecture: omissible(
      Type.Enum(['X86_64', 'ARM64'], { description: 'Must be one the images have. Default: X86_64.' }),
      'X86_64',
    ),
    operatingSystemFamily: unwritten(constant(Type.Literal('LINUX'), 'LINUX', 'LINUX')),
  },
  elsewhere: {},
  notOffered: { operatingSystemFamily: 'every task runs on LINUX' },
} satisfies Table;

/** Members that only answers have. */
function answered(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => [name, 'it is an answer of ECS, and nothing to be asked for']),
  );
}
