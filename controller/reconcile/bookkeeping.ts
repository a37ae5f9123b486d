import { lacksBookkeeping, missingBookkeeping } from '../core/bookkeeping.ts';
import { policyTags, wantedTags } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired, Observed, Tags } from '../core/resource.ts';
import { claimIn } from '../plan/claim.ts';
import { untold } from '../plan/gate.ts';
import { unkept } from '../plan/ignored.ts';
import type { PlanInput } from '../plan/input.ts';
import type { Step } from '../plan/step.ts';
import { isStillOurs } from './still-ours.ts';
import type { EnvironmentRuntime } from './environments.ts';

/** Resources of one environment that get their bookkeeping in one pass: an upgrade must not cost AWS's quotas of writing. */
const A_FEW = 5;

/** A resource, and the tags that it does not carry yet. */
interface Entry {
  readonly observed: Observed;
  readonly tags: Tags;
}

/** What is to be written down; nothing about what is only observed. Pure. What protects comes first. */
export function missingEntries(
  steps: readonly Step[],
  input: Omit<PlanInput, 'failed' | 'started'>,
): readonly Entry[] {
  if (input.mode === 'observe') return [];
  return [
    ...steps.flatMap((step) => protecting(step, input)),
    ...steps.flatMap((step) => quiet(step, input)),
  ];
}

/**
 * Whether a resource goes with its manifest is what git says of it last, also where nothing else of it can be done now: the manifest may go
 * before that can. What is left alone since somebody keeps changing it back is left alone here too.
 */
function protecting(step: Step, input: Omit<PlanInput, 'failed' | 'started'>): readonly Entry[] {
  if (step.type !== 'hold' || step.desired === undefined || step.observed === undefined) return [];
  if (step.why === 'unseen' || step.why === 'not-ours' || !isOursToWrite(step.owner, step.desired)) return [];
  const { desired, observed } = step;
  const rests = input.resting?.get(resourceKey(desired.id))?.paths;
  const tags = Object.entries(policyTags(tagsWanted(desired, input))).filter(
    ([key, value]) => observed.tags[key] !== value && rests?.has(`tags.${key}`) !== true,
  );
  return tags.length === 0 ? [] : [{ observed, tags: Object.fromEntries(tags) }];
}

/** What a resource that is as wanted lacks, and nobody misses. */
function quiet(step: Step, input: Omit<PlanInput, 'failed' | 'started'>): readonly Entry[] {
  if (step.type !== 'keep' || step.desired === undefined || !isOursToWrite(step.owner, step.desired))
    return [];
  const { desired, observed } = step;
  const tags = {
    ...(lacksBookkeeping(observed.tags) ? missingBookkeeping(tagsWanted(desired, input), observed.tags) : {}),
    ...unkept(desired, observed, input.models.get(desired.id.kind)!),
    ...untold(desired, observed, input),
  };
  return Object.keys(tags).length === 0 ? [] : [{ observed, tags }];
}

function isOursToWrite(owner: Step['owner'], { management, policy }: Desired): boolean {
  return owner === 'us' && management === 'managed' && policy.reconcile === 'enabled';
}

function tagsWanted(desired: Desired, input: Omit<PlanInput, 'failed' | 'started'>): Tags {
  const { facts } = input.models.get(desired.id.kind)!;
  return wantedTags(claimIn(desired.id.environment, input), desired, facts);
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
