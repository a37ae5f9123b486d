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

interface Planning extends PlanContext, Pick<Order, 'inOrder'> {
  readonly planned: Map<string, Step>;
}

function contextOf(input: PlanInput): Planning {
  const { inOrder, wanted, external } = orderOf(input);
  return {
    ...input,
    inOrder,
    planned: new Map(),
    belongings: new Map(),
    wanted,
    external,
    protection: selfProtection(input),
  };
}

function planInto(context: Planning): void {
  for (const [key, desired] of context.inOrder) {
    context.planned.set(key, planDesired(desired, context.snapshot.items.get(key), context));
  }
}

/** What of a plan follows from what is wanted alone. */
interface Order extends Pick<PlanContext, 'models' | 'wanted' | 'external'> {
  /** By kind, which is the order in which needs allow creation, then by name, so that equal input gives equal plans. */
  readonly inOrder: readonly (readonly [key: string, Desired])[];
}

/** For as long as a revision stays, the same is planned again and again. */
const orders = new WeakMap<PlanInput['desired'], Order>();

function orderOf(input: PlanInput): Order {
  const known = orders.get(input.desired);
  if (known?.models === input.models) return known;
  const rank = rankIn(input);
  const keyed = input.desired.map((one) => ({ one, rank: rank(one.id.kind), key: resourceKey(one.id) }));
  const order = {
    models: input.models,
    wanted: new Set(keyed.map(({ key }) => key)),
    external: new Set(keyed.filter(({ one }) => one.management === 'external').map(({ key }) => key)),
    inOrder: keyed
      .toSorted((a, b) => a.rank - b.rank || compareText(a.key, b.key))
      .map(({ key, one }) => [key, one] as const),
  };
  orders.set(input.desired, order);
  return order;
}
