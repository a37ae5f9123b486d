import { displayId, manifestKey, objectKey, resourceKey } from '../core/resource.ts';
import { groupBy } from '../core/order.ts';
import { isRelease } from './step.ts';
import type { HoldStep, Plan, Step } from './step.ts';

/** Deletions that wait for somebody's confirmation. */
export function heldByBudget(steps: readonly Step[]): readonly HoldStep[] {
  return steps.filter((step): step is HoldStep => step.type === 'hold' && step.why === 'budget');
}

/** What a confirmation by this hash lets go, by resource key; undefined where the plan holds nothing of this hash. */
export function confirmedBy(plan: Plan, hash: string): ReadonlySet<string> | undefined {
  const held = heldByBudget(plan.steps);
  if (held.length === 0 || plan.hash !== hash) return undefined;
  return new Set(held.map((step) => resourceKey(step.id)));
}

/**
 * What a plan that has to be confirmed would take away, object by object: `DaemonService/xray: service/xray, role/xray-task (released)`;
 * with its Environment where the plan is of several.
 */
export function heldObjects({ steps }: Plan): readonly string[] {
  const isOfSeveral = new Set(steps.map(({ id }) => id.environment)).size > 1;
  const objects = groupBy(heldByBudget(steps), ({ id, manifest }) => objectKey(id.environment, manifest));
  const told = (step: HoldStep): string => `${displayId(step.id)}${isRelease(step) ? ' (released)' : ''}`;
  return [...objects.values()].map((own) => {
    const { id, manifest } = own[0]!;
    const where = isOfSeveral ? ` (environment ${id.environment})` : '';
    return `${manifestKey(manifest)}${where}: ${own.map(told).join(', ')}`;
  });
}

/** The request by which somebody confirms the plan of a hash: of the HTTP API, with the token. */
export function confirmingRequest(hash: string): string {
  return `POST /plan/${hash}/confirm`;
}
