import type { Needs } from '../core/outputs.ts';
import { TAG_PREFIX, withoutDigest } from '../core/ownership.ts';
import { RELEASED_TAG } from '../core/released.ts';
import type { Observed } from '../core/resource.ts';
import type { KindDriver } from '../kinds/kind.ts';
import type { CreateStep, DeleteStep, ReplaceStep, UpdateStep } from '../plan/step.ts';
import { isWork } from '../plan/work.ts';

/** A step that changes AWS. */
export type Mutation = CreateStep | UpdateStep | ReplaceStep | DeleteStep;

/** What a mutation comes to. */
type Done =
  | { readonly type: 'done'; readonly observed: Observed | undefined }
  | { readonly type: 'started'; readonly message: string; readonly checkAgainInMs: number };

/** Has the driver make one change. */
export async function mutate(step: Mutation, driver: KindDriver, needs: Needs): Promise<Done> {
  switch (step.type) {
    case 'create':
      return driver.create(step.desired, step.tags, needs);
    case 'update':
      return update(step, driver, needs);
    case 'replace':
      return removed(await driver.delete(step.observed));
    case 'delete': {
      if (!step.release) return removed(await driver.delete(step.observed));
      const ours = Object.keys(step.observed.tags).filter((key) => key.startsWith(TAG_PREFIX));
      await driver.tag(
        step.observed,
        step.leaves,
        ours.filter((key) => step.leaves[key] === undefined),
      );
      return { type: 'done', observed: undefined };
    }
  }
}

/**
 * An adopted resource is tagged before anything else: nothing without our tag is ever changed. That its whole spec was
 * applied is only said once it was.
 */
async function update(step: UpdateStep, driver: KindDriver, needs: Needs): Promise<Done> {
  const { desired, tags, adopts } = step;
  const { upkeep } = step;
  const changes = step.changes.filter((change) => !change.path.startsWith('tags.'));
  const hasWork = isWork({ changes, upkeep });
  let observed = step.observed;
  if (adopts) {
    const released = observed.tags[RELEASED_TAG] === undefined ? [] : [RELEASED_TAG];
    observed = await driver.tag(observed, hasWork ? withoutDigest(tags) : tags, released);
  }
  if (hasWork) {
    const progress = await driver.update(desired, observed, { changes, upkeep }, tags, needs);
    if (progress.type === 'started') return progress;
    observed = progress.observed;
  }
  const stale = Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => observed.tags[key] !== value),
  );
  if (Object.keys(stale).length > 0) observed = await driver.tag(observed, stale, []);
  return { type: 'done', observed };
}

function removed(removal: Awaited<ReturnType<KindDriver['delete']>>): Done {
  return removal.type === 'gone' ? { type: 'done', observed: undefined } : removal;
}
