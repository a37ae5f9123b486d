import { compareText, groupBy } from '../core/order.ts';
import { leftoverPolicy, ownerOf } from '../core/ownership.ts';
import { KIND_NAMES, displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { ManifestRef, Observed } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { seenWhole } from './snapshot.ts';
import type { PlanInput } from './plan.ts';
import type { HoldWhy, Step } from './step.ts';

/** When what no manifest names any more may be deleted. */
export interface PruneRules {
  /** Why nothing is deleted at all: an invalid document, a source that could not be read. */
  readonly frozen?: string;
  /** How many objects (manifests) of one environment may go without confirmation. */
  readonly budget: PruneBudget;
  /** Deletions that somebody has confirmed by the hash of the plan that named them; by resource key. */
  readonly confirmed: ReadonlySet<string>;
}

/** A number of objects, or a share of all of them in percent; the larger counts where both are given. */
export interface PruneBudget {
  readonly count?: number;
  readonly percent?: number;
}

export const DEFAULT_PRUNE_BUDGET: PruneBudget = { count: 3, percent: 10 };

/** Resources of ours that no manifest names: what happens to them, in order of deletion. Pure. */
export function planLeftovers(input: PlanInput, wanted: ReadonlySet<string>): readonly Step[] {
  const leftovers = [...input.snapshot.items.values()]
    .filter((item) => !wanted.has(resourceKey(item.id)) && item.manifest !== undefined)
    .filter((item) => ownerOf(claimIn(item.id.environment, input), item.tags) === 'us')
    .toSorted(inDeletionOrder);
  const users = usersOf(leftovers);
  const overBudget = whyOverBudget(leftovers, input);
  return leftovers.map((item) => planLeftover(item, users(item), overBudget, input));
}

/** Why a plan that removes this much is held; undefined while it is within the budget, or confirmed. */
function whyOverBudget(leftovers: readonly Observed[], input: PlanInput): string | undefined {
  const going = leftovers.filter(
    (item) =>
      leftoverPolicy(item.tags).prune &&
      !isReleased(item) &&
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
  return `${objects} objects would be removed and the prune budget is ${budget}; confirm the plan by its hash, or raise --prune-budget`;
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
  users: readonly Observed[],
  overBudget: string | undefined,
  input: PlanInput,
): Step {
  const { environment } = item.id;
  const step = {
    id: item.id,
    manifest: manifestOfLeftover(item),
    owner: 'us',
    changes: [],
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
  // Of what could not be read, something may still be built on it.
  const unread = KIND_NAMES.slice(rank(item)).find((each) => !seenWhole(input.snapshot, environment, each));
  if (unread !== undefined) return held('unseen', `not every ${unread} could be read`);
  if (input.prune.frozen !== undefined) return held('policy', `nothing is deleted: ${input.prune.frozen}`);
  if (input.mode === 'observe') return held('policy', 'the controller runs with --mode observe');
  const key = resourceKey(item.id);
  if (overBudget !== undefined && !input.prune.confirmed.has(key)) return held('budget', overBudget);
  const failure = input.failed.get(key);
  if (failure !== undefined) return held('failed', failure);
  const started = input.started.get(key);
  if (started !== undefined) return held('waiting', started);
  const release = isReleased(item);
  if (users.length > 0)
    return held(
      'waiting',
      `${release ? 'to be untagged and left; ' : ''}waits for the end of ${namesOf(users)}`,
    );
  const reason = release ? 'released: untagged and left as it is' : 'no manifest names it any more';
  return { ...step, type: 'delete', observed: item, release, reason };
}

/**
 * What must go before an item can: later kinds of the same manifest are built on earlier ones, and a cluster or a
 * namespace is used by what is scoped to it. What is only released stands in nobody's way.
 */
function usersOf(leftovers: readonly Observed[]): (item: Observed) => readonly Observed[] {
  const staying = leftovers.filter((item) => !isReleased(item));
  const byManifest = groupBy(
    staying,
    (item) => `${item.id.environment}|${manifestKey(manifestOfLeftover(item))}`,
  );
  const byScope = groupBy(staying, (item) => `${item.id.environment}|${item.id.scope ?? ''}`);
  return (item) => {
    const { environment, kind, name } = item.id;
    const later = (byManifest.get(`${environment}|${manifestKey(manifestOfLeftover(item))}`) ?? []).filter(
      (other) => rank(other) > rank(item),
    );
    const scoped =
      kind === 'cluster' || kind === 'namespace' ? (byScope.get(`${environment}|${name}`) ?? []) : [];
    return [...new Set([...later, ...scoped])];
  };
}

function isReleased(item: Observed): boolean {
  return leftoverPolicy(item.tags).deletion === 'retain';
}

function inDeletionOrder(a: Observed, b: Observed): number {
  return rank(b) - rank(a) || compareText(resourceKey(a.id), resourceKey(b.id));
}

function rank(item: Observed): number {
  return KIND_NAMES.indexOf(item.id.kind);
}

/** Leftovers without a readable manifest tag were filtered out before. */
function manifestOfLeftover(item: Observed): ManifestRef {
  return item.manifest!;
}
