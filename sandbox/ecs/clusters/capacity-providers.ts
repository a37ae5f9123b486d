import type {
  CapacityProvider,
  CapacityProviderStrategyItem,
  DescribeCapacityProvidersCommandInput,
  DescribeCapacityProvidersCommandOutput,
  Failure,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { invalidParameter, requireOneOf } from '../errors.ts';
import { ecsArn, resourcePath } from '../names.ts';
import { readPage } from '../pages.ts';

/** The providers that every account has; the sandbox has no others. */
const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];
const MOST_IN_STRATEGY = 20;
const MOST_WEIGHT = 1000;
const MOST_BASE = 100_000;

/** Throws InvalidParameterException for a page size that is not from 1 to 10. */
export function describeCapacityProviders(
  input: DescribeCapacityProvidersCommandInput,
  context: CallContext,
): Answer<DescribeCapacityProvidersCommandOutput> {
  const { capacityProviders: asked = [], include = [] } = input;
  for (const field of include) requireOneOf('include', field, ['TAGS']);
  const names = asked.length === 0 ? FARGATE_PROVIDERS : [...new Set(asked)];
  const failures: Failure[] = [];
  const found: [string, CapacityProvider][] = [];
  for (const reference of names) {
    const name = resourcePath(context, 'capacity-provider', reference) ?? '';
    const capacityProviderArn = ecsArn(context, `capacity-provider/${name}`);
    if (FARGATE_PROVIDERS.includes(name)) {
      found.push([name, { capacityProviderArn, name, status: 'ACTIVE', tags: [] }]);
    } else {
      failures.push({ arn: name === '' ? reference : capacityProviderArn, reason: 'MISSING' });
    }
  }
  const { items, nextToken } = readPage(
    found.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    input,
    { size: 10, most: 10 },
  );
  return { capacityProviders: [...items], failures, nextToken };
}

/** Names of Fargate's providers. Throws InvalidParameterException. */
export function readCapacityProviders(providers: readonly string[] = []): string[] {
  if (providers.some((provider) => !FARGATE_PROVIDERS.includes(provider))) {
    throw invalidParameter('The specified capacity provider was not found.');
  }
  return [...new Set(providers)];
}

/** A strategy over a cluster's providers. Throws InvalidParameterException. */
export function readStrategy(
  strategy: readonly CapacityProviderStrategyItem[],
  providers: readonly string[],
): CapacityProviderStrategyItem[] {
  if (strategy.length > MOST_IN_STRATEGY) {
    throw invalidParameter(`capacityProviderStrategy can have at most ${MOST_IN_STRATEGY} items.`);
  }
  for (const { capacityProvider = '', weight = 0, base = 0 } of strategy) {
    if (!providers.includes(capacityProvider)) {
      throw invalidParameter(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
      );
    }
    if (weight < 0 || weight > MOST_WEIGHT) {
      throw invalidParameter(`weight must be between 0 and ${MOST_WEIGHT}.`);
    }
    if (base < 0 || base > MOST_BASE) throw invalidParameter(`base must be between 0 and ${MOST_BASE}.`);
  }
  const names = strategy.map(({ capacityProvider }) => capacityProvider);
  if (new Set(names).size < names.length) {
    throw invalidParameter('The specified capacity provider strategy contains a capacity provider twice.');
  }
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1) {
    throw invalidParameter(
      'There are multiple capacity providers in the specified capacity provider strategy with a base value defined. Only one is allowed.',
    );
  }
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0)) {
    throw invalidParameter(
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero. Specify one and try again.',
    );
  }
  return strategy.map((item) => ({ ...item, weight: item.weight ?? 0, base: item.base ?? 0 }));
}
