import { compareText } from '../core/order.ts';
import type { KindModel, Needs } from '../core/kind.ts';
import { appliedThisSpec, ownerOf, wantedTags, whoseIs, withoutDigest } from '../core/ownership.ts';
import type { Claim } from '../core/ownership.ts';
import { KIND_NAMES, displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, KindName, Observed, Tags } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { planLeftovers } from './leftovers.ts';
import type { PruneRules } from './leftovers.ts';
import { whyUnseen } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { intentOf } from './step.ts';
import type { HoldStep, HoldWhy, Intent, Step } from './step.ts';

export interface PlanInput {
  readonly owner: string;
  readonly desired: readonly Desired[];
  readonly snapshot: Snapshot;
  readonly models: ReadonlyMap<KindName, KindModel>;
  /** `observe` plans everything and lets nothing be done. */
  readonly mode: 'enforce' | 'observe';
  /** Resources that failed and whose time has not come again, with the reason to show; by resource key. */
  readonly failed: ReadonlyMap<string, string>;
  /** Mutations that AWS is still working on, with what to say; by resource key. */
  readonly started: ReadonlyMap<string, string>;
  /** Fields that are left alone for now, by resource key. */
  readonly resting?: ReadonlyMap<string, Resting>;
  readonly prune: PruneRules;
}

/** Fields of a resource that are not corrected although they differ. */
export interface Resting {
  readonly paths: ReadonlySet<string>;
  readonly reason: string;
}

/**
 * (desired, snapshot, policy) → one step per resource. Pure (law 1).
 *
 *   seen?   exists?  owner    differs?                  step
 *   no      -        -        -                         hold unseen
 *   yes     no       -        -                         create        (adopt: hold missing; external: hold missing)
 *   yes     yes      another  -                         hold not-ours
 *   yes     yes      nobody   -                         hold not-ours (adopt, adopt-or-create: update that adopts,
 *                                                       and only then what else there is to do to what is ours)
 *   yes     yes      us       no                        keep
 *   yes     yes      us       in place                  update
 *   yes     yes      us       not in place              replace       (allow-replace false: hold policy)
 *
 * A create, update or replace is held instead where the manifest or the mode only observes (policy), where it
 * has just failed (failed), or where something it needs is missing or has a step of its own (waiting).
 */
export function planSteps(input: PlanInput): readonly Step[] {
  const planned = new Map<string, Step>();
  const wanted = new Set(input.desired.map((desired) => resourceKey(desired.id)));
  const external = input.desired.filter((desired) => desired.management === 'external');
  const context: PlanContext = {
    ...input,
    planned,
    external: new Set(external.map((desired) => resourceKey(desired.id))),
  };
  for (const desired of inCreationOrder(input.desired)) {
    planned.set(resourceKey(desired.id), planDesired(desired, context));
  }
  return [...planned.values(), ...planLeftovers(input, wanted)];
}

interface PlanContext extends PlanInput {
  /** Steps of the resources that come before; what a resource needs always does. */
  readonly planned: ReadonlyMap<string, Step>;
  /** Keys of what is used and never changed. */
  readonly external: ReadonlySet<string>;
}

/** By kind, which is the order in which needs allow creation, then by name, so that equal input gives equal plans. */
function inCreationOrder(desired: readonly Desired[]): readonly Desired[] {
  const keyed = desired.map((one) => ({
    one,
    rank: KIND_NAMES.indexOf(one.id.kind),
    key: resourceKey(one.id),
  }));
  return keyed.toSorted((a, b) => a.rank - b.rank || compareText(a.key, b.key)).map(({ one }) => one);
}

function planDesired(desired: Desired, context: PlanContext): Step {
  const claim = claimIn(desired.id.environment, context);
  const observed = context.snapshot.items.get(resourceKey(desired.id));
  const unseen = whyUnseen(context.snapshot, desired.id);
  if (unseen !== undefined) return hold(desired, undefined, 'unseen', 'none', unseen);
  if (desired.policy.reconcile === 'disabled') {
    return hold(desired, observed, 'policy', 'none', 'suspended by stationkeeper.dev/reconcile: disabled');
  }
  if (desired.management === 'external') return planExternal(desired, observed);
  if (observed === undefined) return planAbsent(desired, claim, context);
  return planPresent(desired, observed, claim, context);
}

function planExternal(desired: Desired, observed: Observed | undefined): Step {
  if (observed === undefined) {
    const { kind, name } = desired.id;
    const reason = `the ${kind} "${name}" does not exist and no manifest declares it; declare it or create it`;
    return hold(desired, undefined, 'missing', 'none', reason);
  }
  return { ...base(desired, observed, 'used, not managed here', []), type: 'keep', desired, observed };
}

function planAbsent(desired: Desired, claim: Claim, context: PlanContext): Step {
  if (desired.policy.adoption === 'adopt') {
    const reason = 'nothing to adopt: it does not exist, and adoption-policy adopt never creates';
    return hold(desired, undefined, 'missing', 'none', reason);
  }
  return (
    heldBack(desired, undefined, 'create', [], context) ?? {
      ...base(desired, undefined, '', []),
      type: 'create',
      desired,
      tags: wantedTags(claim, desired),
    }
  );
}

function planPresent(desired: Desired, observed: Observed, claim: Claim, context: PlanContext): Step {
  const owner = ownerOf(claim, observed.tags);
  if (owner === 'another') {
    const reason = `exists and belongs to ${whoseIs(claim, observed.tags)}; use another name here, or have it released there (stationkeeper.dev/deletion-policy: retain)`;
    return hold(desired, { ...observed, owner }, 'not-ours', 'none', reason);
  }
  const adopts = owner === 'nobody';
  if (adopts && desired.policy.adoption === 'create') {
    const reason = `exists without our tag; set stationkeeper.dev/adoption-policy: adopt on ${manifestKey(desired.manifest)} to take it over`;
    return hold(desired, observed, 'not-ours', 'none', reason);
  }
  const tags = wantedTags(claim, desired);
  const all = [
    ...modelOf(context, desired.id.kind).diff(desired, observed, needsOf(context, desired.id.environment)),
    ...tagChanges(tags, observed.tags),
  ];
  const resting = context.resting?.get(resourceKey(desired.id));
  const minded = all.filter((change) => !isIgnored(desired.policy.ignoreDrift, change.path));
  const changes = minded.filter(({ path }) => resting?.paths.has(path) !== true);
  if (resting !== undefined && changes.length === 0 && minded.length > 0) {
    return hold(desired, observed, 'failed', intentFor(minded), resting.reason, minded);
  }
  if (changes.length === 0) {
    const pending = pendingNeeds(desired, context).filter((step) => changesOutputs(step, context));
    if (pending.length > 0) {
      const reason = `follows ${pending.map((step) => displayId(step.id)).join(', ')}`;
      return { ...hold(desired, observed, 'waiting', 'update', reason), changes: all };
    }
    return { ...base(desired, observed, ignoredReason(all), all), type: 'keep', desired, observed };
  }
  const intent = intentFor(changes);
  const replaces = intent === 'replace';
  const held = heldBack(desired, observed, intent, changes, context);
  if (held !== undefined) return held;
  if (adopts) {
    // What must be replaced is only tagged: nothing is deleted that does not carry our tag.
    const taken = replaces
      ? { changes: tagChanges(tags, observed.tags), tags: withoutDigest(tags) }
      : { changes, tags };
    const reason = `adopted${replaces ? ' and then replaced' : ''}: it exists without an owner`;
    return {
      ...base(desired, observed, reason, taken.changes),
      type: 'update',
      desired,
      observed,
      tags: taken.tags,
      adopts,
    };
  }
  return replaces
    ? {
        ...base(desired, observed, interruption(context, desired), changes),
        type: 'replace',
        desired,
        observed,
        tags,
      }
    : { ...base(desired, observed, '', changes), type: 'update', desired, observed, tags, adopts };
}

function intentFor(changes: readonly FieldChange[]): 'update' | 'replace' {
  return changes.some((change) => change.by === 'replace') ? 'replace' : 'update';
}

/** The hold that keeps an intended step from being taken now; undefined where nothing does. */
function heldBack(
  desired: Desired,
  observed: Observed | undefined,
  intent: Intent,
  changes: readonly FieldChange[],
  context: PlanContext,
): HoldStep | undefined {
  const held = (why: HoldWhy, reason: string): HoldStep =>
    hold(desired, observed, why, intent, reason, changes);
  if (context.mode === 'observe') return held('policy', 'the controller runs with --mode observe');
  if (desired.policy.reconcile === 'observe') return held('policy', 'stationkeeper.dev/reconcile: observe');
  if (intent === 'replace' && !desired.policy.allowReplace) {
    const paths = changes.filter((change) => change.by === 'replace').map((change) => change.path);
    const reason = `AWS cannot change ${paths.join(', ')} in place; set stationkeeper.dev/allow-replace: "true" to delete and create it again`;
    return held('policy', [reason, interruption(context, desired)].filter((part) => part !== '').join('; '));
  }
  const key = resourceKey(desired.id);
  const failure = context.failed.get(key);
  if (failure !== undefined) return held('failed', failure);
  const started = context.started.get(key);
  if (started !== undefined) return held('waiting', started);
  const waits = waitReasons(desired, context);
  return waits.length > 0 ? held('waiting', `waits for ${waits.join(', ')}`) : undefined;
}

/** Law 3: what it needs is missing, may not be used, or has a step of its own. Ill health is no reason. */
function waitReasons(desired: Desired, context: PlanContext): readonly string[] {
  const missing = modelOf(context, desired.id.kind)
    .needs(desired)
    .filter((id) => needsOf(context, desired.id.environment)(id) === undefined);
  const pending = pendingNeeds(desired, context).map((step) => step.id);
  return [...new Set([...missing, ...pending].map(displayId))];
}

/** Steps of needed resources that are still to be taken. */
function pendingNeeds(desired: Desired, context: PlanContext): readonly Step[] {
  return modelOf(context, desired.id.kind)
    .needs(desired)
    .map((id) => context.planned.get(resourceKey(id)))
    .filter(
      (step): step is Step => step !== undefined && intentOf(step) !== 'none' && !isStandingStill(step),
    );
}

/** Held for a reason that only people or another pass can lift: dependents go on with what exists. */
function isStandingStill(step: Step): boolean {
  return step.type === 'hold' && step.why !== 'waiting';
}

function changesOutputs(step: Step, context: PlanContext): boolean {
  const intent = intentOf(step);
  return intent === 'update' ? modelOf(context, step.id.kind).updateChangesOutputs : true;
}

/** Outputs of what exists and is ours, or declared external; what belongs to others is never built upon. */
function needsOf(context: PlanContext, environment: string): Needs {
  const claim = claimIn(environment, context);
  return (id) => {
    const key = resourceKey(id);
    const observed = context.snapshot.items.get(key);
    if (observed === undefined || whyUnseen(context.snapshot, id) !== undefined) return undefined;
    return context.external.has(key) || ownerOf(claim, observed.tags) === 'us' ? observed.outputs : undefined;
  };
}

function tagChanges(wanted: Tags, actual: Tags): readonly FieldChange[] {
  return Object.entries(withoutDigest(wanted))
    .filter(([key, value]) => actual[key] !== value)
    .map(
      ([key, value]) =>
        ({ path: `tags.${key}`, from: actual[key] ?? null, to: value, by: 'update' }) as const,
    );
}

/** An ignored path covers everything below it: `containers[xray]` ignores its image too. */
function isIgnored(ignored: readonly string[], path: string): boolean {
  return ignored.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  );
}

function ignoredReason(changes: readonly FieldChange[]): string {
  return changes.length === 0 ? '' : `drift ignored: ${changes.map((change) => change.path).join(', ')}`;
}

function interruption(context: PlanContext, desired: Desired): string {
  const interrupts = modelOf(context, desired.id.kind).replaceInterrupts;
  return interrupts === undefined ? '' : `replacing it interrupts ${interrupts}`;
}

function modelOf(context: PlanContext, kind: KindName): KindModel {
  const model = context.models.get(kind);
  if (model === undefined) throw new Error(`no model for the kind ${kind}`);
  return model;
}

function base(
  desired: Desired,
  observed: Observed | undefined,
  reason: string,
  changes: readonly FieldChange[],
) {
  return {
    id: desired.id,
    manifest: desired.manifest,
    owner: observed?.owner ?? 'nobody',
    reason,
    changes,
    changedBy:
      observed !== undefined && changes.length > 0 && appliedThisSpec(desired, observed.tags) ? 'aws' : 'git',
  } as const;
}

function hold(
  desired: Desired,
  observed: Observed | undefined,
  why: HoldWhy,
  intent: Intent,
  reason: string,
  changes: readonly FieldChange[] = [],
): HoldStep {
  return {
    ...base(desired, observed, reason, changes),
    type: 'hold',
    why,
    intent,
    desired,
    ...(observed === undefined ? {} : { observed }),
  };
}
