import { groupBy } from '../core/order.ts';
import { manifestKey, objectKey, resourceKey } from '../core/resource.ts';
import type { Absent, KindName, ManifestRef, Observed, ResourceId, Seen } from '../core/resource.ts';

/** What AWS has, as one pass saw it and as its outcomes have changed it since. Immutable. */
export interface Snapshot {
  /** Why a whole kind could not be read, by `environment|kind`. */
  readonly unseenKinds: ReadonlyMap<string, string>;
  /** Why a single resource could not be read, by resource key. */
  readonly unseen: ReadonlyMap<string, string>;
  /** Why kinds have an unseen resource, or unseen leftovers: they keep deletions from their environment. By `environment|kind`. */
  readonly incompleteKinds: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, Observed>;
  /** What is to be said of what is not there, by resource key; nothing of most. */
  readonly absent: ReadonlyMap<string, Absent>;
  /** Manifests of what was ours and AWS still shows as gone, by environment. */
  readonly gone: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Of ours, as an earlier pass saw it and this one did not, which could not read all of its kind: it counts as there, and as unseen,
   * until a read that is whole lacks it. By resource key.
   */
  readonly outOfSight: ReadonlyMap<string, Observed>;
}

export const EMPTY_SNAPSHOT: Snapshot = {
  unseenKinds: new Map(),
  unseen: new Map(),
  incompleteKinds: new Map(),
  items: new Map(),
  absent: new Map(),
  gone: new Map(),
  outOfSight: new Map(),
};

function kindKey(environment: string, kind: KindName): string {
  return `${environment}|${kind}`;
}

/** Why this resource was not seen; undefined where it was, or is truly absent. */
export function whyUnseen(snapshot: Snapshot, id: ResourceId): string | undefined {
  return snapshot.unseen.get(resourceKey(id)) ?? snapshot.unseenKinds.get(kindKey(id.environment, id.kind));
}

/** Why not everything of this kind that there is was seen; undefined where it was, so that what is not there is absent. */
export function whyNotWhole(
  { unseenKinds, incompleteKinds }: Snapshot,
  environment: string,
  kind: KindName,
): string | undefined {
  const key = kindKey(environment, kind);
  const why = unseenKinds.get(key) ?? incompleteKinds.get(key);
  return why === undefined ? undefined : `not every ${kind} could be read: ${why}`;
}

export function seenWhole(snapshot: Snapshot, environment: string, kind: KindName): boolean {
  return whyNotWhole(snapshot, environment, kind) === undefined;
}

/** Whether everything that there is in an environment was seen. */
export function seenAll({ unseenKinds, incompleteKinds }: Snapshot, environment: string): boolean {
  const isHere = (key: string): boolean => key.startsWith(kindKey(environment, ''));
  return ![...unseenKinds.keys(), ...incompleteKinds.keys()].some(isHere);
}

/** Finds a resource as it was seen. */
export function seenIn({ items }: Snapshot): (id: ResourceId) => Observed | undefined {
  return (id) => items.get(resourceKey(id));
}

const ofManifests = new WeakMap<Snapshot['items'], ReadonlyMap<string, readonly Observed[]>>();

/** What was seen that was made for a manifest, by our tags. */
export function seenOf({ items }: Snapshot, environment: string, manifest: ManifestRef): readonly Observed[] {
  const known =
    ofManifests.get(items) ??
    groupBy([...items.values()], (item) =>
      item.manifest === undefined ? '' : objectKey(item.id.environment, item.manifest),
    );
  ofManifests.set(items, known);
  return known.get(objectKey(environment, manifest)) ?? [];
}

/** Adds what was seen of one kind in one environment. */
export function withSeen(snapshot: Snapshot, environment: string, kind: KindName, seen: Seen): Snapshot {
  return withAllSeen(snapshot, environment, [[kind, seen]]);
}

/** Adds what was seen of several kinds in one environment. */
export function withAllSeen(
  snapshot: Snapshot,
  environment: string,
  all: readonly (readonly [KindName, Seen])[],
): Snapshot {
  const unseenKinds = new Map(snapshot.unseenKinds);
  const unseen = new Map(snapshot.unseen);
  const incompleteKinds = new Map(snapshot.incompleteKinds);
  const items = new Map(snapshot.items);
  const absent = new Map(snapshot.absent);
  const gone = new Set(snapshot.gone.get(environment));
  for (const [kind, seen] of all) {
    const key = kindKey(environment, kind);
    if (seen.type === 'unseen') {
      unseenKinds.set(key, seen.why);
      continue;
    }
    for (const item of seen.items) items.set(resourceKey(item.id), item);
    for (const { id, why } of seen.unseen) unseen.set(resourceKey(id), why);
    const lack = seen.leftoversUnseen ?? seen.unseen[0]?.why;
    if (lack !== undefined) incompleteKinds.set(key, lack);
    for (const one of seen.absent ?? []) absent.set(resourceKey(one.id), one);
    for (const manifest of seen.gone ?? []) gone.add(manifestKey(manifest));
  }
  const goneIn = gone.size === 0 ? snapshot.gone : new Map(snapshot.gone).set(environment, gone);
  return { ...snapshot, unseenKinds, unseen, incompleteKinds, items, absent, gone: goneIn };
}

/** With what an earlier pass saw of ours in an environment, and this one could not have seen. */
export function withRemembered(
  snapshot: Snapshot,
  environment: string,
  earlier: Snapshot | undefined,
): Snapshot {
  if (earlier === undefined) return snapshot;
  const lost = [...earlier.outOfSight, ...earlier.items].filter(
    ([key, { id, manifest }]) =>
      id.environment === environment &&
      manifest !== undefined &&
      !snapshot.items.has(key) &&
      !seenWhole(snapshot, environment, id.kind),
  );
  return lost.length === 0 ? snapshot : { ...snapshot, outOfSight: new Map(lost) };
}

/** Folds outcomes in: `undefined` for what is gone. */
export function withOutcomes(
  snapshot: Snapshot,
  outcomes: ReadonlyMap<string, Observed | undefined>,
): Snapshot {
  const items = new Map(snapshot.items);
  for (const [key, observed] of outcomes) {
    if (observed === undefined) items.delete(key);
    else items.set(key, observed);
  }
  return { ...snapshot, items };
}
