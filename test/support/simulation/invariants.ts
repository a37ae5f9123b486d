import { OWNER_TAG } from './live.ts';
import type { Live, LiveService } from './live.ts';
import type { Mutation, Tags } from './mutation.ts';
import { accountPart, isOfNoRegion, whereIs } from './regions.ts';
import { wantedObject } from './wanted.ts';
import type { Wanted, WantedResource } from './wanted.ts';
import { RELEASED_TAG } from '../../../controller/core/released.ts';

/** What an invariant is shown of one call: what it is about to do, to what, and what git wanted when its pass began. */
export interface BeforeCall {
  readonly mutation: Mutation;
  readonly owner: string;
  /** The source that it reads; undefined where it speaks for none. */
  readonly source: string | undefined;
  /** The Environment's name, by region. */
  readonly environments: ReadonlyMap<string, string>;
  readonly wanted: Wanted;
  /** What git has wanted for so long that whoever changes anything knows of it; undefined where it moved since. */
  readonly wantedAlready: Wanted | undefined;
  /** All that there is in the account. */
  readonly live: readonly Live[];
  /** Ids of what a pass that began when this one did can have seen to be ours. */
  readonly visible: ReadonlySet<string>;
  /** Whether the removal of an object, as `removedManifest` names it, has begun lately. */
  readonly isGoing: (removed: string) => boolean;
  /** Whether a step on `kind/name` that was begun before may still go on. */
  readonly goesOn: (name: string) => boolean;
  readonly services: readonly LiveService[];
  /** The daemon that the controller itself runs as; undefined where it runs elsewhere. */
  readonly self: string | undefined;
  /** Objects, as `objectKey` has them, whose deletion somebody has confirmed. */
  readonly confirmed: ReadonlySet<string>;
  /** How many objects of an Environment, and of one object in how many, may go without confirmation. */
  readonly budget: number;
}

/** What a call has brought about. */
export interface AfterCall extends BeforeCall {
  readonly liveAfter: readonly Live[];
}

/** Why the call must not be made; undefined where it may. */
export type BeforeInvariant = (view: BeforeCall) => string | undefined;
export type AfterInvariant = (view: AfterCall) => string | undefined;

const MANIFEST = 'stationkeeper:manifest';
const ENVIRONMENT = 'stationkeeper:environment';
const DELETION = 'stationkeeper:deletion-policy';
const PRUNE = 'stationkeeper:prune';
const SOURCE = 'stationkeeper:source';
const REGION = 'stationkeeper:region';
const REVISIONS_KEPT = 5;

/**
 * Nothing is changed that does not carry our tags at that moment; an adoption that git asks for may tag what is nobody's, and a manifest that
 * comes back what was let go when it went.
 */
function changesOnlyOurs(view: BeforeCall): string | undefined {
  const { mutation } = view;
  for (const one of mutation.touched) {
    if (isOurs(one.tags, one, view)) continue;
    const asked = view.wanted.resources.get(one.key);
    const isNobodys = !one.tags.has(OWNER_TAG);
    const mayBeTakenUp = asked !== undefined && (asked.adoption !== 'create' || isReleased(one, asked, view));
    if (mutation.effect === 'tag' && isNobodys && mayBeTakenUp) continue;
    if (isDone(mutation, one)) continue;
    // Adoption takes over from another source of the same owner too.
    const { [SOURCE]: _source, ...others } = Object.fromEntries(one.tags);
    const isAdoptable = asked !== undefined && asked.adoption !== 'create';
    if (isAdoptable && isOurs(new Map(Object.entries(others)), one, view)) continue;
    // AWS refuses to make anything twice, but a revision beside those of others becomes what their family means.
    if (mutation.effect === 'create' && one.kind !== 'task-definition') continue;
    if (mutation.effect === 'create' && mutation.touched.some((other) => isOurs(other.tags, other, view)))
      continue;
    return `${mutation.name} changes ${one.key} (${one.id}), which carries ${said(one.tags)}`;
  }
  return undefined;
}

/** What is made carries our tags from its first moment. */
function createsWithTags(view: BeforeCall): string | undefined {
  const { mutation } = view;
  if (mutation.effect !== 'create') return undefined;
  const region = mutation.kind === 'role' ? undefined : mutation.region;
  const isTagged = isOurs(mutation.tags, { region: region ?? '' }, view) && mutation.tags.has(MANIFEST);
  return isTagged ? undefined : `${mutation.name} makes ${mutation.key} with ${said(mutation.tags)}`;
}

/** Nothing is made, changed or deleted where git has no Environment: what one has left where it was is people's to delete. */
function leavesFormerPlacesAlone({ mutation, wanted }: BeforeCall): string | undefined {
  const { name, region } = mutation;
  return wanted.regions === undefined || wanted.regions.has(region)
    ? undefined
    : `${name} is called in ${region}, where git has no Environment`;
}

/** Nothing is made or changed that git does not want so: not named, only observed, or left alone. */
function changesOnlyWanted(view: BeforeCall): string | undefined {
  const { mutation, wanted, goesOn } = view;
  const touched = mutation.touched.filter(({ kind, name }) => !goesOn(`${kind}/${name}`));
  const keys = mutation.effect === 'create' ? [mutation.key] : touched.map(({ key }) => key);
  for (const key of keys) {
    const asked = wanted.resources.get(key);
    if (asked !== undefined && asked.reconcile !== 'enabled') {
      return `${mutation.name} changes ${key}, whose manifest says reconcile: ${asked.reconcile}`;
    }
    const isUpkeep =
      mutation.effect === 'create' || mutation.effect === 'change' || mutation.effect === 'tag';
    if (asked === undefined && isUpkeep && !marksRelease(mutation))
      return `${mutation.name} changes ${key}, which no manifest names`;
  }
  return undefined;
}

/** Nothing is deleted, or let go, that git wants; what must be replaced only where the manifest allows it. */
function deletesOnlyUnwanted({ mutation, wanted, live }: BeforeCall): string | undefined {
  if (mutation.effect !== 'delete' && !letsGo(mutation)) return undefined;
  for (const one of mutation.touched) {
    const asked = wanted.resources.get(one.key);
    if (asked === undefined && wanted.used.has(one.key))
      return `${mutation.name} ends ${one.key}, which is in use`;
    if (asked === undefined) continue;
    if (mutation.effect === 'delete' && asked.mayBeReplaced) continue;
    if (mutation.effect === 'delete' && isSuperseded(one, live)) continue;
    return `${mutation.name} ends ${one.key}, which ${asked.manifest} wants`;
  }
  return undefined;
}

/** Nothing is deleted, or let go, that git has come to want since the controller read it, for longer than a head is believed. */
function deletesOnlyWhatGitStillDrops({ mutation, wanted, wantedAlready }: BeforeCall): string | undefined {
  if (mutation.effect !== 'delete' && !letsGo(mutation)) return undefined;
  const back = mutation.touched.find(
    ({ key }) => !wanted.resources.has(key) && wantedAlready?.resources.has(key) === true,
  );
  return back && `${mutation.name} ends ${back.key}, which git wants again`;
}

/** Nothing that no manifest names goes while git is invalid or cannot be read, or where its tags say that it stays. */
function deletesOnlyWhatMayGo({ mutation, wanted }: BeforeCall): string | undefined {
  if (mutation.effect !== 'delete' && mutation.effect !== 'part' && mutation.effect !== 'untag')
    return undefined;
  for (const one of mutation.touched) {
    if (wanted.resources.has(one.key) || isDone(mutation, one)) continue;
    if (wanted.frozen) return `${mutation.name} ends ${one.key} while git is not whole`;
    if (one.tags.get(PRUNE) !== 'enabled')
      return `${mutation.name} ends ${one.key}, whose prune tag forbids it`;
    if (mutation.effect !== 'untag' && one.tags.get(DELETION) !== 'delete')
      return `${mutation.name} deletes ${one.key}, which is to be retained`;
  }
  return undefined;
}

/** No more objects go at once than the budget allows, of those that the pass can have seen, unless somebody has confirmed it. */
function deletesWithinBudget(view: BeforeCall): string | undefined {
  const { mutation, wanted, live, visible, confirmed, budget } = view;
  if (mutation.effect !== 'delete' && mutation.effect !== 'part') return undefined;
  const unwanted = mutation.touched.find(({ key }) => !wanted.resources.has(key));
  if (unwanted === undefined) return undefined;
  // What has begun was counted then, and goes on (removesFewWithinAnHour).
  const removed = removedManifest(view);
  if (removed !== undefined && view.isGoing(removed)) return undefined;
  const environment = unwanted.tags.get(ENVIRONMENT);
  const going = live.filter(
    (one) =>
      visible.has(one.id) &&
      [mutation.region, accountPart(mutation.region)].includes(one.region) &&
      isOurs(one.tags, one, view) &&
      one.tags.get(ENVIRONMENT) === environment &&
      !wanted.resources.has(one.key) &&
      !wanted.used.has(one.key) &&
      one.tags.get(PRUNE) === 'enabled' &&
      one.tags.get(DELETION) === 'delete',
  );
  const objects = new Set(going.map(({ tags }) => objectOf(tags)).filter((object) => !confirmed.has(object)));
  if (objects.size <= budget || confirmed.has(objectOf(unwanted.tags))) return undefined;
  return `${mutation.name} deletes ${unwanted.key} although ${objects.size} objects would go: ${[...objects].join(', ')}`;
}

/**
 * Of one object no more Environments lose theirs at once than the budget allows, of those that the pass can have seen, be they readable now or
 * not, unless somebody has confirmed it.
 */
function deletesWithinFleetBudget(view: BeforeCall): string | undefined {
  const { mutation, wanted, live, visible, confirmed, budget, environments } = view;
  const removed = removedManifest(view);
  if (removed === undefined || view.isGoing(removed)) return undefined;
  const [, manifest = ''] = removed.split('|');
  const isWantedIn = objectsWanted(view);
  const going = live.filter(
    ({ id, region, tags }) =>
      tags.get(MANIFEST) === manifest &&
      visible.has(id) &&
      // Of a role it is not known where it is by itself.
      !isOfNoRegion(region) &&
      (wanted.regions?.has(region) ?? false) &&
      isOurs(tags, { region }, view) &&
      tags.get(PRUNE) === 'enabled' &&
      !isWantedIn.has(objectOf(tags)) &&
      !confirmed.has(objectOf(tags)),
  );
  const names = new Set([...going.map(({ region }) => environments.get(region)), removed.split('|')[0]]);
  return names.size <= budget
    ? undefined
    : `${mutation.name} takes ${removed} although ${manifest} would go in ${[...names].join(', ')}`;
}

/** Of one Environment, as `objectKey` has it. */
function objectOf(tags: Tags): string {
  return `${tags.get(ENVIRONMENT) ?? ''}|${tags.get(MANIFEST) ?? ''}`;
}

/** All objects that git wants. */
export function objectsWanted({ wanted }: Pick<BeforeCall, 'wanted'>): ReadonlySet<string> {
  return new Set([...wanted.resources.values()].map(wantedObject));
}

/**
 * No live service of ours is left without its cluster, group, roles, task definition or discovery service by our call. (One that
 * somebody has taken over, and that is built on what is ours, is theirs to mend.)
 */
function leavesNothingDangling(view: AfterCall): string | undefined {
  const { mutation, live, liveAfter, services, wanted } = view;
  if (mutation.effect !== 'delete') return undefined;
  const ours = new Set(live.filter((one) => isOurs(one.tags, one, view)).map(({ key }) => key));
  const left = new Set(liveAfter.map(({ id }) => id));
  const gone = mutation.touched.filter(({ id }) => !left.has(id) && live.some((one) => one.id === id));
  for (const one of gone) {
    // Whoever allows a replacement is told what it interrupts.
    if (wanted.resources.get(one.key)?.mayBeReplaced === true) continue;
    const user = services.find(({ key, uses }) => ours.has(key) && uses.includes(one.id));
    if (user !== undefined) return `${mutation.name} took ${one.key} (${one.id}) from ${user.key}`;
  }
  return undefined;
}

/** No call of ours asks for fewer tasks than git, or lets a rollout stop more of them than git allows. */
function keepsEnoughTasks({ mutation, wanted }: BeforeCall): string | undefined {
  const { name, input } = mutation;
  if (name !== 'ecs:UpdateService' && name !== 'ecs:CreateService') return undefined;
  const key = mutation.effect === 'create' ? mutation.key : mutation.touched[0]?.key;
  const asked = wanted.tasks.get(key ?? '');
  if (asked === undefined) return undefined;
  const count = input['desiredCount'] as number | undefined;
  if (count !== undefined && count < asked.desiredCount) {
    return `${name} asks ${key} for ${count} tasks, and git for ${asked.desiredCount}`;
  }
  const configuration = input['deploymentConfiguration'] as { minimumHealthyPercent?: number } | undefined;
  const least = configuration?.minimumHealthyPercent;
  return least !== undefined && least < asked.minimumHealthyPercent
    ? `${name} lets ${key} fall to ${least} %, and git to ${asked.minimumHealthyPercent} %`
    : undefined;
}

/** While the controller's own service is there and is ours, nothing of its manifest goes, nor what it uses, nor its last task. */
function keepsItself(view: BeforeCall): string | undefined {
  const { mutation, live, services, self } = view;
  const manifest = `DaemonService/${self}`;
  const isOwn = ({ tags }: Live): boolean => tags.get(MANIFEST) === manifest;
  const own = live.find((one) => one.kind === 'service' && isOwn(one) && isOurs(one.tags, one, view));
  if (self === undefined || own === undefined) return undefined;
  const { name, input } = mutation;
  if (name === 'ecs:UpdateService' && mutation.touched.some(isOwn) && input['desiredCount'] === 0)
    return `${name} ends the last task of ${own.key}`;
  if (mutation.effect !== 'delete' && !letsGo(mutation)) return undefined;
  const used = services.find(({ key }) => key === own.key)?.uses ?? [];
  const going = mutation.touched.find(
    (one) => (isOwn(one) && !isSuperseded(one, live)) || used.includes(one.id),
  );
  return going && `${name} ends ${going.key}, on which the controller itself runs`;
}

function isSuperseded(one: Live, live: readonly Live[]): boolean {
  return one.kind === 'task-definition' && isOldRevision(one, live);
}

/** What people are shown, told or can look up holds no secret. */
export function tellsNoSecret(told: { readonly where: string; readonly text: string }, secret: string) {
  const at = told.text.indexOf(secret);
  if (at < 0) return undefined;
  return `${told.where} tells a secret: …${told.text.slice(Math.max(0, at - 120), at + secret.length)}`;
}

export const BEFORE_EACH_CALL = {
  changesOnlyOurs,
  createsWithTags,
  leavesFormerPlacesAlone,
  changesOnlyWanted,
  deletesOnlyUnwanted,
  deletesOnlyWhatGitStillDrops,
  deletesOnlyWhatMayGo,
  deletesWithinBudget,
  deletesWithinFleetBudget,
  keepsEnoughTasks,
  keepsItself,
} as const satisfies Readonly<Record<string, BeforeInvariant>>;

export const AFTER_EACH_CALL = { leavesNothingDangling } as const satisfies Readonly<
  Record<string, AfterInvariant>
>;

/** Our owner, the environment of its region, and no other source; a role says which region it is of. */
function isOurs(
  tags: Tags,
  { region }: Pick<Live, 'region'>,
  { owner, source, environments, mutation }: BeforeCall,
): boolean {
  const place = isOfNoRegion(region) ? mutation.region : region;
  const isMarkedSo = !tags.has(REGION) || tags.get(REGION) === whereIs(place).region;
  const isHere = environments.get(place) === tags.get(ENVIRONMENT) && isMarkedSo;
  const isOfAnotherSource = source !== undefined && (tags.get(SOURCE) ?? source) !== source;
  return tags.get(OWNER_TAG) === owner && isHere && !isOfAnotherSource;
}

/**
 * `environment|manifest` of what a call takes away, in whole or in part, of a manifest that git wants no more, unconfirmed; undefined for
 * every other call.
 */
export function removedManifest(view: BeforeCall): string | undefined {
  const { mutation, wanted, confirmed } = view;
  if (mutation.effect !== 'delete' && mutation.effect !== 'part' && !letsGo(mutation)) return undefined;
  const one = mutation.touched.find(
    ({ key, tags, region }) => !wanted.resources.has(key) && isOurs(tags, { region }, view),
  );
  if (one?.tags.has(MANIFEST) !== true || confirmed.has(objectOf(one.tags))) return undefined;
  // A log group outlives its daemon of itself, and counts for nothing.
  if (mutation.effect !== 'delete' && one.kind === 'log-group') return undefined;
  return objectsWanted(view).has(objectOf(one.tags)) ? undefined : objectOf(one.tags);
}

/** A call that is repeated because its answer was lost, or is not shown yet, finds that it has been done. */
function isDone(mutation: Mutation, one: Live): boolean {
  if (mutation.effect === 'tag')
    return [...mutation.tags].every(([key, value]) => one.tags.get(key) === value);
  return mutation.effect === 'untag' && !mutation.keys.some((key) => one.tags.has(key));
}

/** Whether it tells that it was let go by this owner, when this manifest went. */
function isReleased(
  { tags }: Live,
  { environment, manifest }: WantedResource,
  { owner }: BeforeCall,
): boolean {
  return tags.get(RELEASED_TAG) === `${owner}/${environment}/${manifest}`;
}

/** Whether a tag is all that is written, by which what is let go comes back to its manifest. */
function marksRelease(mutation: Mutation): boolean {
  return mutation.effect === 'tag' && [...mutation.tags.keys()].every((key) => key === RELEASED_TAG);
}

function letsGo(mutation: Mutation): boolean {
  return mutation.effect === 'untag' && mutation.keys.includes(OWNER_TAG);
}

/** Whether a revision is not among the newest of its family that we made; that people have taken one may not be in AWS's lists yet. */
function isOldRevision(one: Live, live: readonly Live[]): boolean {
  const revisionOf = ({ arn }: Live): number => Number(arn.split(':').at(-1));
  const newer = live.filter(
    (other) =>
      other.key === one.key &&
      other.tags.get(MANIFEST) === one.tags.get(MANIFEST) &&
      revisionOf(other) > revisionOf(one),
  );
  return newer.length >= REVISIONS_KEPT;
}

function said(tags: Tags): string {
  return tags.size === 0 ? 'no tags' : JSON.stringify(Object.fromEntries(tags));
}
