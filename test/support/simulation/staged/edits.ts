import type { Chance } from '../chance.ts';
import { BAD_VERSIONS, digestOf, hasRoom, membersOf, placeAt, relabelled, stagesBy } from './git.ts';
import type { StagedGit, StagedPlace } from './git.ts';

/** What people commit; `earlier`: what git held before, oldest first. */
type StagedEdit = (git: StagedGit, chance: Chance, earlier: readonly StagedGit[]) => StagedGit;

export const STAGED_EDITS = {
  'a new image': (git, _chance, earlier) => withVersion(git, `v${earlier.length + 2}`),
  'an image that nobody has pushed': (git, chance) => withVersion(git, chance.any(BAD_VERSIONS)!),
  'the daemon as it was before': (git, chance, earlier) => {
    const before = chance.any(earlier.slice(-3)) ?? git;
    return { ...git, definition: before.definition };
  },
  'another image in some Environments': (git, chance, earlier) => ({
    ...git,
    definition: {
      ...git.definition,
      override: { stage: chance.one(['dev', 'test', 'prod']), version: `v${earlier.length + 2}` },
    },
  }),
  'another number of tasks': (git) => ({
    ...git,
    definition: { ...git.definition, desiredCount: 3 - git.definition.desiredCount },
  }),
  'an Environment more': (git, chance) => {
    if (!hasRoom(git)) return git;
    const taken = new Set(git.places.map(({ name }) => name));
    const index = [...git.places, undefined].findIndex((_place, at) => !taken.has(`place-${at + 1}`));
    return { ...git, places: [...git.places, placeAt(index, chance)] };
  },
  'an Environment less': (git, chance) => {
    const gone = chance.any(git.places);
    const places = git.places.filter((place) => place !== gone);
    return membersOf({ ...git, places }).length < 2 ? git : { ...git, places };
  },
  'an Environment in another stage': (git, chance) =>
    changed(git, chance, (place) => relabelled(place, { stage: chance.one(['dev', 'test', 'prod']) })),
  'an Environment in the fleet, or out of it': (git, chance) => {
    const other = changed(git, chance, (place) =>
      relabelled(place, { fleet: place.labels.fleet === 'in' ? 'out' : 'in' }),
    );
    return membersOf(other).length < 2 ? git : other;
  },
  'other stages': (git, chance) => ({ ...git, stages: stagesBy(chance) }),
  'a Rollout that is paused': (git) => ({ ...git, mode: 'paused' }),
  'a Rollout that is skipped': (git) => ({ ...git, mode: 'skip' }),
  'a Rollout that goes on': (git) => ({ ...git, mode: 'staged' }),
  'the digest approved': (git) => ({ ...git, approved: digestOf(git) }),
} as const satisfies Readonly<Record<string, StagedEdit>>;

export type StagedEditName = keyof typeof STAGED_EDITS;

/** What is committed most. */
export const OFTEN: readonly StagedEditName[] = [
  'a new image',
  'a new image',
  'a new image',
  'an image that nobody has pushed',
  'the daemon as it was before',
  'the daemon as it was before',
  'a Rollout that goes on',
  'a Rollout that goes on',
];

function withVersion(git: StagedGit, version: string): StagedGit {
  const { desiredCount } = git.definition;
  return { ...git, definition: { version, desiredCount } };
}

function changed(git: StagedGit, chance: Chance, change: (place: StagedPlace) => StagedPlace): StagedGit {
  const one = chance.any(git.places);
  return { ...git, places: git.places.map((place) => (place === one ? change(place) : place)) };
}
