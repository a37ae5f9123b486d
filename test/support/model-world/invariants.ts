import { ENVIRONMENT_TAG, OWNER_TAG, leftoverPolicy } from '../../../controller/core/ownership.ts';
import { RELEASED_TAG } from '../../../controller/core/released.ts';
import { resourceKey } from '../../../controller/core/resource.ts';
import type { Desired } from '../../../controller/core/resource.ts';
import { SOURCE_TAG } from '../../../controller/core/sources.ts';
import type { MutationOf } from './controller.ts';
import type { GitObject, ModelGit } from './git.ts';
import type { Shape } from './shapes.ts';
import type { Thing, ToySpec } from './thing.ts';

/** A mutation that was made, or tried. */
export interface Logged {
  readonly by: object;
  readonly type: MutationOf['type'];
  readonly environment: string;
  readonly key: string;
  readonly at: number;
  /** What goes with it of what no manifest names, unconfirmed; undefined for everything else. */
  readonly removesOf: string | undefined;
}

/** What an invariant is shown of a mutation at the moment in which it is made. */
export interface MutationView {
  readonly mutation: MutationOf;
  /** As it is at this moment. */
  readonly thing: Thing | undefined;
  readonly shape: Shape;
  /** What git wants of the resource, as the look had it. */
  readonly wanted: Desired<ToySpec> | undefined;
  readonly wantedManifests: ReadonlySet<string>;
  /** What git says of the manifest that the resource was made for, as the look had it. */
  readonly object: GitObject | undefined;
  /** Of what carries the tags of the same manifest, when it was made, where AWS tells so, and by its kind. */
  readonly siblings: readonly Pick<Thing, 'kind' | 'createdAt'>[];
  readonly git: Pick<ModelGit, 'history' | 'outages'>;
  /** On the clock's monotonic scale. */
  readonly now: number;
  /** Mutations before this one. */
  readonly log: readonly Logged[];
  /** What is built on it in the cloud, by our tags. */
  readonly users: readonly Thing[];
  readonly allKinds: number;
  readonly budget: number;
}

/** Why the mutation must not be; undefined where it may. */
export type MutationInvariant = (view: MutationView) => string | undefined;

export const MANIFEST_TAG = 'stationkeeper:manifest';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A head that was asked for within this is believed (law 2). */
const HEAD_BELIEVED_MS = 10_000;
/** The calls of one step come one after the other, each within some seconds. */
const STEP_MS = 15_000;
/** AWS's own waiting is looked at every other second; what is tried without a pause is tried five times a second. */
const MOST_IN_A_MINUTE = 45;

/** Whether a mutation ends our having it: it is deleted, or untagged. */
export function isEnding(mutation: MutationOf): boolean {
  return mutation.type === 'delete' || isRelease(mutation);
}

function isRelease({ type, set = {}, remove = [] }: MutationOf): boolean {
  if (type !== 'tag') return false;
  const keys = Object.keys(set);
  const marks = keys.length > 0 && keys.every((key) => key === RELEASED_TAG);
  return marks || remove.some((key) => key !== RELEASED_TAG);
}

function isOurs({ tags }: Thing, { by, environment }: MutationOf): boolean {
  return tags[OWNER_TAG] === by.owner && tags[ENVIRONMENT_TAG] === environment;
}

/** Whether somebody has confirmed that the resource goes. */
function isConfirmed({ mutation, thing }: Pick<MutationView, 'mutation' | 'thing'>): boolean {
  if (thing === undefined) return false;
  const { kind, name, scope } = thing;
  const id = { environment: mutation.environment, kind, name, ...(scope === undefined ? {} : { scope }) };
  return mutation.by.confirmed.has(resourceKey(id));
}

function changesOnlyOurs({ mutation, thing, wanted }: MutationView): string | undefined {
  if (thing === undefined || mutation.type === 'create' || isOurs(thing, mutation)) return undefined;
  const isNobodys = thing.tags[OWNER_TAG] === undefined;
  const mayAdopt = wanted?.policy.adoption !== 'create' || thing.tags[RELEASED_TAG] !== undefined;
  if (mutation.type === 'tag' && isNobodys && wanted !== undefined && mayAdopt) return undefined;
  // What was released already, by a call whose answer was lost, is released once more.
  if (isRelease(mutation) && isNobodys && wanted === undefined) return undefined;
  return `${mutation.type} of ${thing.key}, which carries ${JSON.stringify(thing.tags)}`;
}

function createsWithTags({ mutation }: MutationView): string | undefined {
  if (mutation.type !== 'create') return undefined;
  const { set = {}, by, environment, key } = mutation;
  const isTagged =
    set[OWNER_TAG] === by.owner && set[ENVIRONMENT_TAG] === environment && set[MANIFEST_TAG] !== undefined;
  return isTagged ? undefined : `${key} is made with ${JSON.stringify(set)}`;
}

function changesOnlyWanted({ mutation, wanted, object }: MutationView): string | undefined {
  if (isEnding(mutation) && wanted === undefined) {
    const said = object?.policy.reconcile ?? 'enabled';
    if (said === 'enabled') return undefined;
    return `${mutation.type} of ${mutation.key}: reconcile of its manifest is ${said}`;
  }
  if (wanted === undefined) return `${mutation.type} of ${mutation.key}, which no manifest names`;
  if (wanted.management === 'external') return `${mutation.type} of ${mutation.key}, which is only used`;
  const { reconcile } = wanted.policy;
  return reconcile === 'enabled'
    ? undefined
    : `${mutation.type} of ${mutation.key}: reconcile is ${reconcile}`;
}

function removesNothingWanted({ mutation, wanted }: MutationView): string | undefined {
  if (!isEnding(mutation) || wanted === undefined) return undefined;
  if (mutation.type === 'delete' && wanted.policy.allowReplace) return undefined;
  return `${mutation.type} of ${mutation.key}, which ${wanted.manifest.name} wants`;
}

/** What goes that no manifest names goes by the word of git, read whole, and of its own tags. */
function removesOnlyWhatMayGo(view: MutationView): string | undefined {
  const { mutation, thing, wanted } = view;
  if (!isEnding(view.mutation) || thing === undefined || !isOurs(thing, mutation)) return undefined;
  const { commit, isStale, seenKinds } = mutation.look;
  const what = `${mutation.type} of ${mutation.key}`;
  if (commit === undefined || isStale) return `${what} while git is not read`;
  const invalid = [...commit.objects.values()].filter(({ isInvalid }) => isInvalid);
  if (invalid.length > 0) return `${what} while ${invalid.length} documents are invalid`;
  const confirmed = isConfirmed(view);
  if (commit.rewoundFrom !== undefined && !confirmed) return `${what} while git was moved off a commit`;
  if (wanted !== undefined) return undefined;
  const { prune, deletion } = leftoverPolicy(thing.tags);
  if (!prune) return `${what}, whose prune tag forbids it`;
  if (mutation.type === 'delete' && deletion !== 'delete') return `${what}, which is to be retained`;
  const source = thing.tags[SOURCE_TAG];
  if (source !== undefined && source !== mutation.by.sourceId) return `${what}, which is of ${source}`;
  if (source === undefined && !confirmed) return `${what}, which says no source`;
  if (seenKinds.size < view.allKinds && !confirmed) return `${what} although not all was read`;
  return undefined;
}

/** What is newer than what is known of git may be what git wants by now (law 2); what AWS tells no age of is as young as its manifest's youngest. */
function removesNothingNewer({ mutation, thing, shape, siblings }: MutationView): string | undefined {
  if (!isEnding(mutation) || thing === undefined) return undefined;
  const { look, key, type } = mutation;
  // What came to be since its kind was read nobody has seen.
  const seen = (shape.tellsAge ? [thing] : siblings).filter(
    ({ kind, createdAt }) => createdAt <= (look.seenAt.get(kind) ?? 0),
  );
  const madeAt = Math.max(0, ...seen.map(({ createdAt }) => createdAt));
  const confirmedAt = look.confirmedAt();
  if (madeAt <= confirmedAt) return undefined;
  return `${type} of ${key}, which is ${madeAt - confirmedAt} ms newer than what is known of git`;
}

/** Whether the commit of the look was the head within so long before now. */
function wasHeadWithin(withinMs: number, { mutation, git, now }: MutationView): boolean {
  const { history } = git;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const until = history[index + 1]?.since ?? Number.POSITIVE_INFINITY;
    if (until < now - withinMs) return false;
    if (history[index]!.commit.revision === mutation.look.commit?.revision) return true;
  }
  return false;
}

function actsOnTheHead(view: MutationView): string | undefined {
  const { mutation, git, now } = view;
  const ends = isEnding(mutation);
  if (mutation.type === 'tag' && !ends) return undefined;
  if (mutation.look.isStale || git.outages.some(({ from, to }) => from <= now && to > now - STEP_MS)) {
    const isDown = git.outages.some(({ from, to }) => from < now - HEAD_BELIEVED_MS && to >= now);
    return ends && isDown ? `${mutation.type} of ${mutation.key} while git cannot be asked` : undefined;
  }
  const within = ends ? HEAD_BELIEVED_MS : HEAD_BELIEVED_MS + STEP_MS;
  if (wasHeadWithin(within, view)) return undefined;
  return `${mutation.type} of ${mutation.key} by ${mutation.look.commit?.revision}, which git left long ago`;
}

/** The manifest that a mutation takes something of, where that counts for the budget. */
export function removedOf(view: MutationView): string | undefined {
  const { mutation, thing, wanted, shape } = view;
  if (!isEnding(view.mutation) || wanted !== undefined || thing === undefined || isConfirmed(view))
    return undefined;
  if (mutation.type !== 'delete' && shape.retainedByDefault) return undefined;
  const manifest = thing.tags[MANIFEST_TAG];
  return manifest === undefined || view.wantedManifests.has(manifest) ? undefined : manifest;
}

function staysWithinBudget(view: MutationView): string | undefined {
  const manifest = removedOf(view);
  if (manifest === undefined) return undefined;
  const { mutation, log, now, budget } = view;
  const lately = log.filter(
    ({ by, environment, at, removesOf }) =>
      by === mutation.by &&
      environment === mutation.environment &&
      at > now - HOUR_MS &&
      removesOf !== undefined &&
      !view.wantedManifests.has(removesOf),
  );
  const objects = new Set([...lately.map(({ removesOf }) => removesOf), manifest]);
  if (objects.size <= budget) return undefined;
  return `${mutation.type} of ${mutation.key}: ${[...objects].join(', ')} go within an hour, and the budget is ${budget}`;
}

function leavesNothingDangling({ mutation, users, wanted }: MutationView): string | undefined {
  if (mutation.type !== 'delete' || wanted?.policy.allowReplace === true || users.length === 0)
    return undefined;
  return `delete of ${mutation.key}, which ${users.map(({ key }) => key).join(', ')} is built on`;
}

function buildsOnWhatIs({ mutation }: MutationView): string | undefined {
  const dangling = Object.entries(mutation.links ?? {}).filter(([, id]) => id === 'undefined');
  return dangling.length === 0
    ? undefined
    : `${mutation.key} is made before ${dangling.map(([kind]) => kind).join(', ')}`;
}

function keepsPausing({ mutation, log, now }: MutationView): string | undefined {
  let count = 0;
  for (let index = log.length - 1; index >= 0; index -= 1) {
    const one = log[index]!;
    if (one.at < now - MINUTE_MS) break;
    if (one.key === mutation.key && one.by === mutation.by) count += 1;
  }
  return count < MOST_IN_A_MINUTE ? undefined : `${mutation.key} is changed ${count} times within a minute`;
}

export const INVARIANTS = {
  changesOnlyOurs,
  createsWithTags,
  changesOnlyWanted,
  removesNothingWanted,
  removesOnlyWhatMayGo,
  removesNothingNewer,
  actsOnTheHead,
  staysWithinBudget,
  leavesNothingDangling,
  buildsOnWhatIs,
  keepsPausing,
} as const satisfies Readonly<Record<string, MutationInvariant>>;
