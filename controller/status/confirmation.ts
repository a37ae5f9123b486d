import { confirmingRequest, heldByBudget, heldObjects } from '../plan/confirmation.ts';
import type { Plan } from '../plan/step.ts';
import { upToAdvice } from './failure.ts';
import type { StatusReport } from './schema.ts';

/** The deletions that wait for somebody, once for all of them; undefined where none does. Pure. */
export function confirmationOf(plan: Plan): StatusReport['confirmation'] {
  const held = heldByBudget(plan.steps);
  if (held.length === 0) return undefined;
  return {
    hash: plan.hash,
    request: confirmingRequest(plan.hash),
    why: [...new Set(held.map(({ reason }) => upToAdvice(reason)))],
    objects: [...heldObjects(plan)],
  };
}
