import { objectKey } from '../../../controller/core/resource.ts';
import type { Step } from '../../../controller/plan/step.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';

/** Whether a pass writes although nothing is under way when it begins, so that the pass before could have written the same. */
export function isLate(pass: PassResult, before: PassResult | undefined): boolean {
  const isBusy = ({ outcomes, plan, failures }: PassResult): boolean =>
    failures.size > 0 || outcomes.some(({ result }) => result !== 'done') || progressing({ plan }).length > 0;
  return pass.outcomes.length > 0 && before !== undefined && !isBusy(before);
}

function progressing({ plan }: Pick<PassResult, 'plan'>): readonly Step[] {
  return plan.steps.filter((step) => 'observed' in step && step.observed?.health.status === 'Progressing');
}

/** What a daemon would have to be rolled out for, or registered in, waits as long as that is held. */
const WAITED_FOR: ReadonlySet<string> = new Set(['service', 'discovery-service']);

/** AWS is at work on something. */
export function isAtWork({ plan }: Pick<PassResult, 'plan'>): boolean {
  const holds = plan.steps.filter(({ type, id }) => type === 'hold' && WAITED_FOR.has(id.kind));
  const objectOf = ({ id, manifest }: Step): string => objectKey(id.environment, manifest);
  const held = new Set(holds.map(objectOf));
  return progressing({ plan }).some((step) => !held.has(objectOf(step)));
}
