import { appliedOtherParts, changedSince, isTagOfGit, withOwnDigests } from '../core/ownership.ts';
import { manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, ManifestRef, Observed, Tags } from '../core/resource.ts';
import { heldBy, heldText, isSameTarget, ROLLOUT_TAG } from '../core/rollout/held.ts';
import { isRecorded, RECORD_TAG, untouchedText } from '../core/rollout/record.ts';
import type { Gate, PlanInput } from './input.ts';
import { seenOf } from './snapshot.ts';

interface GateContext extends Pick<PlanInput, 'gates' | 'snapshot' | 'models'> {
  /** Keys of all desired resources. */
  readonly wanted: ReadonlySet<string>;
}

/** The gate that an object waits at; undefined where it waits at none. */
export function closedGate(
  { gates }: Pick<PlanInput, 'gates'>,
  manifest: ManifestRef,
): (Gate & { readonly waits: string }) | undefined {
  const gate = gates?.get(manifestKey(manifest));
  return gate?.waits === undefined ? undefined : { ...gate, waits: gate.waits };
}

/**
 * Why something that is not there is not made now. What is gone is made anew as git wants it now; what git has added since waits, which
 * the record on the service tells, and where there is none counts as gone.
 */
export function whyNotMade(desired: Desired, context: GateContext): string | undefined {
  const gate = closedGate(context, desired.manifest);
  if (gate === undefined) return undefined;
  const service = serviceOf(desired.id.environment, desired.manifest, context);
  const isAdded = isRecorded(desired.id, service?.tags[RECORD_TAG]) === false;
  return gate.isNew || isAdded ? gate.waits : undefined;
}

/** How something that is there is left while its object waits. */
export interface Leaving {
  /** Why, for people. */
  readonly says: string;
  /** Whether git made a difference, so that it is left; what somebody has changed in AWS is not. */
  readonly leaves: (change: FieldChange) => boolean;
  /** Whether git has changed anything of it, so that what is corrected meanwhile is not all that git wants. */
  readonly isInPart: boolean;
}

/** Where differences of a resource come from beside its own spec. */
export interface Followed {
  /** The path at which its basis shows; undefined where it has none. */
  readonly basisAt: string | undefined;
  /** Whether a path differs by what the resource needs. */
  readonly isOfNeeds: (path: string) => boolean;
  /** Whether what it takes up there is another resource, and no setting of the Environment. */
  readonly isTakenUp: (path: string) => boolean;
}

/** What is left of something that is there; undefined where it does not wait. */
export function leavingOf(
  desired: Desired,
  observed: Observed,
  parts: unknown,
  followed: Followed,
  context: GateContext,
): Leaving | undefined {
  const gate = closedGate(context, desired.manifest);
  if (gate === undefined || isMadeAnewWith(desired, context)) return undefined;
  const changed = changedSince(desired, observed.tags);
  const hasOtherParts = appliedOtherParts(parts, observed.tags);
  return {
    says: gate.waits,
    leaves: (change) =>
      isTagOfGit(change) ||
      (change.path === followed.basisAt ? changed.basis : changed.own) ||
      // What an Environment changes is git's; what was gone and is made anew is followed.
      (hasOtherParts && followed.isOfNeeds(change.path) && !followed.isTakenUp(change.path)),
    isInPart: changed.own || changed.basis,
  };
}

/** A service that is gone is made anew as git wants it now, and so is what it is to be made from. */
function isMadeAnewWith({ usedBy, id, manifest }: Desired, context: GateContext): boolean {
  return usedBy !== undefined && serviceOf(id.environment, manifest, context) === undefined;
}

/**
 * The resource that an object is about, whose tags say what was begun of it: as it is wanted, or else one of ours that has another name, or
 * is elsewhere, until that takes its place.
 */
export function serviceOf(
  environment: string,
  manifest: ManifestRef,
  {
    snapshot,
    models,
    wanted,
  }: Pick<PlanInput, 'snapshot' | 'models'> & { readonly wanted: ReadonlySet<string> },
): Observed | undefined {
  const all = seenOf(snapshot, environment, manifest).filter(
    ({ id }) => models.get(id.kind)?.facts.mainOf === manifest.kind,
  );
  return all.find(({ id }) => wanted.has(resourceKey(id))) ?? all[0];
}

/** The tags that say of something that is made for which target that was: of a service always, of others while there is none. */
export function gateTags(desired: Desired, context: GateContext): Tags {
  const { id, manifest } = desired;
  const gate = context.gates?.get(manifestKey(manifest));
  if (gate === undefined) return {};
  const isMain = context.models.get(id.kind)?.facts.mainOf === manifest.kind;
  if (isMain) return begunTags(gate);
  if (gate.waits !== undefined || serviceOf(id.environment, manifest, context) !== undefined) return {};
  return { [ROLLOUT_TAG]: heldText(gate.target, gate.since) };
}

/** The tags of a service whose object has begun its target. */
export function begunTags({ target, since, record }: Pick<Gate, 'target' | 'since' | 'record'>): Tags {
  return {
    [ROLLOUT_TAG]: heldText(target, since),
    [RECORD_TAG]: record,
  };
}

/** What a service does not say yet of what it has begun by that git has changed nothing here; nothing where it says all. */
export function untold(
  desired: Desired,
  observed: Observed,
  { gates, models }: Pick<PlanInput, 'gates' | 'models'>,
): Tags {
  const gate = gates?.get(manifestKey(desired.manifest));
  const isMain = models.get(desired.id.kind)?.facts.mainOf === desired.manifest.kind;
  if (gate === undefined || !isMain || gate.waits !== undefined || gate.begins === true) return {};
  const held = heldBy(observed.tags);
  const hasBegun = held !== undefined && isSameTarget(held, gate.target);
  const untouched = { ...gate, record: untouchedText(gate.record) };
  return { ...(hasBegun ? {} : begunTags(untouched)), ...withOwnDigests(desired, observed.tags) };
}
