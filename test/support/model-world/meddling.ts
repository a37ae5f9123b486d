import { ENVIRONMENT_TAG, OWNER_TAG } from '../../../controller/core/ownership.ts';
import { SOURCE_TAG } from '../../../controller/core/sources.ts';
import type { Chance } from '../simulation/chance.ts';
import { retagged } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { SOME_COLOURS, cloudKey } from './commits.ts';
import type { ModelCommit } from './git.ts';
import { wantedIn } from './git.ts';
import { regionOf } from './thing.ts';
import type { Thing } from './thing.ts';

/** What people do to the cloud by hand: what it was done to, undefined where there was nothing. */
type Meddling = (cloud: Cloud, chance: Chance, commit: ModelCommit) => string | undefined;

function ours(cloud: Cloud, kinds?: readonly string[]): readonly Thing[] {
  return [...cloud.all()].filter(
    (one) =>
      one.tags[OWNER_TAG] === 'stationkeeper' &&
      one.status === 'ready' &&
      (kinds === undefined || kinds.includes(one.kind)),
  );
}

function changed(
  change: (thing: Thing, chance: Chance) => Partial<Thing>,
  kinds?: readonly string[],
): Meddling {
  return (cloud, chance) => {
    const one = chance.any(ours(cloud, kinds));
    if (one === undefined) return undefined;
    cloud.change(one.key, { status: one.status, ...change(one, chance) });
    return one.key;
  };
}

function retag(
  set: (thing: Thing, chance: Chance) => Thing['tags'],
  remove: readonly string[] = [],
): Meddling {
  return changed((one, chance) => ({ tags: retagged(one.tags, set(one, chance), remove) }));
}

export const MEDDLING = {
  'a field drifts': changed((_one, chance) => ({
    size: chance.whole(1, 5),
    colour: chance.one(SOME_COLOURS),
  })),
  'a form drifts': changed((_one, chance) => ({ form: chance.one(['round', 'square']) }), ['beacon', 'crew']),
  'it is deleted': (cloud, chance) => {
    const one = chance.any(ours(cloud));
    if (one !== undefined) cloud.vanish(one.key);
    return one?.key;
  },
  'its owner tag is taken away': retag(() => ({}), [OWNER_TAG]),
  'it is taken over': retag(() => ({ [OWNER_TAG]: 'another-team' })),
  'its Environment is another': retag((_one, chance) => ({
    [ENVIRONMENT_TAG]: chance.one(['home', 'away', 'nowhere']),
  })),
  'its source is another': retag(() => ({ [SOURCE_TAG]: 'git.example.org/others' })),
  'its source is taken away': retag(() => ({}), [SOURCE_TAG]),
  'its digest is taken away': retag(() => ({}), ['stationkeeper:spec']),
  'it is to be retained': retag(() => ({ 'stationkeeper:deletion-policy': 'retain' })),
  'it is not to be pruned': retag(() => ({ 'stationkeeper:prune': 'disabled' })),
  'it gets a label': retag((_one, chance) => ({ team: chance.one(['birds', 'bats']) })),
  'it is made anew by hand': (cloud, chance) => {
    const one = chance.any(ours(cloud));
    if (one === undefined) return undefined;
    cloud.vanish(one.key);
    foreign(cloud, one);
    return one.key;
  },
  'it is made anew in another form': (cloud, chance) => {
    const one = chance.any(ours(cloud, ['beacon', 'crew']));
    if (one === undefined) return undefined;
    cloud.vanish(one.key);
    foreign(cloud, { ...one, form: chance.one(['square', 'oval']) });
    return one.key;
  },
  'a namesake is made': (cloud, chance, commit) => {
    const missing = wantedIn(commit).filter(
      ({ id, management }) =>
        management === 'managed' && cloud.get(cloudKey(id, commit.environments, cloud.shapes)) === undefined,
    );
    const one = chance.any(missing);
    if (one === undefined) return undefined;
    const { id, spec } = one;
    const [region = ''] = cloudKey(id, commit.environments, cloud.shapes).split('|');
    const { size, colour, form } = spec;
    cloud.create({
      kind: id.kind,
      name: id.name,
      scope: id.scope,
      region,
      tags: {},
      size,
      colour,
      form,
      links: {},
    });
    return `${id.kind}/${id.name}`;
  },
  'something is put into it': changed(() => ({ isOccupied: true }), ['beacon', 'zone', 'yard']),
  'it is cleared': (cloud) => {
    const full = [...cloud.all()].filter(({ isOccupied, status }) => isOccupied && status === 'ready');
    for (const { key } of full) cloud.change(key, { isOccupied: false, status: 'ready' });
    return full[0]?.key;
  },
  'what was left behind is deleted': (cloud, _chance, commit) => {
    const regions = new Set(commit.environments.values());
    const left = [...cloud.all()].filter(
      (one) => one.tags[OWNER_TAG] === 'stationkeeper' && !regions.has(regionOf(one) ?? ''),
    );
    for (const { key } of left) cloud.vanish(key);
    return left[0]?.key;
  },
  'places are lost': changed(() => ({ missing: 2 }), ['beacon']),
  'what was taken is given back': (cloud, chance, commit) => {
    const one = chance.any([...cloud.all()].filter(({ tags }) => tags[OWNER_TAG] === 'another-team'));
    if (one === undefined || commit.objects.size === 0 || one.status !== 'ready') return undefined;
    cloud.change(one.key, { tags: { ...one.tags, [OWNER_TAG]: 'stationkeeper' }, status: 'ready' });
    return one.key;
  },
} as const satisfies Readonly<Record<string, Meddling>>;

function foreign(cloud: Cloud, like: Thing): void {
  const { kind, name, scope, region, size, colour, form } = like;
  cloud.create({ kind, name, scope, region, tags: {}, size, colour, form, links: {} });
}
