import { resourceKey } from '../../../controller/core/resource.ts';
import type { ResourceId } from '../../../controller/core/resource.ts';
import type { Chance } from '../simulation/chance.ts';
import { POLICY } from './git.ts';
import type { GitObject, ModelCommit, Part } from './git.ts';
import { objectKey } from '../../../controller/core/resource.ts';
import { thingKey } from './thing.ts';
import type { ToySpec } from './thing.ts';
import type { Shape } from './shapes.ts';

/** What people write in the model's git at first, and new objects later. */

const COLOURS = ['red', 'green', 'blue', 'white'] as const;
export const SOME_COLOURS: readonly [string, ...string[]] = COLOURS;

type Draft = Omit<ModelCommit, 'revision'>;

function spec(chance: Chance, links: ToySpec['links'] = {}): ToySpec {
  return { size: chance.whole(1, 5), colour: chance.one(COLOURS), form: 'round', links };
}

export function keyed(objects: readonly GitObject[]): ModelCommit['objects'] {
  return new Map(objects.map((one) => [objectKey(one.environment, one.manifest), one]));
}

function single(
  kind: 'Cluster' | 'Namespace',
  part: 'yard' | 'zone',
  name: string,
  environment: string,
  chance: Chance,
): GitObject {
  return {
    manifest: { kind, name },
    environment,
    policy: POLICY,
    labels: {},
    isInvalid: false,
    parts: [{ id: { environment, kind: part, name }, spec: spec(chance) }],
  };
}

/** A daemon and all that is made for it, in the yards and zones of its Environment. */
export function newDaemon(name: string, environment: string, commit: Draft, chance: Chance): GitObject {
  const here = [...commit.objects.values()].filter((one) => one.environment === environment);
  const named = (kind: string): readonly ResourceId[] =>
    here.flatMap(({ parts }) => parts.map(({ id }) => id)).filter((id) => id.kind === kind);
  const id = (kind: string, scope?: string): ResourceId => ({
    environment,
    kind,
    name: kind === 'seal' ? `${name}-${environment}` : name,
    ...(scope === undefined ? {} : { scope }),
  });
  const yard = chance.happens(0.9) ? chance.any(named('yard')) : undefined;
  const common: ResourceId = { environment, kind: 'yard', name: 'common' };
  const zone = chance.happens(0.75) ? chance.any(named('zone')) : undefined;
  const ledger = chance.happens(0.75) ? id('ledger') : undefined;
  const gate = chance.happens(0.85) ? id('gate') : undefined;
  const beacon = zone === undefined ? undefined : id('beacon', zone.name);
  const crew = id('crew', (yard ?? common).name);
  const draft = id('draft');
  const isSealUsed = chance.happens(0.2);
  const seal: ResourceId = isSealUsed ? { environment, kind: 'seal', name: 'common' } : id('seal');
  const parts: readonly Part[] = [
    { id: seal, spec: spec(chance), ...(isSealUsed ? { isExternal: true as const } : {}) },
    ...(ledger === undefined ? [] : [{ id: ledger, spec: spec(chance) }]),
    ...(gate === undefined ? [] : [{ id: gate, spec: spec(chance) }]),
    ...(beacon === undefined || zone === undefined
      ? []
      : [{ id: beacon, spec: spec(chance, { zone }), usedBy: crew }]),
    ...(yard === undefined ? [{ id: common, spec: spec(chance), isExternal: true as const }] : []),
    {
      id: draft,
      spec: spec(chance, { seal, ...(ledger === undefined ? {} : { ledger }) }),
      usedBy: crew,
    },
    {
      id: crew,
      spec: spec(chance, {
        yard: yard ?? common,
        draft,
        ...(gate === undefined ? {} : { gate }),
        ...(beacon === undefined ? {} : { beacon }),
      }),
    },
  ];
  const policy = { ...POLICY, ...(chance.happens(0.2) ? { deletion: 'retain' as const } : {}) };
  return {
    manifest: { kind: 'DaemonService', name },
    environment,
    policy,
    labels: {},
    parts,
    isInvalid: false,
  };
}

export function firstCommit(chance: Chance): Draft {
  const environments = new Map([
    ['home', 'us-1'],
    ...(chance.happens(0.08) ? [['away', 'eu-1'] as const] : []),
  ]);
  const places = [...environments.keys()].flatMap((environment) => [
    single('Cluster', 'yard', 'main', environment, chance),
    ...(chance.happens(0.15) ? [single('Cluster', 'yard', 'side', environment, chance)] : []),
    single('Namespace', 'zone', 'inner', environment, chance),
  ]);
  let commit: Draft = { environments, objects: keyed(places) };
  const count = chance.happens(0.1) ? 3 : 2;
  for (const name of ['otter', 'heron', 'stoat'].slice(0, count)) {
    const environment = chance.any([...environments.keys()]) ?? 'home';
    const daemon = newDaemon(name, environment, commit, chance);
    commit = { ...commit, objects: new Map([...commit.objects, ...keyed([daemon])]) };
  }
  return commit;
}

/** The Region that a resource's thing is in, and so its key in the cloud. */
export function cloudKey(
  id: ResourceId,
  environments: ModelCommit['environments'],
  shapes: ReadonlyMap<string, Shape>,
): string {
  const isGlobal = shapes.get(id.kind)?.isGlobal === true;
  const region = isGlobal ? '' : (environments.get(id.environment) ?? '');
  return thingKey(region, id.kind, id.name, id.scope);
}

export function sameResource(a: ResourceId, b: ResourceId): boolean {
  return resourceKey(a) === resourceKey(b);
}
