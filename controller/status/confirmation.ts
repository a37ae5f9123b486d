import { alike } from '../core/alike.ts';
import { confirmingRequest, foldedHeldObjects, heldByBudget, heldObjects } from '../plan/confirmation.ts';
import { placesIn } from '../plan/places.ts';
import type { HoldStep, Plan } from '../plan/step.ts';
import { upToAdvice } from './failure.ts';
import type { StatusReport } from './schema.ts';

/** The deletions that wait for somebody, once for all of them; undefined where none does. Pure. */
export function confirmationOf(plan: Plan): StatusReport['confirmation'] {
  const held = heldByBudget(plan.steps);
  if (held.length === 0) return undefined;
  const objects = heldObjects(plan);
  const folded = foldedHeldObjects(plan);
  return {
    hash: plan.hash,
    request: confirmingRequest(plan.hash),
    why: whyAll(held, placesIn(plan.steps)),
    objects: [...objects],
    ...(folded.length < objects.length && { folded: [...folded] }),
  };
}

/** Why they are held, each reason once. */
function whyAll(held: readonly HoldStep[], placeOf: ReturnType<typeof placesIn>): string[] {
  return alike(held, ({ id, reason }) => ({
    key: '',
    texts: [upToAdvice(reason)],
    place: placeOf(id.environment),
  })).flatMap(({ texts }) => texts);
}
