import { displayId, resourceKey } from '../core/resource.ts';
import type { PlanInput } from './input.ts';
import { intentOf } from './step.ts';
import type { Obstacle, Step } from './step.ts';

/**
 * What belongs to a held change waits with it (law 3): a new object that is made to be taken up by one other resource, as a revision
 * is by its service, has no purpose while that does not take it up.
 */
export interface Belonging {
  /** Why it is not made now; undefined where the other ignores it, so that it is as wanted. */
  readonly obstacle: Obstacle | undefined;
  readonly reason: string;
}

/** By resource key, of steps as they would be taken, each by itself. */
export function belongings(
  planned: ReadonlyMap<string, Step>,
  { models }: PlanInput,
): ReadonlyMap<string, Belonging> {
  return new Map(
    [...planned].flatMap(([key, step]): (readonly [string, Belonging])[] => {
      const isNewObject = models.get(step.id.kind)?.updateChangesOutputs === true && isToBeMade(step);
      const user = 'desired' in step ? step.desired?.usedBy : undefined;
      const taker = user === undefined ? undefined : planned.get(resourceKey(user));
      const belonging = isNewObject && taker !== undefined ? belongingTo(taker, step) : undefined;
      return belonging === undefined ? [] : [[key, belonging]];
    }),
  );
}

/** Tidying makes nothing new. */
function isToBeMade(step: Step): boolean {
  const isPending = step.type !== 'hold' || step.why === 'waiting';
  const intent = intentOf(step);
  return isPending && (intent === 'create' || (intent === 'update' && step.changes.length > 0));
}

function belongingTo(taker: Step, step: Step): Belonging | undefined {
  const name = displayId(taker.id);
  // Whoever would take it up waits for it, as long as it is to be made.
  if (taker.type === 'keep') {
    return { obstacle: undefined, reason: `${name} does not take it up; ${taker.reason}` };
  }
  if (taker.type !== 'hold' || taker.why === 'waiting') return undefined;
  // What git changes may be the cure of what failed or did not last.
  if (taker.why === 'failed' && step.changedBy === 'git') return undefined;
  const reason = `waits with ${name}, which is held: ${taker.reason}`;
  return { obstacle: { why: taker.why, reason }, reason };
}
