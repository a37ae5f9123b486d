import { missingBookkeeping } from '../core/bookkeeping.ts';
import { wantedTags } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import type { Observed, Tags } from '../core/resource.ts';
import { claimIn } from '../plan/claim.ts';
import { unkept } from '../plan/ignored.ts';
import type { PlanInput } from '../plan/input.ts';
import type { Step } from '../plan/step.ts';
import { isStillOurs } from './still-ours.ts';
import type { EnvironmentRuntime } from './environments.ts';

/** Resources of one environment that get their bookkeeping in one pass: an upgrade must not cost AWS's quotas of writing. */
const A_FEW = 5;

/** A resource that is as wanted, and the tags that it does not carry yet. */
interface Entry {
  readonly observed: Observed;
  readonly tags: Tags;
}

/** What is to be written down about resources that are as wanted; nothing where they are only observed. Pure. */
export function missingEntries(
  steps: readonly Step[],
  input: Omit<PlanInput, 'failed' | 'started'>,
): readonly Entry[] {
  if (input.mode === 'observe') return [];
  return steps.flatMap((step): readonly Entry[] => {
    if (step.type !== 'keep' || step.desired === undefined || step.owner !== 'us') return [];
    const { desired, observed } = step;
    if (desired.management !== 'managed' || desired.policy.reconcile !== 'enabled') return [];
    const model = input.models.get(desired.id.kind)!;
    const wanted = wantedTags(claimIn(desired.id.environment, input), desired, model.facts);
    const tags = { ...missingBookkeeping(wanted, observed.tags), ...unkept(desired, observed, model) };
    return Object.keys(tags).length === 0 ? [] : [{ observed, tags }];
  });
}

/**
 * Writes the bookkeeping of a few resources quietly: it is no step, no outcome and no drift, and what cannot be written is tried again
 * with the next pass. Returns what was written, by resource key.
 */
export async function keepBooks(
  entries: readonly Entry[],
  runtime: EnvironmentRuntime,
  input: Pick<PlanInput, 'owner' | 'source'>,
): Promise<ReadonlyMap<string, Observed>> {
  const written = new Map<string, Observed>();
  for (const { observed, tags } of entries.slice(0, A_FEW)) {
    const driver = runtime.drivers.get(observed.id.kind)!;
    try {
      const now = await driver.tagsNow(observed);
      if (now === undefined || !isStillOurs(observed, now, input)) continue;
      written.set(resourceKey(observed.id), await driver.tag(observed, tags, []));
    } catch {
      // Nothing depends on it. What is refused here is refused, and told, where it matters.
      return written;
    }
  }
  return written;
}
