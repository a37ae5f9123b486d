import { ownerOf, whatHelps, whoseIs, withoutDigest } from '../core/ownership.ts';
import { wasReleasedBy } from '../core/released.ts';
import { otherSourceOf } from '../core/sources.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, Observed, Work } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { modelOf, partsOf, revisionTold } from './context.ts';
import type { PlanContext } from './context.ts';
import { differencesOf, ignoredReason, intentFor, tagChanges } from './differences.ts';
import type { Differences } from './differences.ts';
import { gateTags } from './gate.ts';
import { base, heldBy, hold } from './hold.ts';
import { tagsFor } from './ignored.ts';
import { isLeftover } from './leftovers.ts';
import { letsGo } from './letting-go.ts';
import { restartOf } from './restart.ts';
import { interruption, notNow, waitingForItsTurn } from './not-now.ts';
import { lackingToStart } from './start-needs.ts';
import { seenOf, whyUnseen } from './snapshot.ts';
import type { Step } from './step.ts';
import { changesOutputs, pendingNeeds } from './waiting.ts';
import { NO_WORK, isWork, listed } from './work.ts';

type Rule = (desired: Desired, observed: Observed | undefined, context: PlanContext) => Step | undefined;
type RuleOfPresent = (
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  differences: Differences,
) => Step | undefined;

/**
 * (desired, observed, context) → the one step of something that git wants. The first rule that speaks decides. A step that there would
 * be to take is held instead while anything keeps it from being taken (not-now.ts).
 */
const RULES: readonly Rule[] = [unseen, suspended, external, nothingToAdopt, absent, present];

/** What there is to do about something that exists and is ours, or becomes ours; the first rule that speaks decides. */
const RULES_OF_PRESENT: readonly RuleOfPresent[] = [
  letsGo,
  resting,
  unableToRollOut,
  following,
  refused,
  asWanted,
  leftWithItsUser,
  heldBack,
  adopted,
  changed,
];

export function planDesired(desired: Desired, observed: Observed | undefined, context: PlanContext): Step {
  return firstOf(RULES, (rule) => rule(desired, observed, context));
}

function firstOf<Each>(rules: readonly Each[], ask: (rule: Each) => Step | undefined): Step {
  for (const rule of rules) {
    const step = ask(rule);
    if (step !== undefined) return step;
  }
  throw new Error('no rule decides');
}

/** Law 2: what was not seen is neither there nor absent; nor is what was looked for by what was not seen. */
function unseen(desired: Desired, observed: Observed | undefined, context: PlanContext): Step | undefined {
  const why =
    whyUnseen(context.snapshot, desired.id) ??
    (observed === undefined ? whyNotLookedFor(desired, context) : undefined);
  return why === undefined ? undefined : hold(desired, undefined, 'unseen', 'none', why);
}

/** A driver reads by the outputs of the kinds that its facts name: without them it finds nothing of what there is. */
function whyNotLookedFor(desired: Desired, context: PlanContext): string | undefined {
  const model = modelOf(context, desired.id.kind);
  const readBy = model.needs(desired).filter(({ kind }) => model.facts.readAfter?.includes(kind) === true);
  const unread = readBy.find((id) => whyUnseen(context.snapshot, id) !== undefined);
  return unread && `it is looked for by ${displayId(unread)}, which is not known yet: see there`;
}

function suspended(desired: Desired, observed: Observed | undefined): Step | undefined {
  if (desired.policy.reconcile !== 'disabled') return undefined;
  return hold(desired, observed, 'policy', 'none', 'suspended by stationkeeper.dev/reconcile: disabled');
}

/** What no manifest declares is used, and never changed. */
function external(desired: Desired, observed: Observed | undefined, context: PlanContext): Step | undefined {
  if (desired.management !== 'external') return undefined;
  if (observed !== undefined) {
    const { message } = observed.health;
    const reason = `used, not managed here${message === '' ? '' : `; ${message}`}`;
    return { ...base(desired, observed, reason, NO_WORK), type: 'keep', desired, observed };
  }
  const { kind, name, scope } = desired.id;
  const which = scope === undefined ? '' : ` (${scope})`;
  const { whereAbsent, neededToStart } = modelOf(context, kind).facts;
  const helps = whereAbsent ?? 'declare it or create it';
  const reason =
    context.snapshot.absent.get(resourceKey(desired.id))?.why ??
    `the ${kind} "${name}"${which} does not exist${whereAbsent === undefined ? ' and no manifest declares it' : ''}; ${helps}`;
  return {
    ...hold(desired, undefined, 'missing', 'none', reason),
    ...(neededToStart === undefined ? {} : { neededToStart }),
  };
}

function nothingToAdopt(desired: Desired, observed: Observed | undefined): Step | undefined {
  if (observed !== undefined || desired.policy.adoption !== 'adopt') return undefined;
  const reason =
    'nothing to adopt: it does not exist, and adoption-policy adopt never creates; set stationkeeper.dev/adoption-policy: adopt-or-create to create it';
  return hold(desired, undefined, 'missing', 'none', reason);
}

function absent(desired: Desired, observed: Observed | undefined, context: PlanContext): Step | undefined {
  if (observed !== undefined) return undefined;
  const former = formerlyNamed(desired, context);
  const instead = former === undefined ? {} : { former };
  const obstacle = notNow({ type: 'create', id: desired.id, changes: [], desired, ...instead }, context);
  if (obstacle !== undefined) {
    return former !== undefined && obstacle.why === 'policy'
      ? heldBy(obstacle, desired, undefined, 'replace', renaming(former, desired))
      : heldBy(obstacle, desired, undefined, 'create');
  }
  const reason = former === undefined ? '' : `takes the place of ${displayId(former.id)}`;
  const claim = claimIn(desired.id.environment, context);
  const tags = tagsFor(claim, desired, modelOf(context, desired.id.kind), partsOf(desired, context));
  const all = { ...tags, ...gateTags(desired, context), ...revisionTold(desired, context) };
  return { ...base(desired, undefined, reason, NO_WORK), type: 'create', desired, tags: all };
}

/** Another name of what AWS cannot rename is a replacement. */
function renaming(former: Observed, desired: Desired): Work {
  const change = { path: 'name', from: former.id.name, to: desired.id.name, by: 'replace' } as const;
  return { changes: [change], upkeep: [] };
}

/** What of ours its manifest named before, where AWS cannot rename it. */
function formerlyNamed({ id, manifest }: Desired, context: PlanContext): Observed | undefined {
  if (modelOf(context, id.kind).renameReplaces !== true) return undefined;
  return seenOf(context.snapshot, id.environment, manifest).find(
    (item) =>
      item.id.kind === id.kind &&
      item.id.name !== id.name &&
      otherSourceOf(context, item.tags) === undefined &&
      isLeftover(item, context),
  );
}

/** Nothing without our tag is changed, unless its manifest takes it over. */
function present(desired: Desired, observed: Observed | undefined, context: PlanContext): Step | undefined {
  if (observed === undefined) return undefined;
  const claim = claimIn(desired.id.environment, context);
  const owner = ownerOf(claim, observed.tags);
  if (owner === 'another') {
    const reason = `exists and belongs to ${whoseIs(claim, observed.tags)}; ${whatHelps(claim, observed.tags)}`;
    return hold(desired, { ...observed, owner }, 'not-ours', 'none', reason);
  }
  if (owner === 'nobody' && desired.policy.adoption === 'create' && !comesBack(desired, observed, context)) {
    const reason = `exists without our tag; set stationkeeper.dev/adoption-policy: adopt-or-create on ${manifestKey(desired.manifest)} to take it over`;
    return hold(desired, observed, 'not-ours', 'none', reason);
  }
  const other = otherSourceOf(context, observed.tags);
  if (owner === 'us' && other !== undefined && desired.policy.adoption === 'create') {
    return {
      ...hold(desired, observed, 'not-ours', 'none', heldByOther(other, desired)),
      otherSource: other,
    };
  }
  const differences = differencesOf(desired, observed, owner === 'nobody', context);
  return firstOf(RULES_OF_PRESENT, (rule) => rule(desired, observed, context, differences));
}

/** Whether it is what this manifest left behind when it went, as its kind does by itself. */
function comesBack({ id, manifest }: Desired, observed: Observed, { owner }: PlanContext): boolean {
  return wasReleasedBy({ owner, environment: id.environment, manifest }, observed.tags);
}

function heldByOther(source: string, { manifest }: Desired): string {
  return `belongs to another source, ${source}; remove it there, set stationkeeper.dev/adoption-policy: adopt-or-create on ${manifestKey(manifest)} to take it over, or start with --take-over-source ${source} where this source replaces that one`;
}

/** All that is to be corrected is left alone for now, since earlier corrections did not last. */
function resting(
  desired: Desired,
  observed: Observed,
  _context: PlanContext,
  { minded, differing, rests, madeBy }: Differences,
): Step | undefined {
  if (rests === undefined || isWork(differing) || !isWork(minded)) return undefined;
  return hold(desired, observed, 'failed', intentFor(minded), rests.reason, minded, madeBy(minded));
}

/** All that differs is held, each for a reason of its own. */
function refused(
  desired: Desired,
  observed: Observed,
  _context: PlanContext,
  { minded, differing, waits, work, madeBy }: Differences,
): Step | undefined {
  const [first] = differing.changes;
  if (isWork(work) || first?.held === undefined) return undefined;
  if (waits !== undefined)
    return heldBy(waitingForItsTurn(waits), desired, observed, intentFor(minded), minded, madeBy(minded));
  return hold(desired, observed, 'policy', 'update', first.held, minded, madeBy(minded));
}

/** What would be rolled out could never replace what runs: it is not begun, and what would only be taken up by it is not made. */
function unableToRollOut(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  differences: Differences,
): Step | undefined {
  const { minded, work, madeBy } = differences;
  const { cannot } = restartOf(desired, observed, differences, context) ?? {};
  if (cannot === undefined || intentFor(work) === 'replace') return undefined;
  const { changes } = work;
  const obstacle = notNow({ type: 'update', id: desired.id, changes, desired, observed }, context);
  if (obstacle?.why === 'policy') return undefined;
  const stuck = { why: 'policy', reason: cannot, called: 'RolloutCannotProceed' } as const;
  return heldBy(stuck, desired, observed, 'update', minded, madeBy(minded));
}

/** The resource is as wanted, and will change with what it needs. */
function following(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  differences: Differences,
): Step | undefined {
  const { minded, isLeft, work } = differences;
  if (isWork(work)) return undefined;
  const model = modelOf(context, desired.id.kind);
  const pending = pendingNeeds(desired, context)
    .filter((step) => changesOutputs(step, context))
    .filter(({ id }) => {
      const path = model.takesUp?.(desired, id);
      return path === undefined || !isLeft(path);
    });
  if (pending.length === 0) return undefined;
  const { says = '' } = restartOf(desired, observed, differences, context) ?? {};
  const follows = `follows ${pending.map((step) => displayId(step.id)).join(', ')}`;
  const reason = says === '' ? follows : `${follows}; ${says}`;
  return { ...hold(desired, observed, 'waiting', 'update', reason), ...minded };
}

function asWanted(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  { all, work, madeBy }: Differences,
): Step | undefined {
  if (isWork(work)) return undefined;
  const lacking = lackingToStart(desired, context);
  const couldNotStart = lacking && `a new task could not start: ${lacking}`;
  const reasons = [ignoredReason(all), couldNotStart ?? ''].filter((reason) => reason !== '');
  return {
    ...base(desired, observed, reasons.join('; '), all, madeBy(all)),
    type: 'keep',
    ...(couldNotStart === undefined ? {} : { couldNotStart }),
    desired,
    observed,
  };
}

/** What it would become nobody takes up, for the manifest ignores there what is otherwise. */
function leftWithItsUser(
  desired: Desired,
  observed: Observed,
  { belongings }: PlanContext,
  { all }: Differences,
): Step | undefined {
  const belonging = belongings.get(resourceKey(desired.id));
  if (belonging === undefined || belonging.obstacle !== undefined) return undefined;
  return { ...base(desired, observed, belonging.reason, all), type: 'keep', desired, observed };
}

function heldBack(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  { work, madeBy }: Differences,
): Step | undefined {
  const type = intentFor(work);
  const obstacle = notNow({ type, id: desired.id, changes: listed(work), desired, observed }, context);
  if (obstacle === undefined) return undefined;
  return heldBy(obstacle, desired, observed, type, work, madeBy(work));
}

/** What must be replaced is only tagged at first: nothing is deleted that does not carry our tag. */
function adopted(
  desired: Desired,
  observed: Observed,
  context: PlanContext,
  { adopts, tags, work, madeBy }: Differences,
): Step | undefined {
  if (!adopts) return undefined;
  const isReplaced = intentFor(work) === 'replace';
  const taken = isReplaced
    ? { work: { changes: tagChanges(tags, observed.tags), upkeep: [] }, tags: withoutDigest(tags) }
    : { work, tags };
  const taking = comesBack(desired, observed, context)
    ? 'adopted again: the removal of its manifest had released it'
    : `adopted${isReplaced ? ' and then replaced' : ''}: it exists in AWS without our owner tag`;
  const step = base(desired, observed, taking, taken.work, madeBy(taken.work));
  return { ...step, type: 'update', desired, observed, tags: taken.tags, adopts };
}

function changed(desired: Desired, observed: Observed, context: PlanContext, differences: Differences): Step {
  const { tags, work, madeBy } = differences;
  const common = { desired, observed, tags };
  if (intentFor(work) === 'update') {
    const { says = '' } = restartOf(desired, observed, differences, context) ?? {};
    return { ...base(desired, observed, says, work, madeBy(work)), ...common, type: 'update', adopts: false };
  }
  const reason = interruption(desired.id, context);
  return { ...base(desired, observed, reason, work, madeBy(work)), ...common, type: 'replace' };
}
