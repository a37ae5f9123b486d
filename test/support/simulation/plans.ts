import { displayId, manifestKey, resourceKey } from '../../../controller/core/resource.ts';
import type { KindName } from '../../../controller/core/resource.ts';
import type { KindModel } from '../../../controller/core/kind.ts';
import { ENVIRONMENT_TAG, OWNER_TAG } from '../../../controller/core/ownership.ts';
import { SOURCE_TAG } from '../../../controller/core/sources.ts';
import { intentOf, isRelease } from '../../../controller/plan/step.ts';
import type { Step } from '../../../controller/plan/step.ts';

/** The steps of one plan, beside each other. */
interface PlanView {
  readonly steps: readonly Step[];
  readonly byKey: ReadonlyMap<string, Step>;
  readonly models: ReadonlyMap<KindName, KindModel>;
  readonly owner: string;
  readonly sourceId: string;
}

/** Where two steps of a plan do not agree; undefined where this one agrees with all. */
type PlanInvariant = (step: Step, view: PlanView) => string | undefined;

/** Whether something is still to be done to it, or begins by itself, that those who need it wait for. */
function isPending(step: Step): boolean {
  if (intentOf(step) === 'none' || (step.type === 'hold' && step.why !== 'waiting')) return false;
  const { changes, upkeep } = step;
  const onlyTidies = changes.length === 0 && upkeep.length > 0 && upkeep.every(({ isTidying }) => isTidying);
  return !onlyTidies;
}

/** Law 3: what is needed comes first. What lets go of something does so because that has a step to come. */
function waitsForWhatItNeeds(step: Step, { byKey, models }: PlanView): string | undefined {
  if (step.type === 'keep' || step.type === 'hold' || step.type === 'delete') return undefined;
  if (step.reason.startsWith('lets go of ')) return undefined;
  const first = models
    .get(step.id.kind)!
    .needs(step.desired)
    .flatMap((id) => byKey.get(resourceKey(id)) ?? [])
    .find(isPending);
  return (
    first && `${step.type} of ${displayId(step.id)} before the ${intentOf(first)} of ${displayId(first.id)}`
  );
}

/** A new name is a replacement where AWS cannot rename, and a replacement takes an annotation. */
function takesAPlaceOnlyWhereAllowed(step: Step, { steps, models }: PlanView): string | undefined {
  if (step.type !== 'create' || step.desired.policy.allowReplace) return undefined;
  if (models.get(step.id.kind)?.renameReplaces !== true) return undefined;
  const manifest = manifestKey(step.manifest);
  const former = steps.find(
    (other) =>
      other.id.kind === step.id.kind &&
      other.id.environment === step.id.environment &&
      manifestKey(other.manifest) === manifest &&
      (other.type === 'delete' ||
        (other.type === 'hold' && other.intent === 'delete' && other.why !== 'unseen')),
  );
  return (
    former && `create of ${displayId(step.id)} in the place of ${displayId(former.id)}, without allow-replace`
  );
}

/** What is only untagged stands in nobody's way. */
function waitsForNoRelease(step: Step, { steps }: PlanView): string | undefined {
  if (step.type !== 'hold' || !step.reason.includes('waits for the end of ')) return undefined;
  const named = step.reason.split('waits for the end of ')[1]!.split(' and ')[0]!.split(', ');
  const released = steps.find(
    (other) =>
      other.id.environment === step.id.environment && named.includes(displayId(other.id)) && isRelease(other),
  );
  return (
    released && `${displayId(step.id)} waits for the end of ${displayId(released.id)}, which is only released`
  );
}

/** What is made for one other to take it up is told to wait for what that waits for, and is as wanted where that goes on without it. */
function goesWithItsTaker(step: Step, { byKey, models }: PlanView): string | undefined {
  if (
    step.type !== 'hold' ||
    step.why !== 'waiting' ||
    models.get(step.id.kind)?.updateChangesOutputs !== true
  )
    return undefined;
  const isMade = step.intent === 'create' || (step.intent === 'update' && step.changes.length > 0);
  const user = step.desired?.usedBy;
  const taker = isMade && user !== undefined ? byKey.get(resourceKey(user)) : undefined;
  if (taker === undefined) return undefined;
  const isHeld = taker.type === 'hold' && taker.why !== 'waiting' && taker.why !== 'failed';
  if (taker.type !== 'keep' && !isHeld) return undefined;
  return `${displayId(step.id)} is told to wait (${step.reason}), and ${displayId(taker.id)} does not take it up: ${taker.reason}`;
}

/** What carries our owner, our Environment and our source is ours: it is not held for being another's. */
function isHeldRightly(step: Step, { owner, sourceId }: PlanView): string | undefined {
  if (step.type !== 'hold' || step.why !== 'not-ours') return undefined;
  const { observed, id, reason } = step;
  if (reason.startsWith('waits with ')) return undefined;
  if (observed === undefined) return `${displayId(id)} is not there, and is held as not ours: ${reason}`;
  const { tags } = observed;
  // Of one name in two Regions, the other one's may be shown under this Environment's.
  const isElsewhere = reason.includes(`the environment "${id.environment}" in `);
  const isOtherSource = tags[SOURCE_TAG] !== undefined && tags[SOURCE_TAG] !== sourceId;
  const isOurs = tags[OWNER_TAG] === owner && tags[ENVIRONMENT_TAG] === id.environment && !isOtherSource;
  return isOurs && !isElsewhere
    ? `${displayId(id)} carries ${JSON.stringify(tags)}, and is held as not ours: ${reason}`
    : undefined;
}

const INVARIANTS = {
  waitsForWhatItNeeds,
  takesAPlaceOnlyWhereAllowed,
  waitsForNoRelease,
  goesWithItsTaker,
  isHeldRightly,
} as const satisfies Readonly<Record<string, PlanInvariant>>;

/** The first invariant that does not hold within a plan; undefined where all do. */
export function disagreement(
  steps: readonly Step[],
  about: Omit<PlanView, 'steps' | 'byKey'>,
): { readonly invariant: string; readonly message: string } | undefined {
  const byKey = new Map<string, Step>();
  for (const step of steps) {
    const key = resourceKey(step.id);
    if (byKey.has(key))
      return { invariant: 'hasOneStepEach', message: `${displayId(step.id)} has two steps` };
    byKey.set(key, step);
  }
  const view = { ...about, steps, byKey };
  for (const step of steps) {
    if (step.type === 'keep') continue;
    for (const [invariant, holds] of Object.entries(INVARIANTS)) {
      const message = holds(step, view);
      if (message !== undefined) return { invariant, message };
    }
  }
  return undefined;
}
