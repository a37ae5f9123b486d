import { displayId, resourceKey } from '../core/resource.ts';
import type { Desired, ResourceId } from '../core/resource.ts';
import { modelOf, needsOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { intentOf } from './step.ts';
import type { Step } from './step.ts';

/** What a resource waits for by law 3: what it needs and is missing, may not be used, or has a step of its own. Ill health is no reason. */
export function waitReasons(desired: Desired, context: PlanContext): readonly string[] {
  const missing = modelOf(context, desired.id.kind)
    .needs(desired)
    .filter((id) => needsOf(context, desired.id.environment)(id) === undefined);
  const pending = pendingNeeds(desired, context).map((step) => step.id);
  return [...new Set([...missing, ...pending].map(displayId))];
}

/** Steps of needed resources that are still to be taken. */
export function pendingNeeds(desired: Desired, context: PlanContext): readonly Step[] {
  return modelOf(context, desired.id.kind)
    .needs(desired)
    .map((id) => context.planned.get(resourceKey(id)))
    .filter(
      (step): step is Step =>
        step !== undefined && intentOf(step) !== 'none' && !isStandingStill(step) && !onlyTidies(step),
    );
}

/** A step that only tidies leaves its resource the same for those that need it; one that follows another has nothing to tell yet. */
function onlyTidies({ changes, upkeep }: Step): boolean {
  return changes.length === 0 && upkeep.length > 0 && upkeep.every(({ isTidying }) => isTidying);
}

/** Needed resources that a step gives new outputs, or would give if this resource took them up. */
export function renewedNeeds(desired: Desired, context: PlanContext): readonly ResourceId[] {
  return modelOf(context, desired.id.kind)
    .needs(desired)
    .filter((id) => {
      const key = resourceKey(id);
      const step = context.planned.get(key);
      if (step === undefined || !changesOutputs(step, context)) return false;
      const isHeldForThis = context.belongings.get(key)?.obstacle !== undefined;
      return intentOf(step) !== 'none' && !onlyTidies(step) && (!isStandingStill(step) || isHeldForThis);
    });
}

/** The step is held for a reason that only people or another pass can lift: dependents go on with what exists. */
function isStandingStill(step: Step): boolean {
  return step.type === 'hold' && step.why !== 'waiting';
}

/** Whether a step gives its resource new outputs, so that what uses it has to follow. */
export function changesOutputs(step: Step, context: PlanContext): boolean {
  const intent = intentOf(step);
  return intent === 'update' ? modelOf(context, step.id.kind).updateChangesOutputs : true;
}
