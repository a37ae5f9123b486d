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

/** What a plan that has to be confirmed would take away, object by object: `DaemonService/xray: service/xray, role/xray-task (released)`. */
export function heldObjects(plan: Plan): readonly string[] {
  const objects = groupBy(heldByBudget(plan.steps), ({ id, manifest }) =>
    objectKey(id.environment, manifest),
  );
  const told = (step: HoldStep): string => `${displayId(step.id)}${isRelease(step) ? ' (released)' : ''}`;
  return [...objects.values()].map((own) => `${manifestKey(own[0]!.manifest)}: ${own.map(told).join(', ')}`);
}
