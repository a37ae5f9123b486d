import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { invalidParameter } from '../errors.ts';
import { resourcePath } from '../names.ts';

/** The providers that every account has. */
export const FARGATE_PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];
const MOST_IN_STRATEGY = 20;
const MOST_IN_CLUSTER = 20;
const MOST_WEIGHT = 1000;
const MOST_BASE = 100_000;

/** Whether tasks of that provider run on Fargate, and not on instances of an Auto Scaling group. */
export function isFargate({ capacityProvider = '' }: CapacityProviderStrategyItem): boolean {
  return FARGATE_PROVIDERS.includes(capacityProvider);
}

/** Names of providers that there are, by name or ARN. Throws InvalidParameterException. */
export function readCapacityProviders(context: CallContext, providers: readonly string[] = []): string[] {
  if (providers.length > MOST_IN_CLUSTER) {
    throw invalidParameter(`capacityProviders can have at most ${MOST_IN_CLUSTER} items.`);
  }
  const names = providers.map((provider) => resourcePath(context, 'capacity-provider', provider) ?? provider);
  const { capacityProviders } = context.state.ecs;
  for (const name of names) {
    if (FARGATE_PROVIDERS.includes(name) || capacityProviders.get(name)?.status === 'ACTIVE') continue;
    throw invalidParameter('The specified capacity provider was not found.');
  }
  return [...new Set(names)];
}

/**
 * A strategy over a cluster's providers, all of them Fargate's or none (AWS's text of the mix: terraform-aws-ecs#68). Throws
 * InvalidParameterException.
 */
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
  if (strategy.some(isFargate) && !strategy.every(isFargate)) {
    throw invalidParameter(
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    );
  }
  checkWhole(strategy);
  return strategy.map((item) => ({ ...item, weight: item.weight ?? 0, base: item.base ?? 0 }));
}

function checkWhole(strategy: readonly CapacityProviderStrategyItem[]): void {
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
}

/**
 * Whose the next task is: bases first, then so that beyond them the tasks are as the weights say (API reference, CapacityProviderStrategyItem).
 * Undefined without a strategy.
 */
export function nextProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  tasks: Iterable<{ readonly capacityProvider: string | undefined }>,
): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { capacityProvider } of tasks) {
    counts.set(capacityProvider, (counts.get(capacityProvider) ?? 0) + 1);
  }
  const countOf = ({ capacityProvider }: CapacityProviderStrategyItem) => counts.get(capacityProvider) ?? 0;
  const below = strategy.find((item) => countOf(item) < (item.base ?? 0));
  if (below !== undefined) return below.capacityProvider;
  const weighted = strategy.filter(({ weight = 0 }) => weight > 0);
  const share = (item: CapacityProviderStrategyItem) =>
    (Math.max(0, countOf(item) - (item.base ?? 0)) + 1) / (item.weight ?? 1);
  const [first] = weighted.toSorted((a, b) => share(a) - share(b));
  return (first ?? strategy[0])?.capacityProvider;
}
