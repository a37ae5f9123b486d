import type { Inventory } from '../../../controller/aws/inventory.ts';
import { StationkeeperError } from '../../../controller/core/errors.ts';
import type { Needs } from '../../../controller/core/outputs.ts';
import { ownerOf, ownership } from '../../../controller/core/ownership.ts';
import type { Claim } from '../../../controller/core/ownership.ts';
import type { Reference } from '../../../controller/core/reference.ts';
import type { Desired, Observed, Outputs, Progress, Tags } from '../../../controller/core/resource.ts';
import type { KindDriver } from '../../../controller/kinds/kind.ts';
import { Refusal, isShown, retagged } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import type { Door } from './door.ts';
import type { Shape } from './shapes.ts';
import { arnOf, thingKey } from './thing.ts';
import type { Thing, ToySpec, ToyState } from './thing.ts';
import { healthOf } from './toy-model.ts';

export interface ToyContext {
  readonly cloud: Cloud;
  readonly door: Door;
  readonly claim: Claim;
  readonly region: string;
  readonly inventory: Inventory;
}

const LOOK_AGAIN_MS = 2_000;

/** The half of a toy kind that calls the model cloud; what the answers are like the shape and the weather say. */
export function toyDriver(shape: Shape, context: ToyContext): KindDriver<ToySpec, ToyState> {
  const { cloud, door, claim, inventory } = context;
  const { name: kind } = shape;
  const region = shape.isGlobal ? '' : context.region;
  const known = new WeakMap<Thing, { readonly contents: number; readonly observed: Observed<ToyState> }>();

  function keyOf({ name, scope }: Observed['id']): string {
    return thingKey(region, kind, name, scope);
  }

  function observed(thing: Thing, tags: Tags = thing.tags): Observed<ToyState> {
    const contents = shape.holds ? cloud.contentsOf(thing).length : 0;
    const before = known.get(thing);
    if (before?.contents === contents && tags === thing.tags) return before.observed;
    const { id, name, scope, size, colour, form, links, old, missing, isOccupied, createdAt } = thing;
    const fresh: Observed<ToyState> = {
      id: { environment: claim.environment, kind, name, ...(scope === undefined ? {} : { scope }) },
      ...ownership(claim, tags),
      arn: arnOf(thing),
      state: { size, colour, form, links, old, contents, isOccupied },
      outputs: { id },
      findings: { missing },
      health: healthOf(thing),
      ...(shape.tellsAge ? { createdAt } : {}),
    };
    if (tags === thing.tags) known.set(thing, { contents, observed: fresh });
    return fresh;
  }

  function shownAgo(agoMs: number): readonly Thing[] {
    const all =
      agoMs === 0 ? [...cloud.all()] : [...cloud.keys()].flatMap((key) => cloud.get(key, agoMs) ?? []);
    return all.filter((one) => one.kind === kind && one.region === region && isShown(one, shape));
  }

  function tagsOf(key: string): Promise<Tags | undefined> {
    return door.call({ operation: 'toys:ReadTags', kind, access: 'read' }, () => {
      const thing = cloud.get(key);
      return thing !== undefined && isShown(thing, shape) ? thing.tags : undefined;
    });
  }

  async function write<Answer>(operation: string, work: (isHalved: boolean) => Answer): Promise<Answer> {
    return door.call({ operation, kind, access: 'write' }, ({ isHalved }) => work(isHalved));
  }

  function linksOf({ spec }: Desired<ToySpec>, needs: Needs): Record<string, string> {
    return Object.fromEntries(
      Object.entries(spec.links).map(([name, ref]) => [
        name,
        String(needs<Outputs>(ref as Reference<Outputs>)?.['id']),
      ]),
    );
  }

  /** What an answer that makes or changes it comes to. */
  function done(thing: Thing): Progress<ToyState> {
    if (!isShown(thing, shape)) {
      return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message: `${thing.name} is being made` };
    }
    inventory.wrote(arnOf(thing), thing.tags);
    return { type: 'done', observed: observed(thing) };
  }

  return {
    async observe({ desired, scope, needs }) {
      const all = await door.call({ operation: `toys:Read${kind}`, kind, access: 'read' }, ({ agoMs }) => {
        const shown = shownAgo(agoMs);
        if (agoMs > 0) door.read(shown);
        return shown;
      });
      const wanted = new Set(
        desired.flatMap(({ id, spec }) => {
          const isLookedFor = shape.readAfter.every((name) => {
            const ref = spec.links?.[name];
            return ref === undefined || needs(ref) !== undefined || name !== shape.scope;
          });
          return isLookedFor ? [keyOf(id)] : [];
        }),
      );
      if (shape.readBy === 'itself') {
        const items = all
          .map((thing) => ({ thing, item: observed(thing) }))
          .filter(
            ({ thing, item }) => wanted.has(thing.key) || (scope === 'all-owned' && item.owner === 'us'),
          );
        return { items: items.map(({ item }) => item), unseen: [] };
      }
      const owned = scope === 'all-owned' ? await inventory.owned('logs') : new Map<string, Tags>();
      const items: Observed<ToyState>[] = [];
      for (const thing of all) {
        const arn = arnOf(thing);
        const listed = owned.get(arn);
        if (wanted.has(thing.key)) {
          const tags = await inventory.tagsOf(arn, async () => (await tagsOf(thing.key)) ?? {});
          items.push(observed(thing, tags));
        } else if (listed !== undefined && ownerOf(claim, listed) === 'us')
          items.push(observed(thing, listed));
      }
      return { items, unseen: [] };
    },

    async create(desired, tags, needs) {
      const { id, spec } = desired;
      const links = linksOf(desired, needs);
      const asked = { kind, name: id.name, scope: id.scope, region, tags, links };
      const { size, colour, form } = spec;
      try {
        const thing = await write(`toys:Make${kind}`, () =>
          door.mutate({ type: 'create', key: keyOf(id), set: tags, links }, () =>
            cloud.create({ ...asked, size, colour, form }),
          ),
        );
        return done(thing);
      } catch (thrown) {
        const code = thrown instanceof StationkeeperError ? thrown.code : '';
        if (code === 'StillLeaving' || code === 'BeingMade')
          return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message: `${id.name}: ${code}` };
        if (code !== 'AlreadyExists') throw thrown;
        const there = await door.call({ operation: `toys:Read${kind}`, kind, access: 'read' }, () =>
          cloud.get(keyOf(id)),
        );
        if (there === undefined || ownerOf(claim, there.tags) !== 'us') throw thrown;
        return done(there);
      }
    },

    async update({ id, spec }, before, { changes, upkeep }, tags) {
      const key = keyOf(id);
      let thing = cloud.get(key);
      if (changes.length > 0) {
        thing = await write(`toys:Change${kind}`, (isHalved) => {
          const made = isHalved ? changes.slice(0, 1) : changes;
          const change = changeOf(made, before.state);
          if (shape.makesAnew)
            return door.mutate({ type: 'change', key, set: tags, links: change.links }, () =>
              cloud.renew(key, { ...change, tags }),
            );
          return door.mutate({ type: 'change', key, links: change.links }, () => cloud.change(key, change));
        });
        if (shape.makesAnew) inventory.wrote(arnOf(thing), thing.tags);
      }
      for (const { what, which } of upkeep) {
        if (what === 'places') {
          const ref = spec.links['beacon'];
          const place = ref && thingKey(context.region, ref.kind, ref.name, ref.scope);
          if (place === undefined || cloud.get(place) === undefined) continue;
          await write('toys:Place', () => {
            if (cloud.get(place) !== undefined) cloud.change(place, { missing: 0 });
          });
          continue;
        }
        thing = await write('toys:Tidy', () => {
          const now = cloud.get(key);
          if (now === undefined) throw new Refusal('NotFound');
          return door.mutate({ type: 'tidy', key }, () =>
            cloud.change(key, { old: now.old.filter((one) => one !== which), status: now.status }),
          );
        });
      }
      if (thing === undefined) throw notFound(id.name);
      return { type: 'done', observed: observed(thing) };
    },

    async delete(item) {
      const key = keyOf(item.id);
      try {
        const end = await write(`toys:Delete${kind}`, () =>
          door.mutate({ type: 'delete', key }, () => cloud.delete(key)),
        );
        if (end === 'leaving')
          return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message: `${item.id.name} is leaving` };
      } catch (thrown) {
        const code = thrown instanceof StationkeeperError ? thrown.code : '';
        if (code !== 'StillUsed' && code !== 'NotEmpty') throw thrown;
        return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message: `${item.id.name}: ${code}` };
      }
      inventory.wrote(item.arn ?? '', {});
      return { type: 'gone' };
    },

    tagsNow: ({ id }) => tagsOf(keyOf(id)),

    async tag({ id }, set, remove) {
      const key = keyOf(id);
      const thing = await write('toys:Tag', (isHalved) => {
        const now = cloud.get(key);
        if (now === undefined) throw new Refusal('NotFound');
        const first = Object.fromEntries(Object.entries(set).slice(0, 1));
        const some = isHalved
          ? { set: first, remove: Object.keys(set).length === 0 ? remove.slice(0, 1) : [] }
          : { set, remove };
        return door.mutate({ type: 'tag', key, ...some }, () =>
          cloud.change(key, { tags: retagged(now.tags, some.set, some.remove) }),
        );
      });
      inventory.wrote(arnOf(thing), thing.tags);
      return observed(thing);
    },
  };
}

function changeOf(
  changes: readonly { readonly path: string; readonly to: unknown }[],
  { links: before }: Pick<ToyState, 'links'>,
): Partial<Thing> {
  let links = before;
  const fields: Record<string, unknown> = {};
  for (const { path, to } of changes) {
    if (path.startsWith('links.')) links = { ...links, [path.slice('links.'.length)]: to as string | null };
    else fields[path] = to;
  }
  return links === before ? fields : { ...fields, links };
}

function notFound(name: string): StationkeeperError {
  return new StationkeeperError({ code: 'NotFound', retry: 'backoff', message: `${name} is gone` });
}
