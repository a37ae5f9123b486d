import { groupBy } from '../core/order.ts';
import { isLeftToOther } from '../plan/step.ts';
import type { Plan, Step } from '../plan/step.ts';

/** Resources of an Environment that are to go, and that something keeps. */
export interface HeldDeletions {
  readonly environment: string;
  /** `PruneBudgetExceeded`: they wait for a confirmation. `DeletionHeld`: the plan says of each why it stays. */
  readonly reason: 'PruneBudgetExceeded' | 'DeletionHeld';
  /** Resources; at least 1. */
  readonly count: number;
}

/** How many deletions of a plan are held, by Environment and reason. Those that only wait for another step are not. Pure. */
export function heldDeletionsOf({ steps }: Pick<Plan, 'steps'>): readonly HeldDeletions[] {
  const held = steps.flatMap((step) => {
    const reason = reasonOf(step);
    return reason === undefined ? [] : [{ environment: step.id.environment, reason }];
  });
  return [...groupBy(held, ({ environment, reason }) => `${reason} ${environment}`).values()].flatMap(
    (same) => (same[0] === undefined ? [] : [{ ...same[0], count: same.length }]),
  );
}

function reasonOf(step: Step): HeldDeletions['reason'] | undefined {
  if (step.type !== 'hold' || isLeftToOther(step)) return undefined;
  if (step.why === 'budget') return 'PruneBudgetExceeded';
  return step.why === 'policy' && step.intent === 'delete' ? 'DeletionHeld' : undefined;
}
