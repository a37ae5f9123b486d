import { Type } from 'typebox';
import type { Table } from './fields/field.ts';
import { omissible, required, structuresByKey, value } from './fields/shapes.ts';

/** How tasks are spread over capacity providers: of a service, and of a cluster for services that say nothing (ECS API reference, CapacityProviderStrategyItem). */

export const FARGATE_PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];
/** ECS API reference, CreateService: "a maximum of 20 capacity providers". */
const MOST_PROVIDERS = 20;
/** ECS API reference, CreateCapacityProvider. */
export const PROVIDER_NAME = '^[A-Za-z0-9_-]{1,255}$';
export const NOT_A_PROVIDER =
  'must be the name of a capacity provider: FARGATE, FARGATE_SPOT or one of your own';

const STRATEGY_ITEM = {
  fields: {
    capacityProvider: required(
      value(
        Type.String({
          pattern: PROVIDER_NAME,
          errorMessage: NOT_A_PROVIDER,
          description: 'FARGATE, FARGATE_SPOT, or the name of one of your own; the cluster must have it.',
        }),
      ),
    ),
    weight: omissible(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'Its share of the tasks beyond the base, beside the weights of the others. Default: 0.',
      }),
      0,
    ),
    base: omissible(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        description: 'Tasks that it has before the weights count. Default: 0.',
      }),
      0,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export function capacityProviderStrategy(description: string) {
  const field = structuresByKey(STRATEGY_ITEM, description, ({ capacityProvider }) => capacityProvider);
  return { ...field, schema: Type.Array(field.schema.items, { maxItems: MOST_PROVIDERS, description }) };
}
