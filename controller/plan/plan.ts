import { compareText } from '../core/order.ts';
import { ownerOf, wantedTags, whoseIs, withoutDigest } from '../core/ownership.ts';
import type { Claim } from '../core/ownership.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { modelOf, needsOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { ignoredReason, isIgnored, tagChanges } from './differences.ts';
import { base, hold } from './hold.ts';
import type { PlanInput } from './input.ts';
import { isLeftover, planLeftovers } from './leftovers.ts';
import { planLettingGo } from './letting-go.ts';
import { rankIn } from './order.ts';
import { heldForSelf, selfProtection } from './self.ts';
import { whyUnseen } from './snapshot.ts';
import type { HoldStep, HoldWhy, Intent, Step } from './step.ts';
import { usersIn } from './uses.ts';
import { changesOutputs, pendingNeeds, waitReasons } from './waiting.ts';

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
 * What is still used is replaced after its users have let go of it, each by an update of its own; they take it up
 * again once it is made anew.
 * A create, update or replace is held instead where the manifest or the mode only observes (policy), where it
 * has just failed (failed), or where something it needs is missing or has a step of its own (waiting).
 */
export function planSteps(input: PlanInput): readonly Step[] {
  const planned = new Map<string, Step>();
  const wanted = new Set(input.desired.map((desired) => resourceKey(desired.id)));
  const external = input.desired.filter((desired) => desired.management === 'external');
  const protection = selfProtection(input);
  const context: PlanContext = {
    ...input,
    planned,
    wanted,
    external: new Set(external.map((desired) => resourceKey(desired.id))),
    protection,
  };
  for (const desired of inCreationOrder(input)) {
    planned.set(resourceKey(desired.id), planDesired(desired, context));
  }
  const leftovers = planLeftovers(input, wanted, planned).map((step) => heldForSelf(step, protection));
  return [...planned.values(), ...leftovers];
}

/** By kind, which is the order in which needs allow creation, then by name, so that equal input gives equal plans. */
function inCreationOrder(input: PlanInput): readonly Desired[] {
  const rank = rankIn(input);
  const keyed = input.desired.map((one) => ({
    one,
    rank: rank(one.id.kind),
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
  const former = formerlyNamed(desired, context);
  if (former !== undefined && !desired.policy.allowReplace) {
    const change = { path: 'name', from: former.id.name, to: desired.id.name, by: 'replace' } as const;
    const reason = `AWS cannot change name in place; set stationkeeper.dev/allow-replace: "true" to create ${displayId(desired.id)}, move to it by a rolling deployment, which interrupts nothing, and delete ${displayId(former.id)}`;
    return hold(desired, undefined, 'policy', 'replace', reason, [change]);
  }
  const reason = former === undefined ? '' : `takes the place of ${displayId(former.id)}`;
  return (
    heldBack(desired, undefined, 'create', [], context) ?? {
      ...base(desired, undefined, reason, []),
      type: 'create',
      desired,
      tags: wantedTags(claim, desired, modelOf(context, desired.id.kind).facts),
    }
  );
}

/** What of ours its manifest named before, where AWS cannot rename it. */
function formerlyNamed({ id, manifest }: Desired, context: PlanContext): Observed | undefined {
  if (modelOf(context, id.kind).renameReplaces !== true) return undefined;
  return [...context.snapshot.items.values()].find(
    (item) =>
      item.id.environment === id.environment &&
      item.id.kind === id.kind &&
      item.id.name !== id.name &&
      item.manifest !== undefined &&
      manifestKey(item.manifest) === manifestKey(manifest) &&
      isLeftover(item, context, context.wanted),
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
  const model = modelOf(context, desired.id.kind);
  const tags = wantedTags(claim, desired, model.facts);
  const all = [
    ...model.diff(desired, observed, needsOf(context, desired.id.environment)),
    ...tagChanges(tags, observed.tags),
  ];
  const resting = context.resting?.get(resourceKey(desired.id));
  const minded = context.protection
    .withheld(desired.id, all)
    .filter((change) => !isIgnored(desired.policy.ignoreDrift, change.path));
  const differing = minded.filter(({ path }) => resting?.paths.has(path) !== true);
  const letting = adopts ? undefined : planLettingGo(desired, observed, differing, context);
  if (letting !== undefined) return letting;
  if (resting !== undefined && differing.length === 0 && minded.length > 0) {
    return hold(desired, observed, 'failed', intentFor(minded), resting.reason, minded);
  }
  const changes = differing.filter((change) => change.held === undefined);
  const [refused] = differing.filter((change) => change.held !== undefined);
  if (changes.length === 0 && refused?.held !== undefined) {
    return hold(desired, observed, 'policy', 'update', refused.held, all);
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
  const forbidden = context.protection.whyForbidden(desired, intent);
  if (forbidden !== undefined) return held('policy', forbidden);
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
  if (intent === 'replace' && observed !== undefined) {
    const removing = modelOf(context, desired.id.kind).removal?.(observed);
    if (removing?.held !== undefined) return held('policy', removing.held);
    const users = usersIn(context, observed).map(({ id }) => displayId(id));
    const reason = users.length > 0 ? `waits until ${users.join(', ')} has let go of it` : removing?.waits;
    if (reason !== undefined) {
      return held(
        'waiting',
        [reason, interruption(context, desired)].filter((part) => part !== '').join('; '),
      );
    }
  }
  const waits = waitReasons(desired, context);
  return waits.length > 0 ? held('waiting', `waits for ${waits.join(', ')}`) : undefined;
}

function interruption(context: PlanContext, desired: Desired): string {
  const interrupts = modelOf(context, desired.id.kind).replaceInterrupts;
  return interrupts === undefined ? '' : `replacing it interrupts ${interrupts}`;
}
