import { Type } from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../core/schema.ts';

/** How clients find a service: what Route 53 has at its name, and what a resolver answers, or DiscoverInstances does. */
const closed = { additionalProperties: false } as const;

const AnswerSchema = Type.Object(
  {
    type: oneOf(['A', 'AAAA', 'SRV', 'DiscoverInstances']),
    ttl: Type.Optional(Type.Integer({ minimum: 0, description: 'Time to live of the records in seconds' })),
    values: Type.Array(Type.String(), { description: 'What may be answered, sorted' }),
    atOnce: Type.Integer({ minimum: 0, description: 'How many of them one answer holds' }),
    healthy: Type.Boolean({ description: 'False where none is, so that all may be answered' }),
  },
  closed,
);
export type Answer = Static<typeof AnswerSchema>;

export const DiscoverySchema = Type.Object(
  {
    name: Type.String({
      description: 'What resolvers are asked for; `NAMESPACE/SERVICE` where there is DiscoverInstances alone',
    }),
    routingPolicy: Type.Optional(oneOf(['MULTIVALUE', 'WEIGHTED'], 'The routing policy of the records')),
    source: oneOf(
      ['Route 53', 'Cloud Map'],
      'Where the answers come from. Cloud Map: there are no records, or the controller has not read, or may not read, Route 53',
    ),
    readAt: Type.Optional(
      Type.String({ description: 'ISO 8601, UTC: when Route 53 was read, which is done every five minutes' }),
    ),
    answers: Type.Array(AnswerSchema),
    differences: Type.Array(Type.String(), {
      description:
        "Differences between Route 53 and Cloud Map's instances that have lasted for a minute or longer",
    }),
  },
  { ...closed, description: 'The answer of service discovery to clients' },
);
export type DiscoveryStatus = Static<typeof DiscoverySchema>;
