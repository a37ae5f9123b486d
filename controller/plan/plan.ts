import { compareText } from '../core/order.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired } from '../core/resource.ts';
import { belongings } from './belonging.ts';
import type { PlanContext } from './context.ts';
import type { PlanInput } from './input.ts';
import { planLeftovers } from './leftovers.ts';
import { rankIn } from './order.ts';
import { planDesired } from './rules.ts';
import { selfProtection } from './self.ts';
import type { Step } from './step.ts';

/**
 * (desired, snapshot, policy) → one step per resource, by the rules of rules.ts and, for what no manifest names any more, leftovers.ts.
 * Pure (law 1).
 *
 * What is still used is replaced after its users have let go of it, each by an update of its own; they take it up again once it is
 * made anew.
 *
 * Whether what others are to take up will be taken up is known once they are planned: where it will not, all is planned once more without it.
 */
export function planSteps(input: PlanInput): readonly Step[] {
  const context = contextOf(input);
  planInto(context);
  const waiting = belongings(context.planned, input);
  if (waiting.size === 0) return [...context.planned.values(), ...planLeftovers(context)];
  const again = { ...contextOf(input), belongings: waiting };
  planInto(again);
  return [...again.planned.values(), ...planLeftovers(again)];
}

interface Planning extends PlanContext {
  readonly planned: Map<string, Step>;
}

function contextOf(input: PlanInput): Planning {
  const wanted = new Set(input.desired.map((desired) => resourceKey(desired.id)));
  const external = input.desired.filter((desired) => desired.management === 'external');
  return {
    ...input,
    planned: new Map(),
    belongings: new Map(),
    wanted,
    external: new Set(external.map((desired) => resourceKey(desired.id))),
    protection: selfProtection(input),
  };
}

function planInto(context: Planning): void {
  for (const desired of inCreationOrder(context)) {
    const key = resourceKey(desired.id);
    context.planned.set(key, planDesired(desired, context.snapshot.items.get(key), context));
  }
}

/** Sorts by kind, which is the order in which needs allow creation, then by name, so that equal input gives equal plans. */
function inCreationOrder(input: PlanInput): readonly Desired[] {
  const rank = rankIn(input);
  const keyed = input.desired.map((one) => ({
    one,
    rank: rank(one.id.kind),
    key: resourceKey(one.id),
  }));
  return keyed.toSorted((a, b) => a.rank - b.rank || compareText(a.key, b.key)).map(({ one }) => one);
}
