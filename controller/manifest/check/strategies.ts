import { FARGATE_PROVIDERS } from '../../core/capacity-provider-strategy.ts';
import type { Path } from '../position.ts';
import type { Report } from './check.ts';

interface Item {
  readonly capacityProvider: string;
  readonly weight?: number;
  readonly base?: number;
}

/**
 * What ECS refuses of a capacity provider strategy: weights and bases (ECS API reference, CapacityProviderStrategyItem), and the two sorts of
 * providers together (AWS's answer: terraform-aws-modules/terraform-aws-ecs#68). One that is named twice cannot be told from itself.
 */
export function checkStrategy(strategy: readonly Item[], at: Path, report: Report): void {
  const names = strategy.map(({ capacityProvider }) => capacityProvider);
  names.forEach((name, nth) => {
    if (names.indexOf(name) !== nth)
      report([...at, nth, 'capacityProvider'], `${name} is in the strategy already; remove one`);
  });
  const based = strategy.flatMap(({ base = 0 }, nth) => (base > 0 ? [nth] : []));
  const [first, second] = based;
  if (first !== undefined && second !== undefined) {
    report(
      [...at, second, 'base'],
      `one capacity provider of a strategy has a base, and ${names[first]} has one; remove one of the two`,
    );
  }
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0)) {
    report([...at, 0], `no provider has a weight, so that no task could be placed; write weight: 1`);
  }
  const own = names.findIndex((name) => !FARGATE_PROVIDERS.includes(name));
  const fargate = names.find((name) => FARGATE_PROVIDERS.includes(name));
  if (own >= 0 && fargate !== undefined) {
    report(
      [...at, own, 'capacityProvider'],
      `ECS refuses ${names[own]} beside ${fargate}: a strategy is of Fargate or of hosts; remove one of the two`,
    );
  }
}
