import { withoutAppliedSpec } from '../core/ownership.ts';
import { displayId, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed } from '../core/resource.ts';
import { modelOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { base, hold } from './hold.ts';
import type { Step } from './step.ts';
import { refersTo } from './uses.ts';
import { pendingNeeds } from './waiting.ts';

/**
 * Something that it uses is to be made anew, which AWS refuses while it is used: it lets go of that, and changes nothing
 * else meanwhile. Undefined where it uses nothing of the kind, or cannot be without it.
 */
export function planLettingGo(
  desired: Desired,
  observed: Observed,
  differing: readonly FieldChange[],
  context: PlanContext,
): Step | undefined {
  const model = modelOf(context, desired.id.kind);
  const going = pendingNeeds(desired, context).flatMap((step) =>
    step.type === 'hold' && step.intent === 'replace' && step.observed !== undefined ? [step.observed] : [],
  );
  const used = going.filter((need) => refersTo(model.uses?.(observed) ?? [], need));
  const changes = used.flatMap((need) => model.letGo?.(observed, need) ?? []);
  if (changes.length === 0) return undefined;
  const reason = `lets go of ${used.map(({ id }) => displayId(id)).join(', ')}, which is made anew`;
  const key = resourceKey(desired.id);
  const failure = context.failed.get(key);
  const started = context.started.get(key);
  if (failure !== undefined) return hold(desired, observed, 'failed', 'update', failure, differing);
  if (started !== undefined) return hold(desired, observed, 'waiting', 'update', started, differing);
  return {
    ...base(desired, observed, reason, changes),
    changedBy: 'git',
    type: 'update',
    desired,
    observed,
    tags: withoutAppliedSpec(observed.tags),
    adopts: false,
  };
}
