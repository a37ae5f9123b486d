import { withoutAppliedSpec } from '../core/ownership.ts';
import { displayId } from '../core/resource.ts';
import type { Desired, Observed } from '../core/resource.ts';
import { modelOf } from './context.ts';
import type { PlanContext } from './context.ts';
import type { Differences } from './differences.ts';
import { base, heldBy } from './hold.ts';
import { notNow } from './not-now.ts';
import type { Step } from './step.ts';
import { refersTo } from './uses.ts';
import { pendingNeeds } from './waiting.ts';

/**
 * Something that it uses is to be made anew, which AWS refuses while it is used: it lets go of that, and changes nothing
 * else meanwhile. Undefined where it uses nothing of the kind, or cannot be without it.
 */
export function letsGo(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  { adopts, differing, madeBy }: Differences,
): Step | undefined {
  if (adopts) return undefined;
  const model = modelOf(context, desired.id.kind);
  const going = pendingNeeds(desired, context).flatMap((step) =>
    step.type === 'hold' && step.intent === 'replace' && step.observed !== undefined ? [step.observed] : [],
  );
  const used = going.filter((need) => refersTo(model.uses?.(observed) ?? [], need));
  const changes = used.flatMap((need) => model.letGo?.(observed, need) ?? []);
  if (changes.length === 0) return undefined;
  const obstacle = notNow({ type: 'let-go', id: desired.id, changes, desired, observed }, context);
  if (obstacle !== undefined) {
    return heldBy(obstacle, desired, observed, 'update', differing, madeBy(differing));
  }
  const reason = `lets go of ${used.map(({ id }) => displayId(id)).join(', ')}, which is created again`;
  return {
    ...base(desired, observed, reason, { changes, upkeep: [] }),
    type: 'update',
    desired,
    observed,
    tags: withoutAppliedSpec(observed.tags),
    adopts: false,
  };
}
