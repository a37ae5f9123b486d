import { Type } from 'typebox';
import type { Fault } from '../control/faults.ts';
import { OBSTACLES } from '../unavailable.ts';

const LONGEST_MS = 24 * 60 * 60_000;

const Common = {
  operation: Type.String({ pattern: '^(\\*|[a-z0-9]+:(\\*|[A-Za-z0-9]+))$' }),
  times: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Literal('always')]),
  ),
  probability: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
};
const Ms = Type.Number({ minimum: 0, maximum: LONGEST_MS });
const strict = { additionalProperties: false };

const EFFECTS = [
  Type.Object(
    {
      ...Common,
      effect: Type.Literal('fail'),
      code: Type.String({ pattern: '^[A-Za-z0-9.]{1,128}$' }),
      message: Type.Optional(Type.String({ maxLength: 1024 })),
      status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
    },
    strict,
  ),
  Type.Object({ ...Common, effect: Type.Literal('delay'), ms: Ms }, strict),
  Type.Object({ ...Common, effect: Type.Literal('hang') }, strict),
  Type.Object({ ...Common, effect: Type.Literal('drop') }, strict),
  Type.Object({ ...Common, effect: Type.Literal('lag'), ms: Ms }, strict),
];

/** Chosen by its effect, so that a refusal speaks of that one alone. */
export const FaultBody = Type.Unsafe<Fault>({
  type: 'object',
  required: ['effect'],
  discriminator: { propertyName: 'effect' },
  oneOf: EFFECTS,
});

export const TaskEndBody = Type.Object(
  {
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    exitCode: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  },
  strict,
);

export const SpotBody = Type.Object(
  { task: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })) },
  strict,
);

/** As many as a cluster can have (quota "Container instances per cluster"). */
const MOST_INSTANCES = 5000;
const Name = Type.String({ minLength: 1, maxLength: 2048 });

export const InstancesBody = Type.Object(
  {
    cluster: Type.Optional(Name),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_INSTANCES })),
    instanceType: Type.Optional(Name),
    availabilityZone: Type.Optional(Name),
    subnetId: Type.Optional(Name),
    attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
    capacityProvider: Type.Optional(Name),
    external: Type.Optional(Type.Boolean()),
  },
  strict,
);

export const ImageBody = Type.Object(
  {
    repository: Name,
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 1000 })),
    architectures: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]{1,32}$' }), { minItems: 1, maxItems: 16 }),
    ),
  },
  strict,
);

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const PacketBody = Type.Object(
  {
    protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
    fromAddress: Name,
    fromPort: Port,
    toAddress: Name,
    toPort: Port,
  },
  strict,
);

export const ConsumerBody = Type.Object(
  {
    securityGroupIds: Type.Array(Type.String({ pattern: '^sg-[0-9a-f]{8,17}$' }), {
      minItems: 1,
      maxItems: 16,
    }),
    subnetId: Type.String({ pattern: '^subnet-[0-9a-f]{8,17}$' }),
  },
  strict,
);

export const AlarmBody = Type.Object(
  { state: Type.Union([Type.Literal('ALARM'), Type.Literal('OK')]) },
  strict,
);

export const PolicyBody = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,128}$' }),
    policy: Type.Unsafe<object>({ type: 'object' }),
  },
  strict,
);

export const UnavailableBody = Type.Object(
  {
    reference: Type.String({ minLength: 1, maxLength: 2048 }),
    because: Type.Optional(Type.Union(OBSTACLES.map((obstacle) => Type.Literal(obstacle)))),
  },
  strict,
);

export const MetricBody = Type.Object(
  {
    resourceId: Type.String({ minLength: 1, maxLength: 1024 }),
    metric: Type.String({ minLength: 1, maxLength: 1024 }),
    value: Type.Number({ minimum: 0 }),
  },
  strict,
);

export const QuotasBody = Type.Object(
  { scale: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1000 }), Type.Literal('off')]) },
  strict,
);
