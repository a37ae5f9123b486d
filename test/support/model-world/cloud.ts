import type { Tags } from '../../../controller/core/resource.ts';
import type { ModelClock } from './clock.ts';
import type { Shape } from './shapes.ts';
import { thingKey } from './thing.ts';
import type { Thing } from './thing.ts';

/** A refusal by the cloud's own rules. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Moment {
  readonly at: number;
  readonly thing: Thing | undefined;
}

/** An AWS of toys: what there is, and what there was, for reads that lag behind. It knows nothing of who calls. */
export interface Cloud {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** All that there is at this moment, also what AWS shows nobody. */
  all(): Iterable<Thing>;
  /** As it was so long ago. */
  get(key: string, agoMs?: number): Thing | undefined;
  keys(): Iterable<string>;
  create(
    thing: Pick<Thing, 'kind' | 'name' | 'scope' | 'region' | 'tags' | 'size' | 'colour' | 'form' | 'links'>,
  ): Thing;
  change(key: string, change: Partial<Thing>): Thing;
  /** Another object in the place of this one. */
  renew(key: string, change: Partial<Thing>): Thing;
  delete(key: string): 'gone' | 'leaving';
  /** By people, whom nothing is refused. */
  vanish(key: string): void;
  usersOf(id: string): readonly Thing[];
  contentsOf(thing: Thing): readonly Thing[];
}

const MAKING_MS = 12_000;
const LEAVING_MS = 25_000;
const ROLLING_MS = 8_000;

/** What nobody is shown. */
export function isShown(thing: Thing, { making, ending }: Pick<Shape, 'making' | 'ending'>): boolean {
  if (thing.status === 'making') return making !== 'hidden';
  return thing.status !== 'leaving' || ending !== 'hidden';
}

export function createCloud(clock: ModelClock, shapes: readonly Shape[]): Cloud {
  const byName = new Map(shapes.map((shape) => [shape.name, shape]));
  const things = new Map<string, Thing>();
  const history = new Map<string, Moment[]>();
  const busy = new Set<string>();
  let made = 0;

  function put(key: string, thing: Thing | undefined, at = clock.awsNow()): void {
    const moments = history.get(key);
    if (moments === undefined) history.set(key, [{ at, thing }]);
    else moments.push({ at, thing });
    if (thing === undefined) things.delete(key);
    else things.set(key, thing);
    if (thing !== undefined && thing.status !== 'ready') busy.add(key);
    else busy.delete(key);
  }

  /** What is due by now has happened. */
  function settle(): void {
    if (busy.size === 0) return;
    const now = clock.awsNow();
    for (const key of busy) {
      const thing = things.get(key)!;
      if (thing.until > now) continue;
      put(key, thing.status === 'leaving' ? undefined : { ...thing, status: 'ready' }, thing.until);
    }
  }

  function existing(key: string): Thing {
    settle();
    const thing = things.get(key);
    if (thing === undefined || !isShown(thing, byName.get(thing.kind)!)) throw new Refusal('NotFound');
    return thing;
  }

  function refuseDangling(links: Thing['links'], before: Thing['links'] = {}): void {
    for (const [kind, id] of Object.entries(links)) {
      if (id === null || id === before[kind]) continue;
      const isThere = [...things.values()].some((one) => one.id === id && one.status !== 'leaving');
      if (!isThere) throw new Refusal('NoSuchTarget');
    }
  }

  const cloud: Cloud = {
    shapes: byName,
    all() {
      settle();
      return things.values();
    },
    keys: () => history.keys(),
    get(key, agoMs = 0) {
      settle();
      if (agoMs === 0) return things.get(key);
      const then = clock.awsNow() - agoMs;
      const moments = history.get(key) ?? [];
      for (let index = moments.length - 1; index >= 0; index -= 1) {
        if (moments[index]!.at <= then) return moments[index]!.thing;
      }
      return undefined;
    },
    create(asked) {
      settle();
      const key = thingKey(asked.region, asked.kind, asked.name, asked.scope);
      const before = things.get(key);
      if (before !== undefined) {
        if (before.status === 'leaving') throw new Refusal('StillLeaving');
        throw new Refusal(before.status === 'making' ? 'BeingMade' : 'AlreadyExists');
      }
      refuseDangling(asked.links);
      made += 1;
      const { making, rollsOut } = byName.get(asked.kind)!;
      const now = clock.awsNow();
      const status = making === 'at once' ? (rollsOut ? 'rolling' : 'ready') : 'making';
      const thing: Thing = {
        ...asked,
        key,
        id: `${asked.kind}-${made}`,
        old: [],
        missing: 0,
        isOccupied: false,
        status,
        until: now + (status === 'making' ? MAKING_MS : ROLLING_MS),
        createdAt: now,
      };
      put(key, thing);
      return thing;
    },
    change(key, change) {
      const thing = existing(key);
      if (thing.status === 'leaving') throw new Refusal('StillLeaving');
      if (change.links !== undefined) refuseDangling(change.links, thing.links);
      const { rollsOut } = byName.get(thing.kind)!;
      const rolls = rollsOut && change.tags === undefined && thing.status !== 'making';
      const roll = rolls ? { status: 'rolling' as const, until: clock.awsNow() + ROLLING_MS } : {};
      const changed = { ...thing, ...roll, ...change };
      put(key, changed);
      return changed;
    },
    renew(key, change) {
      const thing = existing(key);
      if (change.links !== undefined) refuseDangling(change.links, thing.links);
      made += 1;
      const renewed = { ...thing, ...change, id: `${thing.kind}-${made}`, old: [...thing.old, thing.id] };
      put(key, renewed);
      return renewed;
    },
    delete(key) {
      settle();
      const thing = things.get(key);
      if (thing === undefined) return 'gone';
      if (thing.status === 'leaving') return 'leaving';
      const { ending, holds } = byName.get(thing.kind)!;
      if (thing.isOccupied || (holds && cloud.contentsOf(thing).length > 0)) throw new Refusal('NotEmpty');
      if (cloud.usersOf(thing.id).length > 0 && thing.kind !== 'seal') throw new Refusal('StillUsed');
      if (ending === 'at once') {
        put(key, undefined);
        return 'gone';
      }
      put(key, { ...thing, status: 'leaving', until: clock.awsNow() + LEAVING_MS });
      return 'leaving';
    },
    vanish(key) {
      settle();
      if (things.has(key)) put(key, undefined);
    },
    usersOf(id) {
      return [...cloud.all()].filter((one) => Object.values(one.links).includes(id));
    },
    contentsOf({ kind, name, region }) {
      return [...cloud.all()].filter(
        (one) => one.scope === name && byName.get(one.kind)?.scope === kind && one.region === region,
      );
    },
  };
  return cloud;
}

/** A copy of tags with some set and some taken away. */
export function retagged(tags: Tags, set: Tags, remove: readonly string[]): Tags {
  const changed = { ...tags, ...set };
  for (const key of remove) delete (changed as Record<string, string>)[key];
  return changed;
}
