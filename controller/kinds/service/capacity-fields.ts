import { Type } from 'typebox';
import { capacityProviderStrategy } from '../../core/capacity-provider-strategy.ts';
import type { Table } from '../../core/fields/field.ts';
import {
  always,
  called,
  listByKey,
  omissible,
  required,
  structures,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';

/** Where a service's tasks run: on which capacity, and on which of its hosts. */

const platformVersion = value(
  text(
    '^(LATEST|1\\.[0-9]\\.[0-9])$',
    'must be LATEST or a Fargate platform version such as 1.4.0',
    'Fargate platform version. Default: LATEST.',
  ),
);
/** ECS may show the latest as an empty text. */
const shownVersion = (aws: string | undefined) => (aws === '' ? 'LATEST' : aws);

/** ECS gives fields back in a spelling of its own (reference: ECS service, perpetual diffs). */
function spelledField(aws: string | undefined): string | null {
  if (aws === undefined || aws === '') return null;
  if (aws === 'host') return 'instanceId';
  return /^(cpu|memory)$/i.test(aws) ? aws.toLowerCase() : aws;
}

const PLACEMENT_STRATEGY = {
  fields: {
    type: required(
      value(
        Type.Enum(['spread', 'binpack', 'random'], {
          description:
            'spread: evenly over a field. binpack: where least of a field is left. random: anywhere.',
        }),
      ),
    ),
    field: {
      ...value(
        Type.String({
          minLength: 1,
          description:
            'For spread: instanceId, or an attribute such as attribute:ecs.availability-zone. For binpack: cpu or memory.',
        }),
      ),
      observed: spelledField,
      written: (aws: string | undefined) => spelledField(aws) ?? undefined,
    },
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PLACEMENT_CONSTRAINT = {
  fields: {
    type: required(
      value(
        Type.Enum(['memberOf', 'distinctInstance'], {
          description: 'memberOf: on hosts for which expression is true. distinctInstance: one task a host.',
        }),
      ),
    ),
    expression: value(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        description: 'For memberOf: an expression of the cluster query language.',
      }),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PLACED = 'How tasks are placed on hosts, in this order; [] is as ECS does it. Not on Fargate.';
const placementStrategy = structures(PLACEMENT_STRATEGY, PLACED);

const schedulingStrategy = omissible(
  Type.Enum(['REPLICA', 'DAEMON'], {
    description:
      'REPLICA: as many tasks as desiredCount says. DAEMON: one task on every host of the cluster that the placement constraints allow; not on Fargate. Default: REPLICA.',
  }),
  'REPLICA',
);

export const CAPACITY_FIELDS = {
  launchType: {
    ...always(
      value(
        Type.Enum(['FARGATE', 'EC2', 'EXTERNAL'], {
          description:
            'Where tasks run: EC2 and EXTERNAL on hosts that are in the cluster. Default: EC2 with DAEMON, otherwise FARGATE, unless there is a capacityProviderStrategy.',
        }),
      ),
      'FARGATE',
    ),
    observed: (aws: string | undefined) => aws ?? null,
    replaces: true,
  },
  /** What every service was before there was another is no part of a digest. */
  schedulingStrategy: {
    ...schedulingStrategy,
    wanted: (written: 'REPLICA' | 'DAEMON' | undefined) => (written === 'DAEMON' ? written : undefined),
    toAws: (spec: 'REPLICA' | 'DAEMON' | undefined) => spec ?? 'REPLICA',
    replaces: true,
  },
  capacityProviderStrategy: capacityProviderStrategy(
    "Instead of launchType: capacity providers, of Fargate or of hosts, never both. [] is the cluster's default strategy at the time the service is made. A change starts new tasks.",
  ),
  platformVersion: {
    ...always(platformVersion, 'LATEST'),
    observed: (aws: string | undefined) => shownVersion(aws) ?? null,
    written: (aws: string | undefined) => (shownVersion(aws) === 'LATEST' ? undefined : aws),
  },
  placementStrategy: {
    ...placementStrategy,
    schema: Type.Array(placementStrategy.schema.items, {
      maxItems: 5,
      description: PLACED,
    }),
  },
  servicePlacementConstraints: called(
    'placementConstraints',
    listByKey(
      PLACEMENT_CONSTRAINT,
      "The hosts that the service's tasks may run on, in addition to placementConstraints of the task definition; a change makes no revision. [] is none. Not on Fargate.",
      { key: ({ type, expression }) => expression ?? type, says: ({ type }) => type },
    ),
  ),
} as const;
