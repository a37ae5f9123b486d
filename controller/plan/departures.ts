import { compareText, groupBy } from '../core/order.ts';
import { leftoverPolicy } from '../core/ownership.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { ManifestRef, Observed, ResourceId, ResourcePolicy } from '../core/resource.ts';
import { modelOf } from './context.ts';
import type { PlanInput } from './input.ts';
import { namesOf } from './names.ts';
import { rankIn, standsOnIn } from './order.ts';
import { allowedBy, budgetPeriodMs, periodText } from './prune-rules.ts';
import type { PruneRules, RecentRemoval } from './prune-rules.ts';
import { intentOf } from './step.ts';
import type { Step } from './step.ts';
import { someOf } from '../core/some-of.ts';

/** How a resource of ours goes that no manifest names any more, as all that goes with it decides. */
export interface Departure {
  /** The resource is untagged and left instead of deleted. */
  readonly release: boolean;
  /** What its manifest, which wants other things now, says of being changed. */
  readonly reconcile: ResourcePolicy['reconcile'];
  /** What is to take its place and may not. */
  readonly heldSuccessor: ResourceId | undefined;
  /** What of its own manifest has to happen first, in words. */
  readonly waits: string | undefined;
  /** Why so much is neither deleted nor released without confirmation. */
  readonly overBudget: string | undefined;
}

/** How each leftover goes; `planned` are the steps of what is desired. */
export function departuresOf(
  leftovers: readonly Observed[],
  planned: Iterable<Step>,
  input: PlanInput,
): (item: Observed) => Departure {
  const releases = releasesOf(leftovers, input);
  const releasedBefore = releasedBeforeIn(releases);
  const usersOfItem = usersOf(leftovers, releases, input);
  const steps = [...planned];
  const successorsOf = groupBy(steps, sameManifestKey);
  const allIn = groupBy(steps, ({ id }) => id.environment);
  const overBudget = whyOverBudget(leftovers, releases, input);
  const { recent, suspect } = input.prune;
  // A manifest that goes as a whole takes away what others may use.
  const going = leftovers.filter((item) => !successorsOf.has(sameManifestKey(item)) && !releases.has(item));
  const goingTogether = groupBy(going, sameManifestKey);
  const unknownUsersOf = (item: Observed): string | undefined =>
    goingTogether.get(sameManifestKey(item))?.find(({ usersUnknown }) => usersUnknown !== undefined)
      ?.usersUnknown;
  const whileUsed = (item: Observed): string | undefined =>
    whyUsed(goingTogether.get(sameManifestKey(item)) ?? [], manifestOfLeftover(item));
  return (item) => {
    const successors = successorsOf.get(sameManifestKey(item)) ?? [];
    const { kind } = manifestOfLeftover(item);
    // What is an Environment's own may serve everything in it.
    const coming = kind === 'Environment' ? (allIn.get(item.id.environment) ?? []) : successors;
    const company = { before: releasedBefore(item), users: usersOfItem(item), successors: coming };
    return {
      release: releases.has(item),
      reconcile: reconcileOf(successors),
      heldSuccessor: heldSuccessor(item, successors),
      waits: unknownUsersOf(item) ?? whatItWaitsFor(item, company, input),
      // What this process has begun is counted already, and not left half done.
      overBudget:
        suspect === undefined && hasBegun(item, recent)
          ? undefined
          : (overBudget ?? overFleetBudget(item, input) ?? whileUsed(item)),
    };
  };
}

/** What of the same manifest stands around something that goes. */
interface Siblings {
  /** What is untagged first. */
  readonly before: readonly Observed[];
  /** What must go first. */
  readonly users: readonly Observed[];
  /** Steps of what is desired. */
  readonly successors: readonly Step[];
}

function reconcileOf(successors: readonly Step[]): ResourcePolicy['reconcile'] {
  const [policy] = successors.flatMap((step) =>
    'desired' in step && step.desired?.management === 'managed' ? [step.desired.policy] : [],
  );
  return policy?.reconcile ?? 'enabled';
}

function heldSuccessor({ id }: Observed, successors: readonly Step[]): ResourceId | undefined {
  return successors.find(
    (step) =>
      step.id.kind === id.kind &&
      intentOf(step) === 'replace' &&
      step.type === 'hold' &&
      step.why === 'policy',
  )?.id;
}

/**
 * What is untagged and left. One policy is written on many resources, one after another: where only some of a manifest's say
 * `retain`, the careful answer counts for all of them. A kind that says it by default speaks for itself alone.
 */
function releasesOf(leftovers: readonly Observed[], input: PlanInput): ReadonlySet<Observed> {
  const speaks = ({ id }: Observed): boolean => modelOf(input, id.kind).facts.retainedByDefault !== true;
  const retained = new Set(leftovers.filter((item) => saysRetain(item) && speaks(item)).map(sameManifestKey));
  return new Set(leftovers.filter((item) => saysRetain(item) || retained.has(sameManifestKey(item))));
}

/** Who says `retain` is released last: without its word the others would be deleted. */
function releasedBeforeIn(releases: ReadonlySet<Observed>): (item: Observed) => readonly Observed[] {
  const others = groupBy(
    [...releases].filter((item) => !saysRetain(item) && leftoverPolicy(item.tags).prune),
    sameManifestKey,
  );
  return (item) => (releases.has(item) && saysRetain(item) ? (others.get(sameManifestKey(item)) ?? []) : []);
}

function saysRetain(item: Observed): boolean {
  return leftoverPolicy(item.tags).deletion === 'retain';
}

/** Of all that one manifest names, or named: what it names now takes the place of what it does not any more. */
function sameManifestKey(of: Pick<Observed, 'id' | 'manifest'>): string {
  return `${of.id.environment}|${manifestKey(manifestOfLeftover(of))}`;
}

function hasBegun(item: Observed, recent: PruneRules['recent']): boolean {
  return recent?.get(manifestKey(manifestOfLeftover(item)))?.begunByUs === true;
}

/**
 * Why a plan that takes away this much is held; undefined while it is within the budget, or confirmed. What is released counts as
 * what is deleted does: it would have to be adopted to be ours again. What is released by default goes with its daemon, and is no
 * object of its own.
 */
function whyOverBudget(
  leftovers: readonly Observed[],
  releases: ReadonlySet<Observed>,
  input: PlanInput,
): string | undefined {
  const { suspect, confirmed, budget, recent = new Map<string, RecentRemoval>() } = input.prune;
  if (suspect !== undefined) return suspect;
  const going = leftovers.filter(
    (item) =>
      leftoverPolicy(item.tags).prune &&
      !(releases.has(item) && modelOf(input, item.id.kind).facts.retainedByDefault === true) &&
      !confirmed.has(resourceKey(item.id)),
  );
  const objects = distinct(going);
  const deleted = distinct(going.filter((item) => !releases.has(item)));
  const fresh = [...objects].filter((key) => !recent.has(key));
  const all = new Set([
    ...input.desired.map(({ manifest }) => manifestKey(manifest)),
    ...distinct(leftovers),
    ...recent.keys(),
  ]);
  const allowed = allowedBy(budget, all.size);
  const counted = new Set([...objects, ...recent.keys()]).size;
  if (fresh.length === 0 || counted <= allowed) return undefined;
  const others = [...recent].filter(([key]) => !objects.has(key));
  const released = objects.size - deleted.size;
  const what = [
    ...(deleted.size > 0 ? [`${objectsText(deleted.size)} would be removed`] : []),
    ...(released > 0 ? [`${objectsText(released)} would be released`] : []),
    ...(others.length > 0
      ? [`${objectsText(others.length)} were removed within the last ${periodText(budgetPeriodMs(budget))}`]
      : []),
  ];
  // With so many of the others forgotten these are within the budget.
  const excess = counted - allowed;
  const nextAt = others.map(([, { until }]) => until).toSorted(compareText)[excess - 1];
  const by = nextAt === undefined ? '' : `wait until ${nextAt}, `;
  return `${[...what, `the prune budget is ${allowed}`].join(', ').replace(/, (?=the prune)/, ' and ')}; ${by}confirm the plan by its hash, or raise --prune-budget`;
}

/**
 * Why an object that goes here and elsewhere is held: a label that is edited may take one object away in every environment, which in none of them is
 * much.
 */
function overFleetBudget(item: Observed, { prune }: PlanInput): string | undefined {
  const manifest = manifestKey(manifestOfLeftover(item));
  const elsewhere = prune.elsewhere?.get(manifest);
  // What has begun here is not left half done.
  if (elsewhere === undefined || prune.recent?.has(manifest) === true) return undefined;
  const { environments, unread, wantedIn } = elsewhere;
  const going = [item.id.environment, ...environments].toSorted(compareText);
  const count = going.length + unread.length;
  const allowed = allowedBy(prune.budget, wantedIn + count);
  if (environments.length + unread.length === 0 || count <= allowed) return undefined;
  const what = [
    `${manifest} would go in ${environmentsText(going)}`,
    ...(unread.length === 0 ? [] : [`it may be in ${environmentsText(unread)}, which could not be read`]),
  ];
  return `${what.join(', ')}, and the prune budget for it is ${allowed} of ${wantedIn + count} Environments; confirm the plan by its hash, or raise --prune-budget`;
}

/** `40 Environments (a, b, c, d, e and 35 more)`. */
function environmentsText(names: readonly string[]): string {
  return `${names.length} ${names.length === 1 ? 'Environment' : 'Environments'} (${someOf(names)})`;
}

const USERS_AT_MOST = 3;

/** Why what is used goes only once somebody has confirmed it. */
function whyUsed(items: readonly Observed[], { name }: ManifestRef): string | undefined {
  const users = items.flatMap(({ usedBy = [] }) => usedBy);
  if (users.length === 0) return undefined;
  const told = users.map(
    ({ service, container, at }) => `service ${service} (container ${container}, ${at})`,
  );
  return `${name} is used by ${someOf(told, USERS_AT_MOST)}; remove it there first, or confirm the plan by its hash`;
}

function objectsText(count: number): string {
  return `${count} ${count === 1 ? 'object' : 'objects'}`;
}

function distinct(items: readonly Observed[]): ReadonlySet<string> {
  return new Set(items.map((item) => manifestKey(manifestOfLeftover(item))));
}

/** What a leftover waits for, in words; undefined where nothing of its manifest is in the way. */
function whatItWaitsFor(
  item: Observed,
  { before, users, successors }: Siblings,
  input: PlanInput,
): string | undefined {
  if (before.length > 0) return `waits until ${namesOf(before)} is released`;
  if (users.length > 0) return `waits for the end of ${namesOf(users)}`;
  // What is made anew must be let go of by all, and so does not wait for the workload that takes it up again.
  const isReplacing = isWorkload(item, input) && successors.some((step) => intentOf(step) === 'replace');
  const coming = successors.filter((step) => !isReplacing && isBuiltOn(step, item, input) && !isAtRest(step));
  return coming.length > 0
    ? `waits until ${displayId(coming[0]!.id)} is healthy on its replacement`
    : undefined;
}

/** Later kinds may still run on what their manifest named before; a workload gives way to the one that takes its place. */
function isBuiltOn(step: Step, item: Observed, input: PlanInput): boolean {
  const rank = rankIn(input);
  return rank(step.id.kind) > rank(item.id.kind) || (isWorkload(step, input) && isWorkload(item, input));
}

function isWorkload({ id }: Pick<Observed, 'id'>, input: PlanInput): boolean {
  return modelOf(input, id.kind).facts.workload !== undefined;
}

function isAtRest(step: Step): boolean {
  if (step.type === 'keep') return step.observed.health.status === 'Healthy';
  return intentOf(step) === 'none';
}

/**
 * What must go before an item can: what of the same manifest may stand on it, and of a cluster or a namespace what is
 * scoped to it. What is only released stands in nobody's way.
 */
function usersOf(
  leftovers: readonly Observed[],
  releases: ReadonlySet<Observed>,
  input: PlanInput,
): (item: Observed) => readonly Observed[] {
  const standsOn = standsOnIn(input);
  const staying = leftovers.filter((item) => !releases.has(item));
  // What must stay all the same uses nothing of its manifest but what it stands in.
  const byManifest = groupBy(
    staying.filter((item) => modelOf(input, item.id.kind).removal?.(item).held === undefined),
    sameManifestKey,
  );
  const byScope = groupBy(staying, ({ id: { environment, kind, scope } }) =>
    scopeKey(environment, modelOf(input, kind).facts.scope, scope),
  );
  return (item) => {
    const { environment, kind, name } = item.id;
    const later = (byManifest.get(sameManifestKey(item)) ?? []).filter((other) =>
      standsOn(other.id.kind, kind),
    );
    const scoped = byScope.get(scopeKey(environment, kind, name)) ?? [];
    return [...new Set([...later, ...scoped])];
  };
}

function scopeKey(environment: string, kind = '', name = ''): string {
  return `${environment}|${kind}|${name}`;
}

/** Leftovers without a readable manifest tag were filtered out before. */
export function manifestOfLeftover({ manifest }: Pick<Observed, 'manifest'>): ManifestRef {
  return manifest!;
}
