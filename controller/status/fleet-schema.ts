import { Type } from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../core/schema.ts';
import { ObjectStatus, REPORTED_KINDS } from './schema.ts';

/** What `GET /fleet` answers; times are ISO 8601 in UTC, and what is not known is left out. */
const closed = { additionalProperties: false } as const;
const Count = Type.Integer({ minimum: 0 });
const Digest = Type.String({ description: 'Digest of the definition as written: 16 hexadecimal digits' });

const STATES = ['done', 'soaking', 'progressing', 'begins', 'waiting', 'failed'] as const;

const StatesSchema = Type.Object(
  { done: Count, soaking: Count, progressing: Count, begins: Count, waiting: Count, failed: Count },
  {
    ...closed,
    description:
      'How many Environments are in each: soaking is done and watched, progressing has begun, begins may begin with the next pass',
  },
);

const CountsSchema = Type.Object(
  {
    environments: Count,
    states: Type.Optional(StatesSchema),
    health: Type.Record(Type.String(), Count, { description: 'How many objects are of each health' }),
    targets: Type.Optional(
      Type.Record(Type.String(), Count, {
        description: 'How many Environments have begun which digest; none: those that have begun none',
      }),
    ),
  },
  closed,
);

const StageSchema = Type.Object(
  {
    name: Type.String(),
    environments: Count,
    states: StatesSchema,
    open: Type.Boolean({ description: 'All stages before it are done and soaked' }),
    approval: oneOf(['notNeeded', 'given', 'needed']),
    maxConcurrent: Type.Integer({ minimum: 0, description: 'How many may be under way at once' }),
  },
  closed,
);

const FleetEnvironment = Type.Object(
  {
    environment: Type.String(),
    stage: Type.Optional(Type.String({ description: 'Absent where no stage takes it' })),
    state: Type.Optional(oneOf(STATES)),
    says: Type.Optional(Type.String({ description: 'What it waits for, or how far it is' })),
    digest: Type.Optional(Type.String({ description: 'The definition that it has begun last' })),
    since: Type.Optional(Type.String({ description: 'When it began that' })),
    sync: Type.Optional(ObjectStatus.properties.sync),
    health: Type.Optional(ObjectStatus.properties.health),
    reason: Type.Optional(Type.String({ description: 'Message of its condition Ready' })),
    message: Type.Optional(Type.String()),
    lastAppliedRevision: Type.Optional(
      Type.String({ description: 'Last revision at which everything of the object was in sync' }),
    ),
  },
  closed,
);
export type FleetEnvironment = Static<typeof FleetEnvironment>;

const summary = {
  kind: oneOf(REPORTED_KINDS),
  name: Type.String(),
  rollout: Type.Optional(Type.String({ description: 'Absent of what goes through none' })),
  digest: Type.Optional(Digest),
  mode: Type.Optional(oneOf(['staged', 'paused', 'skip'])),
  condition: Type.Optional(oneOf(['done', 'progressing', 'approval', 'window', 'paused', 'failed'])),
  says: Type.Optional(Type.String({ description: 'How it stands, or what it waits for' })),
  nextAt: Type.Optional(Type.String({ description: 'When time alone changes something' })),
  counts: CountsSchema,
  stages: Type.Optional(Type.Array(StageSchema)),
};

export const FleetDefinition = Type.Object(
  { ...summary, environments: Type.Array(FleetEnvironment) },
  closed,
);
export type FleetDefinition = Static<typeof FleetDefinition>;

export const FleetReport = Type.Object({ definitions: Type.Array(Type.Object(summary, closed)) }, closed);
export type FleetReport = Static<typeof FleetReport>;
