import { canonicalJson, digest, leftoverPolicy } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import { heldByBudget } from './confirmation.ts';
import { intentOf, isLeftToOther, isRelease } from './step.ts';
import { listed } from './work.ts';
import type { Plan, PlanSummary, Step } from './step.ts';

/** Steps, of one environment or several, as a plan with its hash and counts. */
export function planOf(steps: readonly Step[]): Plan {
  return { steps, hash: planHash(steps), summary: summarize(steps) };
}

function summarize(steps: readonly Step[]): PlanSummary {
  const summary = { create: 0, update: 0, replace: 0, delete: 0, release: 0, keep: 0, hold: 0 };
  for (const step of steps) if (!isLeftToOther(step)) summary[countedAs(step)] += 1;
  return summary;
}

/** As what a step counts: what only waits for a step of the same plan will happen with that, what is held otherwise will not. */
function countedAs(step: Step): keyof PlanSummary {
  const isCounted = step.type !== 'hold' || (step.why === 'waiting' && step.intent !== 'none');
  if (!isCounted) return 'hold';
  const intent = intentOf(step);
  if (intent === 'none') return 'keep';
  return isRelease(step) ? 'release' : intent;
}

/**
 * The hash is equal for plans that would change the same things in the same way, held or not. Where the prune budget holds deletions it is
 * a digest of these alone: drift elsewhere does not outdate what somebody has looked at and confirms.
 */
function planHash(steps: readonly Step[]): string {
  const held = heldByBudget(steps);
  if (held.length > 0) {
    const deletions = held.map(({ id, observed }) => [
      resourceKey(id),
      leftoverPolicy(observed?.tags ?? {}).deletion,
    ]);
    return digest(['deletions', deletions.map(canonicalJson).toSorted()]);
  }
  const effects = steps
    .filter((step) => intentOf(step) !== 'none')
    .map((step) => [resourceKey(step.id), intentOf(step), listed(step).map(({ path, to }) => [path, to])])
    .map(canonicalJson)
    .toSorted();
  return digest(effects);
}
