import { manifestKey } from '../../../controller/core/resource.ts';
import type { ModelClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { cloudKey } from './commits.ts';
import type { MutationOf } from './controller.ts';
import { wantedIn } from './git.ts';
import type { GitObject, ModelCommit, ModelGit } from './git.ts';
import { ENVIRONMENT_TAG, OWNER_TAG } from '../../../controller/core/ownership.ts';
import { INVARIANTS, MANIFEST_TAG, isEnding, removedOf } from './invariants.ts';
import type { Logged, MutationView } from './invariants.ts';
import type { Thing } from './thing.ts';

export interface JudgeOptions {
  readonly clock: ModelClock;
  readonly cloud: Cloud;
  /** Every mutation is added to it. */
  readonly log: Logged[];
  readonly owner: string;
  readonly gitOf: (sourceId: string) => ModelGit;
  readonly budget: number;
  readonly broken: (invariant: string, message: string | undefined) => void;
}

interface Wanted {
  readonly byKey: ReadonlyMap<string, ReturnType<typeof wantedIn>[number]>;
  readonly manifests: ReadonlySet<string>;
}

/** Sees at each mutation that the invariants hold. */
export function createJudge(options: JudgeOptions): (mutation: MutationOf) => void {
  const { clock, cloud, log, owner, gitOf, budget, broken } = options;
  const wantedOf = new WeakMap<ModelCommit, Wanted>();

  function wantedBy(commit: ModelCommit): Wanted {
    const known = wantedOf.get(commit);
    if (known !== undefined) return known;
    const desired = wantedIn(commit);
    const fresh = {
      byKey: new Map(desired.map((one) => [cloudKey(one.id, commit.environments, cloud.shapes), one])),
      manifests: new Set([...commit.objects.values()].map(({ manifest }) => manifestKey(manifest))),
    };
    wantedOf.set(commit, fresh);
    return fresh;
  }

  function objectOf({ look, environment }: MutationOf, thing: Thing | undefined): GitObject | undefined {
    const manifest = thing?.tags[MANIFEST_TAG];
    return [...(look.commit?.objects.values() ?? [])].find(
      (one) => one.environment === environment && manifestKey(one.manifest) === manifest,
    );
  }

  function siblingsOf({ by, environment }: MutationOf, thing: Thing | undefined): readonly Thing[] {
    const manifest = thing?.tags[MANIFEST_TAG];
    return [...cloud.all()].filter(
      ({ kind, tags }) =>
        cloud.shapes.get(kind)?.tellsAge === true &&
        tags[OWNER_TAG] === by.owner &&
        tags[ENVIRONMENT_TAG] === environment &&
        tags[MANIFEST_TAG] === manifest,
    );
  }

  return (mutation) => {
    const thing = cloud.get(mutation.key);
    const wanted = mutation.look.commit === undefined ? undefined : wantedBy(mutation.look.commit);
    const view: MutationView = {
      mutation,
      thing,
      shape: cloud.shapes.get(mutation.key.split('|')[1] ?? '')!,
      wanted: wanted?.byKey.get(mutation.key),
      wantedManifests: wanted?.manifests ?? new Set(),
      object: objectOf(mutation, thing),
      siblings: isEnding(mutation) ? siblingsOf(mutation, thing) : [],
      git: gitOf(mutation.by.sourceId),
      now: clock.monotonic(),
      log,
      users:
        mutation.type === 'delete' && thing !== undefined
          ? cloud.usersOf(thing.id).filter(
              ({ kind, createdAt, tags, status }) =>
                // Nobody can know of what was made since its kind was read.
                createdAt < (mutation.look.seenAt.get(kind) ?? 0) &&
                tags['stationkeeper:owner'] === owner &&
                tags['stationkeeper:environment'] === mutation.environment &&
                status !== 'leaving',
            )
          : [],
      allKinds: cloud.shapes.size + 1,
      budget,
    };
    // What changes at the very moment of the call nobody can know.
    const justBefore = { ...view, thing: cloud.get(mutation.key, 1) };
    for (const [name, invariant] of Object.entries(INVARIANTS)) {
      const found = invariant(view);
      if (found !== undefined && invariant(justBefore) !== undefined) broken(name, found);
    }
    log.push({
      by: mutation.by,
      type: mutation.type,
      environment: mutation.environment,
      key: mutation.key,
      at: clock.monotonic(),
      removesOf: removedOf(view),
    });
  };
}
