import { ENVIRONMENT_TAG, OWNER_TAG } from '../../../controller/core/ownership.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { isOverdue, isUsedByOthers, unsettled, whyNotQuiet } from './at-rest.ts';
import type { ModelClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { Incarnation } from './controller.ts';
import type { ModelGit } from './git.ts';
import type { Logged } from './invariants.ts';
import { syncWrongly } from './report.ts';
import { regionOf } from './thing.ts';

export interface RestOptions {
  readonly clock: ModelClock;
  readonly git: ModelGit;
  readonly cloud: Cloud;
  readonly log: readonly Logged[];
  readonly main: Incarnation;
  /** When an Environment was last looked at in a Region, by both. */
  readonly lookedAt: ReadonlyMap<string, number>;
  readonly broken: (invariant: string, message: string | undefined) => void;
  readonly isBroken: () => boolean;
}

const LOOK_MS = 30_000;
/** What came back is left alone for up to an hour at a time. */
const REST_MS = 150 * 60_000;
const IDLE_MS = 61_000;

function begunAtOf({ finishedAtMonotonic, durationMs }: PassResult): number {
  return finishedAtMonotonic - durationMs;
}

/** Lets the world come to rest, and sees that it is as git wants, is told so, and stays so. */
export async function comeToRest({
  clock,
  git,
  cloud,
  log,
  main,
  lookedAt,
  broken,
  isBroken,
}: RestOptions): Promise<void> {
  const since = clock.monotonic();
  const end = since + REST_MS;
  for (;;) {
    await clock.advanceTo(clock.monotonic() + LOOK_MS);
    if (isBroken()) return;
    const problems = troubles();
    if (problems.length === 0) break;
    if (clock.monotonic() > end) {
      broken('convergesOnceAllIsQuiet', problems.join('; '));
      return;
    }
  }
  const before = log.length;
  await clock.advanceTo(clock.monotonic() + IDLE_MS);
  const more = log.slice(before).find(({ key }) => {
    const thing = cloud.get(key);
    return thing === undefined || !isUsedByOthers(thing, { cloud, controller: main });
  });
  broken('forgetsFormerPlaces', formerPlaceLookedAt());
  broken('restsOnceConverged', more && `it goes on with a ${more.type} of ${more.key}`);

  /** A place that an Environment has left, and where nothing of ours is, that the last passes looked at all the same. */
  function formerPlaceLookedAt(): string | undefined {
    const { environments } = git.head();
    for (const [place, at] of lookedAt) {
      const [environment = '', region = ''] = place.split('|');
      if (at < clock.monotonic() - IDLE_MS || environments.get(environment) === region) continue;
      const left = [...cloud.all()].find(
        (thing) =>
          thing.tags[OWNER_TAG] === main.owner &&
          thing.tags[ENVIRONMENT_TAG] === environment &&
          (regionOf(thing) ?? region) === region,
      );
      if (left === undefined)
        return `${environment} is still looked at in ${region}, where nothing of it is left`;
    }
    return undefined;
  }

  /** What keeps it from being at rest, by the last pass that began since all is quiet. */
  function troubles(): readonly string[] {
    const [before, last] = main.passes.slice(-2);
    if (before === undefined || last === undefined) return ['no two passes have ended'];
    // What an Environment that was slow to answer is like, the pass after its own shows.
    if (begunAtOf(before) < since || isOverdue(before)) return ['no two whole passes have begun since'];
    const begunAt = begunAtOf(last);
    const view = { commit: git.head(), cloud, controller: main, last };
    const busy = whyNotQuiet(view);
    if (busy !== undefined) return [`it does not come to rest: ${busy}`];
    // Bookkeeping is neither a step nor an outcome, and a few resources have theirs in a pass.
    const written = log.find(({ type, at }) => type === 'tag' && at >= begunAt);
    if (written !== undefined) return [`it still writes tags: ${written.key}`];
    const problems = unsettled(view);
    if (problems.length === 0) broken('tellsWhatIs', syncWrongly(view));
    return problems;
  }
}
