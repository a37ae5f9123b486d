import type { Removing } from '../core/kind.ts';
import { lacksSource } from '../core/sources.ts';
import { displayId, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed, ResourceId } from '../core/resource.ts';
import { isChanged } from './compare.ts';
import { modelOf, needsOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { manifestOfLeftover } from './departures.ts';
import type { Departure } from './departures.ts';
import { closedGate, whyNotMade } from './gate.ts';
import { namesOf } from './names.ts';
import { whyNotWhole } from './snapshot.ts';
import type { HoldWhy, Obstacle } from './step.ts';
import { createdAtOf } from './created-at.ts';
import { whyUnstartable } from './start-needs.ts';
import { usersIn } from './uses.ts';
import { waitReasons } from './waiting.ts';

/** A step that there would be to take. */
export type Action = {
  readonly id: ResourceId;
  /** Upkeep among them, as it is listed. */
  readonly changes: readonly FieldChange[];
} /** `former` is what of ours it takes the place of, which goes in the end. */ & (
  | { readonly type: 'create'; readonly desired: Desired; readonly former?: Observed }
  | { readonly type: 'update' | 'replace'; readonly desired: Desired; readonly observed: Observed }
  /** An update by which the resource gives up what is to be made anew; a later one takes that up again. */
  | { readonly type: 'let-go'; readonly desired: Desired; readonly observed: Observed }
  /** A resource of ours that no manifest names any more goes. */
  | { readonly type: 'remove'; readonly observed: Observed; readonly departure: Departure }
);

type Rule = (action: Action, context: PlanContext) => Obstacle | undefined;

/**
 * Everything that keeps a step from being taken now, for what is wanted, for what lets go and for what is left over alike. The
 * first that speaks is told: what only people can lift comes before what ends by itself.
 */
const OBSTACLES: readonly Rule[] = [
  runsOnIt,
  unread,
  frozen,
  newer,
  observedOnly,
  annotated,
  notReplaceable,
  kept,
  overBudget,
  sourceless,
  tooEarly,
  belongs,
  unmakeable,
  unfit,
  unstartable,
  failed,
  underWay,
  released,
  used,
  needed,
];

/** The first obstacle of an action; undefined where it can be taken now. */
export function notNow(action: Action, context: PlanContext): Obstacle | undefined {
  for (const rule of OBSTACLES) {
    const obstacle = rule(action, context);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function because(why: HoldWhy, reason: string | undefined): Obstacle | undefined {
  return reason === undefined ? undefined : { why, reason };
}

/** The controller removes and replaces nothing that it runs on, and starts no second one beside itself. */
function runsOnIt(action: Action, { protection }: PlanContext): Obstacle | undefined {
  switch (action.type) {
    case 'remove':
      return because('policy', protection.whyKept(action.id));
    case 'create':
    case 'replace':
      return because('policy', protection.whyForbidden(action.desired, action.type));
    case 'update':
    case 'let-go':
      return undefined;
  }
}

/** While something cannot be read, it may still be built on what is to go, and more may have to go than the budget counts. */
function unread({ type, id }: Action, { models, prune, snapshot }: PlanContext): Obstacle | undefined {
  if (type !== 'remove' && type !== 'replace') return undefined;
  const kinds = [...models.keys()];
  const isCounted = type === 'remove' && !prune.confirmed.has(resourceKey(id));
  const toRead = isCounted ? kinds : kinds.slice(kinds.indexOf(id.kind));
  const [reason] = toRead.flatMap((kind) => whyNotWhole(snapshot, id.environment, kind) ?? []);
  return because('unseen', reason);
}

/** Nothing goes on the word of a source that was not read well, whatever has been confirmed; what begins or prepares that waits too. */
function frozen(action: Action, { prune }: PlanContext): Obstacle | undefined {
  const ending = endingBy(action);
  if (ending === undefined || prune.frozen === undefined) return undefined;
  return { why: 'policy', reason: `nothing is ${ending}: ${prune.frozen}` };
}

/** How something of ours ends by a step, or by what the step begins; undefined where nothing does. */
function endingBy(action: Action): 'deleted' | 'released' | 'replaced' | undefined {
  switch (action.type) {
    case 'create':
      return action.former === undefined ? undefined : 'replaced';
    case 'update':
      return undefined;
    case 'replace':
    case 'let-go':
      return 'replaced';
    case 'remove':
      return action.departure.release ? 'released' : 'deleted';
  }
}

/** What is newer than what is known of git may be what git wants by now (law 2). */
function newer(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type !== 'remove' && action.type !== 'replace') return undefined;
  const { wantedAt } = context.prune;
  const createdAt = createdAtOf(action.observed, context);
  if (wantedAt === undefined || createdAt === undefined || createdAt <= wantedAt) return undefined;
  const reason = 'it is younger than the last reading of git; the controller reads git again first';
  return { why: 'waiting', reason, endsByItself: true };
}

function observedOnly(_action: Action, { mode }: PlanContext): Obstacle | undefined {
  return mode === 'observe'
    ? { why: 'policy', reason: 'the controller runs with --mode observe' }
    : undefined;
}

/** A manifest that only observes keeps what it named before, too. */
function annotated(action: Action): Obstacle | undefined {
  const said = action.type === 'remove' ? action.departure.reconcile : action.desired.policy.reconcile;
  return said === 'enabled' ? undefined : { why: 'policy', reason: `stationkeeper.dev/reconcile: ${said}` };
}

/** A replacement needs an annotation; while that is missing, what would give way to it stays too. */
function notReplaceable(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type === 'remove') {
    const { heldSuccessor } = action.departure;
    if (heldSuccessor === undefined) return undefined;
    return { why: 'policy', reason: `stays until ${displayId(heldSuccessor)} may take its place: see there` };
  }
  if (action.type === 'create') return notRenamable(action);
  if (action.type !== 'replace' || action.desired.policy.allowReplace) return undefined;
  const paths = action.changes.filter(({ by }) => by === 'replace').map(({ path }) => path);
  const reason = `AWS cannot change ${paths.join(', ')} in place; set stationkeeper.dev/allow-replace: "true" to delete and create it again`;
  return { why: 'policy', reason: withInterruption(reason, action, context) };
}

function notRenamable({ desired, former }: Extract<Action, { type: 'create' }>): Obstacle | undefined {
  if (former === undefined || desired.policy.allowReplace) return undefined;
  const reason = `AWS cannot change name in place; set stationkeeper.dev/allow-replace: "true" to create ${displayId(desired.id)}, move to it by a rolling deployment, which interrupts nothing, and delete ${displayId(former.id)}`;
  return { why: 'policy', reason };
}

/** Something in the resource forbids that it goes: only people can let it. */
function kept(action: Action, context: PlanContext): Obstacle | undefined {
  return because('policy', removalOf(action, context)?.held);
}

/** What is replaced is there again afterwards, so that it counts in no budget; git that is suspect deletes it no more than anything else. */
function overBudget(action: Action, { prune }: PlanContext): Obstacle | undefined {
  if (prune.confirmed.has(resourceKey(action.id))) return undefined;
  if (action.type === 'replace') return because('budget', prune.suspect);
  return action.type === 'remove' ? because('budget', action.departure.overBudget) : undefined;
}

/** It may be another source's, from a time when nobody wrote down whose it was. */
function sourceless(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type !== 'remove' || context.prune.confirmed.has(resourceKey(action.id))) return undefined;
  if (!lacksSource(context, action.observed.tags)) return undefined;
  const reason = 'it has no tag stationkeeper:source; confirm the plan by its hash to remove it';
  return { why: 'budget', reason };
}

/**
 * What git makes, drops or takes over of an object waits until its Environment has begun that (contract section 6). What is there is
 * corrected meanwhile, field by field (gate.ts).
 */
function tooEarly(action: Action, context: PlanContext): Obstacle | undefined {
  const waits = whyTooEarly(action, context);
  return waits === undefined ? undefined : waitingForItsTurn(waits);
}

function whyTooEarly(action: Action, context: PlanContext): string | undefined {
  switch (action.type) {
    case 'create':
      return action.former === undefined
        ? whyNotMade(action.desired, context)
        : closedGate(context, action.desired.manifest)?.waits;
    case 'update':
      // It exists without an owner, and is taken over.
      return action.observed.owner === 'nobody'
        ? closedGate(context, action.desired.manifest)?.waits
        : undefined;
    case 'remove':
      return closedGate(context, manifestOfLeftover(action.observed))?.waits;
    case 'replace':
    case 'let-go':
      return undefined;
  }
}

export function waitingForItsTurn(reason: string): Obstacle {
  return { why: 'rollout', reason, called: 'RolloutWaiting' };
}

/** What is made for another resource to take it up waits as long as that does not. */
function belongs({ id, type }: Action, { belongings }: PlanContext): Obstacle | undefined {
  return type === 'remove' ? undefined : belongings.get(resourceKey(id))?.obstacle;
}

/** Its driver saw what is in its way. */
function unmakeable({ type, id }: Action, { snapshot }: PlanContext): Obstacle | undefined {
  const found = type === 'create' ? snapshot.absent.get(resourceKey(id)) : undefined;
  if (found === undefined) return undefined;
  return {
    why: 'not-ours',
    reason: found.why,
    ...(found.called === undefined ? {} : { called: found.called }),
  };
}

/** AWS would refuse it with what it is to use, or it could not work: told before anything is tried. What is in use already is left to AWS. */
function unfit(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type === 'remove' || action.type === 'let-go') return undefined;
  const { id, type, changes, desired } = action;
  const found = modelOf(context, id.kind).unfit?.(desired, needsOf(context, id.environment));
  if (found === undefined || (type === 'update' && !isChanged(changes, found.path))) return undefined;
  return { why: 'missing', reason: found.why };
}

/** Tasks that would be started could not: what runs goes on instead. */
function unstartable(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type === 'remove') return undefined;
  return because('missing', whyUnstartable(action, context));
}

function failed({ id }: Action, context: PlanContext): Obstacle | undefined {
  return because('failed', context.failed.get(resourceKey(id)));
}

function underWay({ id }: Action, { started }: PlanContext): Obstacle | undefined {
  const reason = started.get(resourceKey(id));
  return reason === undefined ? undefined : { why: 'waiting', reason, endsByItself: true };
}

/** What goes waits for what of its manifest has to go before it, and for what takes its place. */
function released(action: Action): Obstacle | undefined {
  if (action.type !== 'remove' || action.departure.waits === undefined) return undefined;
  return { why: 'waiting', reason: asRelease(action.departure, action.departure.waits) };
}

/** AWS refuses to delete what is used, and ends by itself what is in it. */
function used(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type !== 'replace' && action.type !== 'remove') return undefined;
  if (action.type === 'remove' && action.departure.release) return undefined;
  if (action.type === 'replace' && modelOf(context, action.id.kind).replacedWhileUsed === true)
    return undefined;
  const users = usersIn(context, action.observed);
  const { waits, endsByItself } = removalOf(action, context) ?? {};
  const reason = users.length === 0 ? waits : whileUsed(users, action);
  if (reason === undefined) return undefined;
  return {
    why: 'waiting',
    reason: action.type === 'replace' ? withInterruption(reason, action, context) : reason,
    ...(users.length === 0 && endsByItself === true ? { endsByItself } : {}),
  };
}

/** Law 3: a step waits for what its resource needs. What lets go of something does not: it does so because that has a step to come. */
function needed(action: Action, context: PlanContext): Obstacle | undefined {
  if (action.type === 'remove' || action.type === 'let-go') return undefined;
  const waits = waitReasons(action.desired, context);
  return waits.length === 0 ? undefined : { why: 'waiting', reason: `waits for ${waits.join(', ')}` };
}

/** What a deletion removes besides, and what is in its way; undefined where nothing is deleted, or only untagged. */
export function removalOf(action: Action, context: PlanContext): Removing | undefined {
  if (action.type !== 'replace' && action.type !== 'remove') return undefined;
  if (action.type === 'remove' && action.departure.release) return undefined;
  return modelOf(context, action.id.kind).removal?.(action.observed);
}

function whileUsed(users: readonly Observed[], { type }: Action): string {
  return type === 'replace'
    ? `waits until ${users.map(({ id }) => displayId(id)).join(', ')} no longer uses it`
    : `waits until ${namesOf(users)} no longer uses it`;
}

function asRelease({ release }: Departure, waits: string): string {
  return `${release ? 'to be untagged and left; ' : ''}${waits}`;
}

function withInterruption(reason: string, { id }: Action, context: PlanContext): string {
  const interrupts = interruption(id, context);
  return interrupts === '' ? reason : `${reason}; ${interrupts}`;
}

/** What replacing it interrupts, in words; empty where it interrupts nothing. */
export function interruption({ kind }: ResourceId, context: PlanContext): string {
  const interrupts = modelOf(context, kind).replaceInterrupts;
  return interrupts === undefined ? '' : `replacing it interrupts ${interrupts}`;
}
