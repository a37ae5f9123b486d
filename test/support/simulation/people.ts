import type { Step } from '../../../controller/plan/step.ts';
import { SOURCE_ID } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { serviceOf } from '../drifts/meddling.ts';
import type { Meddling } from '../drifts/meddling.ts';
import type { Chance } from './chance.ts';
import { HOST_ACTS, createHostPeople } from './host-people.ts';
import { OWNER, OWNER_TAG, hereIn } from './live.ts';
import type { Live } from './live.ts';
import { MEDDLING, meddle, retag } from './meddler.ts';
import { createNamesakes } from './namesakes.ts';
import type { Strangers } from './strangers.ts';

/** What people do that is more than one change of something of ours: what it was done to, undefined where there was nothing. */
type Act = (chance: Chance, lastsMs: number) => Promise<string | undefined> | string | undefined;

/** What people do to tags: as often as all else together would leave room for. */
export const RETAGS = 'changes tags';
export const RETAGS_LATE = 'changes the tags of what is about to change';
export const CONTESTS = 'keeps changing a count back';
export const ACTS = [
  RETAGS_LATE,
  CONTESTS,
  'makes a namespace of the same name in another VPC',
  'removes a namespace of the same name',
] as const;

/** People who change in AWS what the controller has made. */
export interface People {
  /** One of `ACTS`, `HOST_ACTS` or `MEDDLING`, or `RETAGS`; tells to what, undefined where there is none, or AWS refuses. */
  act(what: string, chance: Chance, lastsMs: number): Promise<string | undefined>;
  /** A step begins, and AWS has not been asked yet whose the resource is. */
  stepBegins(step: Step): void;
  /** When somebody comes again. */
  nextVisit(): number;
  /** Who has to come by now comes. */
  visit(): Promise<void>;
  /** What was taken from the controller becomes its own again, instances have room, and nobody comes any more. */
  giveBack(): Promise<void>;
  /** Whether it was ours before this moment, or was not given back since. */
  hadGivenBack(id: string, by: number): boolean;
}

/** Somebody comes so often to change something back. */
const VISITS_EVERY_MS = 20_000;
/** No daemon is ever to have so many tasks. */
const CHANGE_BACK: Meddling = {
  of: 'service',
  touch: (call, one) => call('ecs', 'UpdateService', { ...serviceOf(one), desiredCount: 6 }),
};
const SOURCE_TAG = 'stationkeeper:source';
const IS_OF_HOSTS: ReadonlySet<string> = new Set(HOST_ACTS);

/** Somebody wants another value than git, and comes again until a moment to set it. */
interface Contest {
  readonly id: string;
  readonly until: number;
  readonly next: number;
  readonly chance: Chance;
}

/** `underWay`: whether a step is at work on it, `kind/name`, which people leave alone. */
export function createPeople(
  world: World,
  strangers: Strangers,
  underWay: (name: string) => boolean,
): People {
  const taken = new Map<string, Live>();
  const givenBackAt = new Map<string, number>();
  const namesakes = createNamesakes(world, strangers);
  const hostPeople = createHostPeople(world);
  let retagsNext: Chance | undefined;
  let contest: Contest | undefined;

  function ours(kind?: Live['kind']): readonly Live[] {
    return hereIn(world).live.filter(
      (one) =>
        one.tags.get(OWNER_TAG) === OWNER &&
        !strangers.includes(one.id) &&
        (kind === undefined || one.kind === kind),
    );
  }

  function somethingOfOurs(chance: Chance, kind?: Live['kind']): Live | undefined {
    return chance.any(ours(kind).filter((one) => !underWay(`${one.kind}/${one.name}`)));
  }

  /** A read that lags may show a tag that is gone, and no controller can know. */
  function mayRetag(): boolean {
    return world.sandbox.control.faults().length === 0;
  }

  function take(one: Live, tags: Readonly<Record<string, string>>, removed: readonly string[] = []) {
    taken.set(one.id, one);
    return retag(world, one, tags, removed);
  }

  function retagOne(one: Live, chance: Chance): Promise<void> {
    switch (chance.whole(0, 3)) {
      case 0:
        return take(one, {}, [OWNER_TAG]);
      case 1:
        return take(one, { [OWNER_TAG]: 'another-team' });
      case 2:
        return retag(world, one, { team: 'by-hand' });
      default:
        return retag(world, one, {}, ['stationkeeper:spec']);
    }
  }

  /** As whoever sees that it is about to go, or about to change, keeps it. */
  function keepFrom(one: Live, chance: Chance): Promise<void> {
    switch (chance.whole(0, 4)) {
      case 0:
        return take(one, {}, [OWNER_TAG]);
      case 1:
        return take(one, { [OWNER_TAG]: 'another-team' });
      case 2:
        return take(one, { [SOURCE_TAG]: 'git.example.org/theirs' });
      case 3:
        return retag(world, one, { 'stationkeeper:prune': 'disabled' });
      default:
        return retag(world, one, { 'stationkeeper:deletion-policy': 'retain' });
    }
  }

  const acts: Readonly<Record<(typeof ACTS)[number] | typeof RETAGS, Act>> = {
    async [RETAGS](chance) {
      const one = somethingOfOurs(chance);
      if (one === undefined || !mayRetag()) return undefined;
      await retagOne(one, chance);
      return one.key;
    },
    [RETAGS_LATE](chance) {
      retagsNext = chance;
      return 'whatever comes next';
    },
    [CONTESTS](chance, lastsMs) {
      const one = somethingOfOurs(chance, 'service');
      if (one === undefined) return undefined;
      const now = world.clock.now();
      contest = { id: one.id, until: now + lastsMs, next: now, chance };
      return one.key;
    },
    'makes a namespace of the same name in another VPC': (chance) => namesakes.make(chance),
    'removes a namespace of the same name': (chance) => namesakes.remove(chance),
  };

  return {
    async act(what, chance, lastsMs) {
      const act = acts[what as keyof typeof acts] as Act | undefined;
      if (act !== undefined) return act(chance, lastsMs);
      if (IS_OF_HOSTS.has(what)) return hostPeople.act(what, chance);
      const meddling = MEDDLING[what];
      const one = meddling === undefined ? undefined : somethingOfOurs(chance, meddling.of);
      if (meddling === undefined || one === undefined) return undefined;
      return (await meddle(world, one, meddling, chance)) ? one.key : undefined;
    },
    stepBegins({ type, id }) {
      // Which revision of a family is meant, a step does not say.
      if (retagsNext === undefined || type === 'create' || id.kind === 'task-definition' || !mayRetag())
        return;
      const one = ours(id.kind).find(({ name }) => name === id.name);
      if (one === undefined) return;
      const chance = retagsNext;
      retagsNext = undefined;
      // AWS may have had too many calls by now, and then it stays as it is.
      keepFrom(one, chance).catch(() => undefined);
    },
    nextVisit: () => contest?.next ?? Number.POSITIVE_INFINITY,
    async visit() {
      if (contest === undefined || contest.next > world.clock.now()) return;
      const { id, until, next, chance } = contest;
      contest = next + VISITS_EVERY_MS > until ? undefined : { ...contest, next: next + VISITS_EVERY_MS };
      const one = ours('service').find((other) => other.id === id);
      if (one === undefined || underWay(`service/${one.name}`)) return;
      await meddle(world, one, CHANGE_BACK, chance);
    },
    async giveBack() {
      retagsNext = undefined;
      contest = undefined;
      await hostPeople.makeRoom();
      for (const one of hereIn(world).live) {
        const before = taken.get(one.id);
        if (before === undefined) continue;
        await retag(world, one, {
          [OWNER_TAG]: OWNER,
          [SOURCE_TAG]: before.tags.get(SOURCE_TAG) ?? SOURCE_ID,
        });
        givenBackAt.set(one.id, world.clock.now());
      }
    },
    hadGivenBack: (id, by) => (givenBackAt.get(id) ?? by) <= by,
  };
}
