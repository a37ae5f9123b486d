import { StationkeeperError } from '../core/errors.ts';
import { leftoverPolicy, ownerOf } from '../core/ownership.ts';
import { lacksSource, otherSourceOf } from '../core/sources.ts';
import { displayId } from '../core/resource.ts';
import type { Observed, Owner, Tags } from '../core/resource.ts';
import type { KindDriver } from '../kinds/kind.ts';
import type { PlanInput } from '../plan/input.ts';
import type { DeleteStep, ReplaceStep, UpdateStep } from '../plan/step.ts';

/**
 * Looks once more at whose a resource is, right before it is changed: a pass may be long, and the batch that its tags come from shows a tag
 * that was taken away only after a while. What is gone meanwhile is the driver's to find out.
 *
 * @throws StationkeeperError `NotOurs`, retry `wait`, where the tags no longer allow the step
 */
export async function ensureStillOurs(
  step: UpdateStep | ReplaceStep | DeleteStep,
  driver: KindDriver,
  input: Pick<PlanInput, 'owner' | 'source'>,
): Promise<void> {
  const tags = await driver.tagsNow(step.observed);
  if (tags === undefined || isAllowed(step, tags, input)) return;
  throw new StationkeeperError({
    code: 'NotOurs',
    retry: 'wait',
    message: `the owner tags of ${displayId(step.id)} have just changed, so the controller did not ${step.type} it; the next pass looks again`,
  });
}

/** Whether its tags of this moment say of a resource what was seen: that it is ours, and of which source. */
export function isStillOurs(
  observed: Observed,
  tags: Tags,
  input: Pick<PlanInput, 'owner' | 'source'>,
): boolean {
  return (
    whoseNow(observed, tags, input) === 'us' &&
    otherSourceOf(input, tags) === otherSourceOf(input, observed.tags)
  );
}

function whoseNow({ id }: Observed, tags: Tags, { owner }: Pick<PlanInput, 'owner'>): Owner {
  return ownerOf({ owner, environment: id.environment }, tags);
}

function isAllowed(
  step: UpdateStep | ReplaceStep | DeleteStep,
  tags: Tags,
  input: Pick<PlanInput, 'owner' | 'source'>,
): boolean {
  if (step.type === 'update' && step.adopts) return whoseNow(step.observed, tags, input) === 'nobody';
  if (!isStillOurs(step.observed, tags, input)) return false;
  if (step.type !== 'delete') return true;
  const { prune, deletion } = leftoverPolicy(tags);
  // What said its source when it was planned needs no confirmation, and may need one by now.
  const hasLostSource = lacksSource(input, tags) && !lacksSource(input, step.observed.tags);
  return prune && !hasLostSource && (step.release || deletion === 'delete');
}
