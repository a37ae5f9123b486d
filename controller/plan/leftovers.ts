import { compareText, groupBy } from '../core/order.ts';
import { leftoverPolicy, ownerOf } from '../core/ownership.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { ManifestRef, Observed } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { modelOf } from './context.ts';
import type { PlanInput } from './input.ts';
import { rankIn } from './order.ts';
import { seenWhole } from './snapshot.ts';
import { intentOf } from './step.ts';
import type { HoldWhy, Step } from './step.ts';
import { usersIn } from './uses.ts';

/** Resources of ours that no manifest names: what happens to them, in order of deletion; `planned` are the steps of what is desired. Pure. */
export function planLeftovers(
  input: PlanInput,
  wanted: ReadonlySet<string>,
  planned: ReadonlyMap<string, Step>,
): readonly Step[] {
  const leftovers = [...input.snapshot.items.values()]
    .filter((item) => isLeftover(item, input, wanted))
    .toSorted(inDeletionOrder(input));
  if (leftovers.length === 0) return [];
  const releases = releasesOf(leftovers, input);
  const users = usersOf(leftovers, releases, input);
  const successors = groupBy([...planned.values()], successorKey);
  const overBudget = whyOverBudget(leftovers, releases, input);
  return leftovers.map((item) => {
    const around = {
      release: releases.has(item),
      before: releasedBefore(item, releases),
      users: users(item),
      successors: successors.get(successorKey(item)) ?? [],
    };
    return planLeftover(item, around, overBudget, input);
  });
}

/**
 * What is untagged and left. One policy is written on many resources, one after another: where only some of a manifest's say
 * `retain`, the careful answer counts for all of them. A kind that says it by default speaks for itself alone.
 */
function releasesOf(leftovers: readonly Observed[], input: PlanInput): ReadonlySet<Observed> {
  const speaks = ({ id }: Observed): boolean => modelOf(input, id.kind).facts.retainedByDefault !== true;
  const retained = new Set(leftovers.filter((item) => saysRetain(item) && speaks(item)).map(successorKey));
  return new Set(leftovers.filter((item) => saysRetain(item) || retained.has(successorKey(item))));
}

/** Who says `retain` is released last: without its word the others would be deleted. */
function releasedBefore(item: Observed, releases: ReadonlySet<Observed>): readonly Observed[] {
  if (!releases.has(item) || !saysRetain(item)) return [];
  const key = successorKey(item);
  return [...releases].filter(
    (other) => !saysRetain(other) && leftoverPolicy(other.tags).prune && successorKey(other) === key,
  );
}

function saysRetain(item: Observed): boolean {
  return leftoverPolicy(item.tags).deletion === 'retain';
}

/** Whether it is ours, made for a manifest, and no longer desired. */
export function isLeftover(
  item: Observed,
  input: Pick<PlanInput, 'owner' | 'snapshot'>,
  wanted: ReadonlySet<string>,
): boolean {
  return (
    !wanted.has(resourceKey(item.id)) &&
    item.manifest !== undefined &&
    ownerOf(claimIn(item.id.environment, input), item.tags) === 'us'
  );
}

/** What of the same manifest is desired takes the place of what is not any more. */
function successorKey({ id, manifest }: Pick<Observed, 'id' | 'manifest'>): string {
  return `${id.environment}|${manifest === undefined ? '' : manifestKey(manifest)}`;
}

/** What stands around a leftover. */
interface Around {
  /** It is untagged and left instead of deleted. */
  readonly release: boolean;
  /** Leftovers that are untagged first. */
  readonly before: readonly Observed[];
  /** Leftovers that must go first. */
  readonly users: readonly Observed[];
  /** Steps of what is desired of the same manifest. */
  readonly successors: readonly Step[];
}

/** Why a plan that removes this much is held; undefined while it is within the budget, or confirmed. */
function whyOverBudget(
  leftovers: readonly Observed[],
  releases: ReadonlySet<Observed>,
  input: PlanInput,
): string | undefined {
  // What is only untagged would have to be adopted to be ours again, so that waits too.
  if (input.prune.suspect !== undefined) return input.prune.suspect;
  const going = leftovers.filter(
    (item) =>
      leftoverPolicy(item.tags).prune &&
      !releases.has(item) &&
      !input.prune.confirmed.has(resourceKey(item.id)),
  );
  const objects = distinctManifests(going.map(manifestOfLeftover));
  const all = distinctManifests([
    ...input.desired.map((desired) => desired.manifest),
    ...leftovers.map(manifestOfLeftover),
  ]);
  const { count = 0, percent = 0 } = input.prune.budget;
  const budget = Math.max(count, Math.floor((all * percent) / 100));
  if (objects <= budget) return undefined;
  return `${objects} ${objects === 1 ? 'object' : 'objects'} would be removed and the prune budget is ${budget}; confirm the plan by its hash, or raise --prune-budget`;
}

const NAMED_AT_MOST = 2;

function namesOf(items: readonly Observed[]): string {
  const named = items.slice(0, NAMED_AT_MOST).map(({ id }) => displayId(id));
  const more = items.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function distinctManifests(manifests: readonly ManifestRef[]): number {
  return new Set(manifests.map(manifestKey)).size;
}

function planLeftover(
  item: Observed,
  around: Around,
  overBudget: string | undefined,
  input: PlanInput,
): Step {
  const { environment } = item.id;
  const { release, successors } = around;
  const removing = release ? undefined : input.models.get(item.id.kind)?.removal?.(item);
  const step = {
    id: item.id,
    manifest: manifestOfLeftover(item),
    owner: 'us',
    changes: removing?.changes ?? [],
    changedBy: 'git',
  } as const;
  const held = (why: HoldWhy, reason: string): Step => ({
    ...step,
    type: 'hold',
    why,
    intent: 'delete',
    reason,
    observed: item,
  });
  if (!leftoverPolicy(item.tags).prune) {
    return {
      ...step,
      type: 'keep',
      observed: item,
      reason: 'no manifest names it; kept by stationkeeper.dev/prune: disabled',
    };
  }
  const key = resourceKey(item.id);
  // Of what could not be read, something may still be built on it, and more may have to go than the budget counts.
  const kinds = [...input.models.keys()];
  const toRead = input.prune.confirmed.has(key) ? kinds.slice(kinds.indexOf(item.id.kind)) : kinds;
  const unread = toRead.find((each) => !seenWhole(input.snapshot, environment, each));
  if (unread !== undefined) return held('unseen', `not every ${unread} could be read`);
  if (input.prune.frozen !== undefined) return held('policy', `nothing is deleted: ${input.prune.frozen}`);
  if (input.mode === 'observe') return held('policy', 'the controller runs with --mode observe');
  const forbidden = whyForbidden(item, successors) ?? removing?.held;
  if (forbidden !== undefined) return held('policy', forbidden);
  if (overBudget !== undefined && !input.prune.confirmed.has(key)) return held('budget', overBudget);
  const failure = input.failed.get(key);
  if (failure !== undefined) return held('failed', failure);
  const started = input.started.get(key);
  if (started !== undefined) return held('waiting', started);
  const waits = whatItWaitsFor(item, around, input) ?? removing?.waits;
  if (waits !== undefined) return held('waiting', `${release ? 'to be untagged and left; ' : ''}${waits}`);
  const reason = release ? 'released: untagged and left as it is' : 'no manifest names it any more';
  return { ...step, type: 'delete', observed: item, release, reason };
}

/** Why its manifest, which desires other things now, keeps it. */
function whyForbidden(item: Observed, successors: readonly Step[]): string | undefined {
  const [policy] = successors.flatMap((step) =>
    'desired' in step && step.desired?.management === 'managed' ? [step.desired.policy.reconcile] : [],
  );
  if (policy !== undefined && policy !== 'enabled') return `stationkeeper.dev/reconcile: ${policy}`;
  const replacing = successors.find(
    (step) => step.id.kind === item.id.kind && intentOf(step) === 'replace' && isPolicy(step),
  );
  return replacing === undefined
    ? undefined
    : `stays until ${displayId(replacing.id)} may take its place: see there`;
}

function isPolicy(step: Step): boolean {
  return step.type === 'hold' && step.why === 'policy';
}

/** In words; undefined where it may go now. */
function whatItWaitsFor(item: Observed, around: Around, input: PlanInput): string | undefined {
  const { before, users, successors } = around;
  if (before.length > 0) return `waits until ${namesOf(before)} is released`;
  if (users.length > 0) return `waits for the end of ${namesOf(users)}`;
  // What is made anew must be let go of by all, and so does not wait for the workload that takes it up again.
  const isReplacing = isWorkload(item, input) && successors.some((step) => intentOf(step) === 'replace');
  const coming = successors.filter((step) => !isReplacing && isBuiltOn(step, item, input) && !isAtRest(step));
  if (coming.length > 0) return `waits until ${displayId(coming[0]!.id)} is well on what replaces it`;
  if (around.release) return undefined;
  const using = usersIn(input, item);
  return using.length > 0 ? `waits until ${namesOf(using)} uses it no more` : undefined;
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
 * What must go before an item can: later kinds of the same manifest are built on earlier ones, and a cluster or a
 * namespace is used by what is scoped to it. What is only released stands in nobody's way.
 */
function usersOf(
  leftovers: readonly Observed[],
  releases: ReadonlySet<Observed>,
  input: PlanInput,
): (item: Observed) => readonly Observed[] {
  const rank = rankIn(input);
  const staying = leftovers.filter((item) => !releases.has(item));
  // What must stay all the same uses nothing of its manifest but what it stands in.
  const byManifest = groupBy(
    staying.filter((item) => modelOf(input, item.id.kind).removal?.(item).held === undefined),
    (item) => `${item.id.environment}|${manifestKey(manifestOfLeftover(item))}`,
  );
  const byScope = groupBy(staying, ({ id: { environment, kind, scope } }) =>
    scopeKey(environment, modelOf(input, kind).facts.scope, scope),
  );
  return (item) => {
    const { environment, kind, name } = item.id;
    const later = (byManifest.get(`${environment}|${manifestKey(manifestOfLeftover(item))}`) ?? []).filter(
      (other) => rank(other.id.kind) > rank(kind),
    );
    const scoped = byScope.get(scopeKey(environment, kind, name)) ?? [];
    return [...new Set([...later, ...scoped])];
  };
}

function scopeKey(environment: string, kind = '', name = ''): string {
  return `${environment}|${kind}|${name}`;
}

function inDeletionOrder(input: PlanInput): (a: Observed, b: Observed) => number {
  const rank = rankIn(input);
  return (a, b) => rank(b.id.kind) - rank(a.id.kind) || compareText(resourceKey(a.id), resourceKey(b.id));
}

/** Leftovers without a readable manifest tag were filtered out before. */
function manifestOfLeftover(item: Observed): ManifestRef {
  return item.manifest!;
}
