import type { Commit, Document } from './commit.ts';
import { BAD_CPU, FLEET_PLACES } from './fleet.ts';
import type { Mutant } from './options.ts';
import { allDaemons, written } from './planted.ts';
import type { Planted } from './planted.ts';
import { regionName } from './regions.ts';

/** Long enough after the start that all is made. */
const MADE_AT = 400;
/** Seeds of edits by which the first definition is of one Environment less, and then, as it is the last by that, once more. */
const ONE_LESS = [7, 2];
/** Of an edit of the last daemon. */
const LAST = 2;

/** Faults of a controller in what it makes of many Environments. */
export const FLEET_MUTANTS: Readonly<Record<string, Planted>> = {
  'what goes of an object everywhere is not counted together': {
    seed: 2,
    caughtBy: 'deletesWithinFleetBudget',
    fault: {
      fleet: true,
      pruneBudget: { count: 1e3 },
      script: written(
        { at: MADE_AT, type: 'git', what: 'a daemon removed' },
        { at: 900, type: 'git', what: 'mended' },
      ),
    },
  },
  'what went of an object elsewhere a minute ago counts for nothing': {
    seed: 2,
    caughtBy: 'removesFewOfAFleetWithinAnHour',
    fault: {
      fleet: true,
      pruneBudget: { count: 2, perMs: 60_000 },
      script: written(
        ...ONE_LESS.map(
          (seed, nth) =>
            ({
              at: MADE_AT + nth * 300,
              type: 'git',
              what: 'a selector of one more, or one less',
              seed,
            }) as const,
        ),
        { at: 1_000, type: 'git', what: 'a daemon removed', seed: LAST },
        { at: 1_500, type: 'git', what: 'mended' },
      ),
    },
  },
  'roles are taken for those of the Region that looks': {
    seed: 2,
    caughtBy: 'changesOnlyOurs',
    fault: {
      fleet: true,
      mutant: rolesOfWhoLooks(),
      script: written({ at: MADE_AT, type: 'git', what: 'mended' }),
    },
  },
  'overrides are passed over': {
    seed: 2,
    caughtBy: 'liveEqualsDesired',
    fault: {
      fleet: true,
      misread: withoutOverrides(() => true),
      script: written({ at: MADE_AT, type: 'git', what: 'an override more', seed: 3 }),
    },
  },
  'an override that is wrong somewhere is passed over': {
    seed: 2,
    caughtBy: 'changesOnlyWanted',
    fault: {
      fleet: true,
      misread: withoutOverrides(({ cpu }) => cpu === BAD_CPU),
      script: written(
        { at: MADE_AT, type: 'git', what: 'an override that is wrong somewhere' },
        { at: MADE_AT + 60, type: 'git', what: 'another image' },
        { at: 900, type: 'git', what: 'mended' },
      ),
    },
  },
};

function withoutOverrides(
  isPassedOver: (spec: Readonly<Record<string, unknown>>) => boolean,
): (commit: Commit) => Commit {
  return allDaemons((daemon) => {
    const { overrides = [], ...spec } = daemon.spec;
    const left = overrides.filter((one) => !isPassedOver(one.spec));
    return {
      ...daemon,
      spec: { ...spec, ...(left.length === 0 ? {} : { overrides: left }) },
    } satisfies Document;
  });
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Tagged {
  readonly Tags?: readonly Tag[];
}

/** Of IAM each Environment sees the roles of all as its own. */
function rolesOfWhoLooks(): Mutant {
  return async (call, go) => {
    const answer = await go(call);
    const place = FLEET_PLACES.find(({ region }) => region === regionName(call));
    if (!call.name.startsWith('iam:') || place === undefined) return answer;
    const own: Readonly<Record<string, string>> = {
      'stationkeeper:environment': place.environment,
      'stationkeeper:region': call.region,
    };
    const taken = <Role extends Tagged>(role: Role): Role => ({
      ...role,
      ...(role.Tags && { Tags: role.Tags.map(({ Key, Value }) => ({ Key, Value: own[Key] ?? Value })) }),
    });
    const { RoleDetailList, ...rest } = answer as { readonly RoleDetailList?: readonly Tagged[] } & Tagged;
    return { ...taken(rest), ...(RoleDetailList && { RoleDetailList: RoleDetailList.map(taken) }) };
  };
}
