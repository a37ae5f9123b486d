import { StationkeeperError } from '../core/errors.ts';
import { leftoverPolicy, ownerOf } from '../core/ownership.ts';
import { displayId } from '../core/resource.ts';
import type { Tags } from '../core/resource.ts';
import type { KindDriver } from '../kinds/kind.ts';
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
  owner: string,
): Promise<void> {
  const tags = await driver.tagsNow(step.observed);
  if (tags === undefined || isAllowed(step, tags, owner)) return;
  throw new StationkeeperError({
    code: 'NotOurs',
    retry: 'wait',
    message: `the ownership tags of ${displayId(step.id)} have just changed, so there was no ${step.type}; it is looked at again`,
  });
}

function isAllowed(step: UpdateStep | ReplaceStep | DeleteStep, tags: Tags, owner: string): boolean {
  const actual = ownerOf({ owner, environment: step.id.environment }, tags);
  if (step.type === 'update' && step.adopts) return actual === 'nobody';
  if (actual !== 'us') return false;
  if (step.type !== 'delete') return true;
  const { prune, deletion } = leftoverPolicy(tags);
  return prune && (step.release || deletion === 'delete');
}
