import { compareText } from '../core/order.ts';
import { leftoverPolicy, ownerOf } from '../core/ownership.ts';
import { tagsOfRelease } from '../core/released.ts';
import { otherSourceOf } from '../core/sources.ts';
import { resourceKey } from '../core/resource.ts';
import type { Observed } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { modelOf } from './context.ts';
import type { PlanContext } from './context.ts';
import { departuresOf, manifestOfLeftover } from './departures.ts';
import type { Departure } from './departures.ts';
import type { PlanInput } from './input.ts';
import { notNow, removalOf } from './not-now.ts';
import type { Action } from './not-now.ts';
import { rankIn } from './order.ts';
import { whyNotWhole, whyUnseen } from './snapshot.ts';
import type { Step } from './step.ts';
import { NO_WORK } from './work.ts';

/** Resources of ours that no manifest names: what happens to them, in order of deletion. Pure. */
export function planLeftovers(context: PlanContext): readonly Step[] {
  const leftoversIn = (items: ReadonlyMap<string, Observed>): readonly Observed[] =>
    [...items.values()].filter((item) => isLeftover(item, context)).toSorted(inDeletionOrder(context));
  const leftovers = leftoversIn(context.snapshot.items);
  const unseen = leftoversIn(context.snapshot.outOfSight).map(
    (item) => leftToOther(item, context) ?? outOfSight(item, context),
  );
  // How leftovers go is found out by looking at all that is wanted.
  if (leftovers.length === 0) return unseen;
  const own = leftovers.filter(({ tags }) => otherSourceOf(context, tags) === undefined);
  const departureOf = departuresOf(own, context.planned.values(), context);
  return [
    ...leftovers.map((item) => leftToOther(item, context) ?? planLeftover(item, departureOf(item), context)),
    ...unseen,
  ];
}

/** Law 2: what was there and was not seen again is not gone. */
function outOfSight(item: Observed, { snapshot }: PlanContext): Step {
  const { environment, kind } = item.id;
  const reason = whyUnseen(snapshot, item.id) ?? whyNotWhole(snapshot, environment, kind) ?? '';
  return { ...held(item), observed: item, why: 'unseen', intent: 'delete', reason };
}

/** The manifests of another source, which it belongs to, may well name it. */
function leftToOther(item: Observed, context: PlanContext): Step | undefined {
  const otherSource = otherSourceOf(context, item.tags);
  if (otherSource === undefined) return undefined;
  const reason = `left to another source, ${otherSource}`;
  return { ...held(item), observed: item, why: 'not-ours', intent: 'none', otherSource, reason };
}

function held(item: Observed) {
  const { id } = item;
  return {
    id,
    manifest: manifestOfLeftover(item),
    owner: 'us',
    ...NO_WORK,
    changedBy: 'git',
    type: 'hold',
  } as const;
}

/** Whether it is ours, made for a manifest, and no longer desired. */
export function isLeftover(
  item: Observed,
  context: Pick<PlanContext, 'owner' | 'snapshot' | 'wanted'>,
): boolean {
  return (
    !context.wanted.has(resourceKey(item.id)) &&
    item.manifest !== undefined &&
    ownerOf(claimIn(item.id.environment, context), item.tags) === 'us'
  );
}

function planLeftover(item: Observed, departure: Departure, context: PlanContext): Step {
  const action: Action = { type: 'remove', id: item.id, observed: item, departure, changes: [] };
  const step = {
    id: item.id,
    manifest: manifestOfLeftover(item),
    owner: 'us',
    changes: [],
    upkeep: removalOf(action, context)?.upkeep ?? [],
    changedBy: 'git',
    observed: item,
  } as const;
  if (!leftoverPolicy(item.tags).prune) {
    const reason = 'no manifest names it; kept by stationkeeper.dev/prune: disabled';
    return { ...step, type: 'keep', reason };
  }
  const obstacle = notNow(action, context);
  const { release } = departure;
  if (obstacle !== undefined) return { ...step, ...obstacle, type: 'hold', intent: 'delete', release };
  const reason = release ? 'released: untagged and left as it is' : 'no manifest names it any more';
  const { facts } = modelOf(context, item.id.kind);
  const { environment } = item.id;
  const leaves = release
    ? tagsOfRelease({ owner: context.owner, environment, manifest: step.manifest }, facts)
    : {};
  return { ...step, type: 'delete', release, leaves, reason };
}

function inDeletionOrder(input: PlanInput): (a: Observed, b: Observed) => number {
  const rank = rankIn(input);
  return (a, b) => rank(b.id.kind) - rank(a.id.kind) || compareText(resourceKey(a.id), resourceKey(b.id));
}
