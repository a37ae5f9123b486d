import { ROLLOUT_TAG, heldBy } from '../../../../controller/core/rollout/held.ts';
import type { Mutant } from '../options.ts';
import { BY_HAND } from './fleet.ts';
import type { StagedOptions } from './fleet.ts';
import { digestOf, slotsIn } from './git.ts';
import type { StagedGit } from './git.ts';
import type { StagedInvariantName } from './invariants.ts';
import type { StagedEvent, StagedHappening } from './script.ts';

/** A fault of the kind that the invariants of a Rollout exist for. */
export interface PlantedInStages {
  /** A fleet in which it shows. */
  readonly seed: number;
  /** The invariant that notices it. */
  readonly caughtBy: StagedInvariantName;
  readonly fault: Omit<StagedOptions, 'lookFor'> & { readonly script?: readonly StagedEvent[] };
}

type Stage = StagedGit['stages'][number];

export const STAGED_MUTANTS: Readonly<Record<string, PlantedInStages>> = {
  'one more may be under way than git says': {
    seed: 1,
    caughtBy: 'keepsToSlots',
    fault: {
      misread: (git) => ({
        ...git,
        stages: git.stages.map((stage, index) => ({ ...stage, maxConcurrent: slotsIn(git, index) + 1 })),
      }),
    },
  },
  'a stage is opened one too early': {
    seed: 4,
    caughtBy: 'keepsToStages',
    fault: { misread: (git) => ({ ...git, stages: git.stages.slice(git.stages.length > 1 ? 1 : 0) }) },
  },
  'the soak is passed over': {
    seed: 4,
    caughtBy: 'keepsToStages',
    fault: { misread: allStages((stage) => ({ ...stage, soakMinutes: 0 })) },
  },
  'failures are passed over': {
    seed: 4,
    caughtBy: 'stopsWhereItFailed',
    fault: { misread: allStages((stage) => ({ ...stage, maxFailures: 9 })) },
  },
  'nobody is asked for approval': {
    seed: 2,
    caughtBy: 'waitsForApproval',
    fault: { misread: allStages((stage) => ({ ...stage, needsApproval: false })) },
  },
  'an approval by API outlives the process': {
    seed: 2,
    caughtBy: 'waitsForApproval',
    fault: {
      approvalsOutlive: true,
      script: written(
        [0, { type: 'git', what: 'a new image' }],
        [500, { type: 'somebody', what: 'approves what waits' }],
        [500, { type: 'control', what: 'the controller dies' }],
      ),
    },
  },
  'a pause is passed over': {
    seed: 3,
    caughtBy: 'pausesWhereAsked',
    fault: { misread: (git) => ({ ...git, mode: git.mode === 'paused' ? 'staged' : git.mode }) },
  },
  'a pause never ends': {
    seed: 1,
    caughtBy: 'everyRolloutEnds',
    fault: { misread: (git) => ({ ...git, mode: git.mode === 'staged' ? 'paused' : git.mode }) },
  },
  'the tag is written after the first change': {
    seed: 1,
    caughtBy: 'changesWhatHasBegun',
    fault: { mutant: tagsLate },
  },
  'what somebody changed is left while it waits': {
    seed: 1,
    caughtBy: 'healsWhatWaits',
    fault: {
      mutant: overlooksDriftOfWhatWaits,
      script: written(
        [0, { type: 'git', what: 'a Rollout that is paused' }],
        [1, { type: 'git', what: 'a new image' }],
        [60, { type: 'somebody', what: 'scales a service' }],
        [600, { type: 'git', what: 'a Rollout that goes on' }],
      ),
    },
  },
  'an Environment is forgotten': {
    seed: 2,
    caughtBy: 'forgetsNobody',
    fault: { misread: (git) => ({ ...git, places: git.places.slice(0, -1) }) },
  },
  'what is decided is of the process alone': {
    seed: 1,
    caughtBy: 'restartsChangeNoDecision',
    fault: { misread: allStages((stage) => ({ ...stage, soakMinutes: 0 })) },
  },
};

function allStages(change: (stage: Stage) => Stage): (git: StagedGit) => StagedGit {
  return (git) => ({ ...git, stages: git.stages.map(change) });
}

type Tags = readonly { readonly key: string; readonly value: string }[];

/** What is to be written down first is written when what it is about has been done. */
function tagsLate(): Mutant {
  const late = new Map<string, () => Promise<object>>();
  return async (call, go) => {
    const tags = (call.input['tags'] ?? []) as Tags;
    if (call.name === 'ecs:TagResource' && tags.some(({ key }) => key === ROLLOUT_TAG)) {
      late.set(call.accountId, () => go(call));
      return {};
    }
    const answer = await go(call);
    if (call.name === 'ecs:UpdateService') {
      await late.get(call.accountId)?.();
      late.delete(call.accountId);
    }
    return answer;
  };
}

/** A service that holds another definition than git's looks as if nobody had scaled it. */
function overlooksDriftOfWhatWaits(git: () => StagedGit): Mutant {
  return async (call, go) => {
    const answer = await go(call);
    if (call.name !== 'ecs:DescribeServices') return answer;
    const { services = [], ...rest } = answer as {
      readonly services?: readonly { readonly desiredCount: number; readonly tags?: Tags }[];
    };
    const waits = (tags: Tags = []): boolean => {
      const held = heldBy(Object.fromEntries(tags.map(({ key, value }) => [key, value])));
      return held !== undefined && held.definition !== digestOf(git());
    };
    return {
      ...rest,
      services: services.map((one) =>
        one.desiredCount === BY_HAND && waits(one.tags) ? { ...one, desiredCount: 1 } : one,
      ),
    };
  };
}

/** What happens, each so many seconds after the start. */
function written(
  ...events: readonly (readonly [at: number, happening: StagedHappening])[]
): readonly StagedEvent[] {
  return events.map(([at, happening], index) => ({
    number: index + 1,
    at: at * 1000,
    atCall: 0,
    seed: 1,
    happening,
  }));
}
