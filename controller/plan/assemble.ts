import { canonicalJson, digest } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import { intentOf } from './step.ts';
import type { Plan, PlanSummary, Step } from './step.ts';

/** Steps, of one environment or several, as a plan with its hash and counts. */
export function planOf(steps: readonly Step[]): Plan {
  return { steps, hash: planHash(steps), summary: summarize(steps) };
}

function summarize(steps: readonly Step[]): PlanSummary {
  const count = (test: (step: Step) => boolean): number => steps.filter(test).length;
  return {
    create: count((step) => intentOf(step) === 'create'),
    update: count((step) => intentOf(step) === 'update'),
    replace: count((step) => intentOf(step) === 'replace'),
    delete: count((step) => intentOf(step) === 'delete'),
    keep: count((step) => step.type === 'keep'),
    hold: count((step) => step.type === 'hold' && step.why !== 'waiting'),
  };
}

/** Equal for plans that would change the same things in the same way, held or not. */
function planHash(steps: readonly Step[]): string {
  const effects = steps
    .filter((step) => intentOf(step) !== 'none')
    .map((step) => [resourceKey(step.id), intentOf(step), step.changes.map(({ path, to }) => [path, to])])
    .map(canonicalJson)
    .toSorted();
  return digest(effects);
}
