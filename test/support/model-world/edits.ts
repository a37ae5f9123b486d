import { resourceKey } from '../../../controller/core/resource.ts';
import type { ResourceId, ResourcePolicy } from '../../../controller/core/resource.ts';
import type { Chance } from '../simulation/chance.ts';
import { SOME_COLOURS, keyed, newDaemon } from './commits.ts';
import { POLICY } from './git.ts';
import type { GitObject, ModelCommit, Part } from './git.ts';

type Draft = Omit<ModelCommit, 'revision'>;

/** What people do in git: the next commit, undefined where there is nothing to do it to. */
type Edit = (commit: Draft, chance: Chance, before: readonly ModelCommit[]) => Draft | undefined;

const NAMES = ['otter', 'heron', 'stoat', 'raven', 'egret'] as const;

function without(commit: Draft, removed: readonly GitObject[]): Draft {
  const left = [...commit.objects.values()].filter((one) => !removed.includes(one));
  return { ...commit, objects: keyed(left) };
}

function replaced(
  commit: Draft,
  before: GitObject | undefined,
  after: Partial<GitObject>,
): Draft | undefined {
  if (before === undefined) return undefined;
  const objects = [...commit.objects.values()].map((one) => (one === before ? { ...one, ...after } : one));
  return { ...commit, objects: keyed(objects) };
}

function daemonsIn({ objects }: Draft): readonly GitObject[] {
  return [...objects.values()].filter(({ manifest }) => manifest.kind === 'DaemonService');
}

/** Every reference to a resource, and itself, under another id. */
function renamed(object: GitObject, from: ResourceId, to: ResourceId): GitObject {
  const isIt = (id: ResourceId): boolean => resourceKey(id) === resourceKey(from);
  const swap = (id: ResourceId): ResourceId => (isIt(id) ? to : id);
  return {
    ...object,
    parts: object.parts.map((part) => ({
      ...part,
      id: swap(part.id),
      ...(part.usedBy === undefined ? {} : { usedBy: swap(part.usedBy) }),
      spec: {
        ...part.spec,
        links: Object.fromEntries(Object.entries(part.spec.links).map(([kind, id]) => [kind, swap(id)])),
      },
    })),
  };
}

function partChanged(kinds: readonly string[], change: (part: Part, chance: Chance) => Part): Edit {
  return (commit, chance) => {
    const all = [...commit.objects.values()].flatMap((object) =>
      object.parts.flatMap((part) =>
        kinds.length === 0 || kinds.includes(part.id.kind) ? [{ object, part }] : [],
      ),
    );
    const one = chance.any(all);
    if (one === undefined) return undefined;
    const parts = one.object.parts.map((part) => (part === one.part ? change(part, chance) : part));
    return replaced(commit, one.object, { parts });
  };
}

function policyOf(policy: (chance: Chance) => Partial<ResourcePolicy>): Edit {
  return (commit, chance) => {
    const one = chance.any(chance.happens(0.5) ? daemonsIn(commit) : [...commit.objects.values()]);
    return one && replaced(commit, one, { policy: { ...one.policy, ...policy(chance) } });
  };
}

function policyOfAll(policy: (chance: Chance) => Partial<ResourcePolicy>): Edit {
  return (commit, chance) => {
    const said = policy(chance);
    const objects = [...commit.objects.values()].map((one) => ({
      ...one,
      policy: { ...one.policy, ...said },
    }));
    return { ...commit, objects: keyed(objects) };
  };
}

function moved(
  kind: string,
  to: (part: Part, commit: Draft, chance: Chance) => ResourceId | undefined,
): Edit {
  return (commit, chance) => {
    const object = chance.any(daemonsIn(commit));
    const part = object?.parts.find(({ id }) => id.kind === kind);
    const id = part && to(part, commit, chance);
    if (object === undefined || part === undefined || id === undefined) return undefined;
    return replaced(commit, object, renamed(object, part.id, id));
  };
}

const anotherName = ({ id }: Part): ResourceId => ({
  ...id,
  name: id.name.endsWith('-2') ? id.name.slice(0, -2) : `${id.name}-2`,
});

export const EDITS = {
  'an object removed': (commit, chance) => {
    const one = chance.any([...commit.objects.values()]);
    return one && without(commit, [one]);
  },
  'a daemon removed': (commit, chance) => {
    const one = chance.any(daemonsIn(commit));
    return one && without(commit, [one]);
  },
  'a place removed': (commit, chance) => {
    const one = chance.any([...commit.objects.values()].filter((each) => !daemonsIn(commit).includes(each)));
    return one && without(commit, [one]);
  },
  'all daemons removed': (commit) => without(commit, daemonsIn(commit)),
  'a daemon added': (commit, chance) => {
    const name = NAMES.find((each) => daemonsIn(commit).every(({ manifest }) => manifest.name !== each));
    const environment = chance.any([...commit.environments.keys()]);
    if (name === undefined || environment === undefined) return undefined;
    const daemon = newDaemon(name, environment, commit, chance);
    return { ...commit, objects: new Map([...commit.objects, ...keyed([daemon])]) };
  },
  'another size': partChanged([], (part, chance) => ({
    ...part,
    spec: { ...part.spec, size: chance.whole(1, 5) },
  })),
  'another colour': partChanged([], (part, chance) => ({
    ...part,
    spec: { ...part.spec, colour: chance.one(SOME_COLOURS) },
  })),
  'another draft': partChanged(['draft'], (part, chance) => ({
    ...part,
    spec: { ...part.spec, size: chance.whole(6, 99) },
  })),
  'another form': partChanged(['beacon', 'crew'], (part, chance) => ({
    ...part,
    spec: { ...part.spec, form: chance.one(['round', 'square', 'oval']) },
  })),
  'a replacement': (commit, chance) => {
    const one = chance.any(daemonsIn(commit));
    const parts = one?.parts.map((part) =>
      part.id.kind === 'beacon' || (part.id.kind === 'crew' && chance.happens(0.4))
        ? { ...part, spec: { ...part.spec, form: chance.one(['square', 'oval']) } }
        : part,
    );
    return parts && replaced(commit, one, { parts, policy: { ...one!.policy, allowReplace: true } });
  },
  'another gate': moved('gate', anotherName),
  'another ledger': moved('ledger', anotherName),
  'another crew': moved('crew', anotherName),
  'another yard': moved('crew', (part, commit, chance) => {
    const yards = [...commit.objects.values()].flatMap(({ parts, environment }) =>
      parts
        .filter(({ id }) => id.kind === 'yard' && environment === part.id.environment)
        .map(({ id }) => id.name),
    );
    const scope = chance.any(yards.filter((name) => name !== part.id.scope));
    return scope === undefined ? undefined : { ...part.id, scope };
  }),
  'another label': (commit, chance) => {
    const one = chance.any([...commit.objects.values()]);
    return replaced(commit, one, { labels: { team: chance.one(['birds', 'fish', 'moss']) } });
  },
  retained: policyOf(() => ({ deletion: 'retain' })),
  'not retained': policyOf(() => ({ deletion: 'delete' })),
  'not pruned': policyOf(() => ({ prune: false })),
  'only observed': policyOf(() => ({ reconcile: 'observe' })),
  'left alone': policyOf(() => ({ reconcile: 'disabled' })),
  'policies as at first': policyOfAll(() => POLICY),
  adopted: policyOfAll((chance) => ({
    adoption: chance.one(['adopt-or-create', 'adopt-or-create', 'adopt']),
  })),
  'drift ignored': policyOfAll((chance) => ({
    ignoreDrift: [chance.one(['size', 'colour', 'links.draft'])],
  })),
  'a document invalid': (commit, chance) =>
    replaced(commit, chance.any([...commit.objects.values()]), { isInvalid: true }),
  mended: (commit) => mended(commit),
  reverted: (_commit, chance, before) => {
    const one = chance.any(before.slice(0, -1));
    if (one === undefined) return undefined;
    const { rewoundFrom: _past, ...draft } = one;
    return draft;
  },
  'moved off a commit': (_commit, chance, before) => {
    const one = chance.any(before.slice(0, -1));
    const last = before.at(-1);
    return one && last && { ...one, rewoundFrom: last.revision };
  },
  emptied: (commit) => ({ ...commit, objects: new Map() }),
  'another Region': (commit) => {
    const [first] = commit.environments;
    if (first === undefined) return undefined;
    const region = first[1] === 'us-1' ? 'us-2' : 'us-1';
    return { ...commit, environments: new Map([...commit.environments, [first[0], region]]) };
  },
  'another way in': (commit, chance) => {
    const name = chance.any([...commit.environments.keys()]);
    if (name === undefined) return undefined;
    const role = `arn:aws:iam::123456789012:role/way-${chance.whole(1, 3)}`;
    return { ...commit, roles: new Map([...(commit.roles ?? []), [name, role]]) };
  },
  'an Environment removed': (commit, chance) => {
    if (commit.environments.size < 2) return undefined;
    const gone = chance.any([...commit.environments.keys()]);
    const environments = new Map([...commit.environments].filter(([name]) => name !== gone));
    const objects = keyed([...commit.objects.values()].filter(({ environment }) => environment !== gone));
    return { ...commit, environments, objects };
  },
} as const satisfies Readonly<Record<string, Edit>>;

/** Every document valid again. */
export function mended(commit: Draft): Draft {
  const { rewoundFrom: _past, ...draft } = commit;
  const objects = [...commit.objects.values()].map((one) =>
    one.isInvalid ? { ...one, isInvalid: false } : one,
  );
  return { ...draft, objects: keyed(objects) };
}

/** What holds nothing at all is not taken for what git wants. */
export function isWhole(commit: Draft): boolean {
  return commit.objects.size > 0;
}
