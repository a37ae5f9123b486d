import type { ManifestDocument } from '../manifests/documents.ts';
import type { Chance } from './chance.ts';
import {
  daemonsOf,
  fileOf,
  newDefinition,
  overrideBy,
  selectorBy,
  withDocument,
  withoutFile,
} from './commit.ts';
import type { Commit, Daemon } from './commit.ts';
import {
  BAD_CPU,
  FLEET_PLACES,
  fleetEnvironment,
  instanceIn,
  isEnvironment,
  isOfMany,
  isSelected,
  labelsOf,
} from './fleet.ts';
import type { Selector } from './fleet.ts';
import { specWith } from './git-edits.ts';
import type { GitEdit } from './git-edits.ts';

type Environment = ManifestDocument<'Environment'>;
type Overrides = NonNullable<Daemon['spec']['overrides']>;

/** What people commit for many Environments. */
export const FLEET_EDITS: Readonly<Record<string, GitEdit>> = {
  'a label of an Environment': ofEnvironment((one, chance) => relabelled(one, chance)),
  'a label of all Environments': (commit, chance) => {
    const fleet = chance.one(['in', 'out']);
    return environmentsOf(commit).reduce(
      (before, one) => withDocument(before, labelled(one, { ...one.metadata.labels, fleet })),
      commit,
    );
  },
  'a selector': ofDefinition((daemon, chance, commit) => withSelector(daemon, selectorBy(commit, chance))),
  'a selector of one more, or one less': ofDefinition((daemon, chance, commit) => {
    const here = environmentsOf(commit).filter((one) => isSelected(selectorOf(daemon), labelsOf(one)));
    const values = FLEET_PLACES.map(({ environment }) => environment);
    const some = chance.happens(0.5) ? here.map(({ metadata }) => metadata.name).slice(1) : values;
    return withSelector(daemon, { matchExpressions: [{ key: 'name', operator: 'In', values: some }] });
  }),
  'a selector of a label that no Environment has': ofDefinition((daemon) =>
    withSelector(daemon, { matchLabels: { flet: 'in' } }),
  ),
  'an override more': ofDefinition((daemon, chance, commit) => {
    const { overrides = [] } = daemon.spec;
    const one = overrideBy(commit, daemon.metadata.name, chance);
    return specWith(daemon, { overrides: [...overrides, one] });
  }),
  'an override changed, or gone': ofDefinition((daemon, chance, commit) => {
    const { overrides = [] } = daemon.spec;
    const other = chance.happens(0.5) ? [overrideBy(commit, daemon.metadata.name, chance)] : [];
    return specWith(daemon, { overrides: [...overrides.slice(1), ...other] });
  }),
  'an override that is wrong somewhere': ofDefinition((daemon, chance, commit) => {
    const where = { matchLabels: { name: chance.any(environmentsOf(commit))?.metadata.name ?? '' } };
    const overrides = [...(daemon.spec.overrides ?? []), { environments: where, spec: { cpu: BAD_CPU } }];
    return specWith(daemon, { overrides });
  }),
  'an Environment added': (commit, chance) => {
    const declared = environmentsOf(commit).map(({ metadata }) => metadata.name);
    const place = chance.any(FLEET_PLACES.filter(({ environment }) => !declared.includes(environment)));
    return place === undefined ? commit : withDocument(commit, fleetEnvironment(place, chance));
  },
  'an Environment removed': (commit, chance) => {
    const one = chance.any(environmentsOf(commit));
    // With one alone its name need not be said, and these worlds are of several.
    if (one === undefined || environmentsOf(commit).length < 3) return commit;
    const its = daemonsOf(commit).filter(({ spec }) => spec.environment === one.metadata.name);
    return its.reduce(
      (before, daemon) => withoutFile(before, fileOf(daemon)),
      withoutFile(commit, fileOf(one)),
    );
  },
  'a new definition': (commit, chance) => {
    const taken = new Set(daemonsOf(commit).map(({ metadata }) => metadata.name));
    const name = chance.any(['shipper', 'sampler'].filter((each) => !taken.has(each)));
    return name === undefined ? commit : withDocument(commit, newDefinition(commit, name, chance));
  },
  'a definition in documents of their own': (commit, chance) => {
    const daemon = chance.any(definitionsOf(commit));
    if (daemon === undefined) return commit;
    return environmentsOf(commit)
      .filter((one) => isSelected(selectorOf(daemon), labelsOf(one)))
      .reduce<Commit>(
        (before, one) => withDocument(before, instanceIn(daemon, one)),
        withoutFile(commit, fileOf(daemon)),
      );
  },
  'documents of their own in a definition': (commit, chance) => {
    const one = chance.any(daemonsOf(commit).filter((daemon) => !isOfMany(daemon)));
    if (one === undefined) return commit;
    const all = daemonsOf(commit).filter(
      (daemon) => !isOfMany(daemon) && daemon.metadata.name === one.metadata.name,
    );
    const without = all.reduce((before, daemon) => withoutFile(before, fileOf(daemon)), commit);
    return withDocument(without, joined(one, all));
  },
  'a definition in two, by stage': ofDefinition((daemon, _chance, commit) => {
    const { matchLabels } = selectorOf(daemon);
    const stages = new Set(environmentsOf(commit).map(({ metadata }) => metadata.labels?.['stage']));
    if (daemon.spec.environments?.matchExpressions !== undefined || stages.size < 2) return daemon;
    const of = (operator: 'In' | 'NotIn'): Daemon =>
      withSelector(daemon, {
        ...(matchLabels === undefined ? {} : { matchLabels }),
        matchExpressions: [{ key: 'stage', operator, values: ['dev'] }],
      });
    return [of('In'), of('NotIn')];
  }),
};

function environmentsOf({ documents }: Commit): readonly Environment[] {
  return [...documents.values()].filter(isEnvironment);
}

function definitionsOf(commit: Commit): readonly Daemon[] {
  return daemonsOf(commit).filter(isOfMany);
}

function selectorOf({ spec: { environments = {} } }: Daemon): Selector {
  return environments;
}

function withSelector(daemon: Daemon, environments: Selector): Daemon {
  return specWith(daemon, { environments });
}

function ofEnvironment(change: (one: Environment, chance: Chance) => Environment): GitEdit {
  return (commit, chance) => {
    const one = chance.any(environmentsOf(commit));
    return one === undefined ? commit : withDocument(commit, change(one, chance));
  };
}

/** A definition becomes another one, or two. */
function ofDefinition(
  change: (daemon: Daemon, chance: Chance, commit: Commit) => Daemon | readonly Daemon[],
): GitEdit {
  return (commit, chance) => {
    const daemon = chance.any(definitionsOf(commit));
    if (daemon === undefined) return commit;
    return [change(daemon, chance, commit)].flat().reduce(withDocument, withoutFile(commit, fileOf(daemon)));
  };
}

function labelled(one: Environment, labels: Readonly<Record<string, string>>): Environment {
  return { ...one, metadata: { ...one.metadata, labels } };
}

function relabelled(one: Environment, chance: Chance): Environment {
  const { tier, ...labels } = one.metadata.labels ?? {};
  switch (chance.whole(0, 2)) {
    case 0:
      return labelled(one, { ...one.metadata.labels, fleet: labels['fleet'] === 'in' ? 'out' : 'in' });
    case 1:
      return labelled(one, { ...one.metadata.labels, stage: labels['stage'] === 'dev' ? 'prod' : 'dev' });
    default:
      return labelled(one, tier === undefined ? { ...labels, tier: 'web' } : labels);
  }
}

/** Documents of one Environment each as one definition, which says of each what differs from the first. */
function joined(first: Daemon, all: readonly Daemon[]): Daemon {
  const { environment: _one, ...common } = first.spec;
  const names = all.map(({ spec }) => spec.environment ?? '');
  const overrides = all.flatMap(({ spec: { environment: name = '', ...spec } }): Overrides => {
    const fields = [...new Set([...Object.keys(common), ...Object.keys(spec)])] as (keyof typeof common)[];
    const differing = fields.filter((field) => JSON.stringify(common[field]) !== JSON.stringify(spec[field]));
    if (differing.length === 0) return [];
    const patch = differing.map((field) => [field, patchOf(common[field], spec[field])] as const);
    return [{ environments: { matchLabels: { name } }, spec: Object.fromEntries(patch) }];
  });
  return {
    ...first,
    spec: {
      ...common,
      environments: { matchExpressions: [{ key: 'name', operator: 'In', values: names }] },
      ...(overrides.length === 0 ? {} : { overrides }),
    },
  };
}

/** What makes of one value the other, by the rules of overrides. */
function patchOf(from: unknown, to: unknown): unknown {
  if (to === undefined) return null;
  if (!isRecord(from) || !isRecord(to))
    return Array.isArray(to) && Array.isArray(from) ? patchesOf(from, to) : to;
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  const differing = [...keys].filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]));
  return Object.fromEntries(differing.map((key) => [key, patchOf(from[key], to[key])]));
}

/** Of containers the one that there is in these worlds; other lists as a whole. */
function patchesOf([from]: readonly unknown[], to: readonly unknown[]): unknown {
  const [first] = to;
  if (to.length !== 1 || !isRecord(from) || !isRecord(first) || from['name'] === undefined) return to;
  return [{ ...(patchOf(from, first) as object), name: from['name'] }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
