import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import { OWNER, OWNER_TAG, hereIn } from './live.ts';
import type { Live } from './live.ts';
import { MEDDLING, meddle, retag } from './meddler.ts';
import type { Strangers } from './strangers.ts';

/** People who change in AWS what the controller has made. */
export interface People {
  /** One of `MEDDLING`, to something of ours; tells to what, undefined where there is none, or AWS refuses. */
  meddle(what: string, chance: Chance): Promise<string | undefined>;
  retagSomething(chance: Chance): Promise<string | undefined>;
  /** What was taken from the controller becomes its own again. */
  giveBack(): Promise<void>;
  /** Whether it was ours before this moment, or was not given back since. */
  hadGivenBack(id: string, by: number): boolean;
}

/** `underWay`: whether a step is at work on it, `kind/name`, which people leave alone. */
export function createPeople(
  world: World,
  strangers: Strangers,
  underWay: (name: string) => boolean,
): People {
  const taken = new Map<string, Live>();
  const givenBackAt = new Map<string, number>();

  function somethingOfOurs(chance: Chance, kind?: Live['kind']): Live | undefined {
    return chance.any(
      hereIn(world).live.filter(
        (one) =>
          one.tags.get(OWNER_TAG) === OWNER &&
          !strangers.includes(one.id) &&
          (kind === undefined || one.kind === kind) &&
          !underWay(`${one.kind}/${one.name}`),
      ),
    );
  }

  async function retagOne(one: Live, chance: Chance): Promise<void> {
    switch (chance.whole(0, 3)) {
      case 0:
        taken.set(one.id, one);
        return retag(world, one, {}, [OWNER_TAG]);
      case 1:
        taken.set(one.id, one);
        return retag(world, one, { [OWNER_TAG]: 'another-team' });
      case 2:
        return retag(world, one, { team: 'by-hand' });
      default:
        return retag(world, one, {}, ['stationkeeper:spec']);
    }
  }

  return {
    async retagSomething(chance) {
      const one = somethingOfOurs(chance);
      // A read that lags may show a tag that is gone, and no controller can know.
      if (one === undefined || world.sandbox.control.faults().length > 0) return undefined;
      await retagOne(one, chance);
      return one.key;
    },
    async meddle(what, chance) {
      const meddling = MEDDLING[what];
      const one = meddling === undefined ? undefined : somethingOfOurs(chance, meddling.of);
      if (meddling === undefined || one === undefined) return undefined;
      return (await meddle(world, one, meddling, chance)) ? one.key : undefined;
    },
    async giveBack() {
      for (const one of hereIn(world).live) {
        if (!taken.has(one.id)) continue;
        await retag(world, one, { [OWNER_TAG]: OWNER });
        givenBackAt.set(one.id, world.clock.now());
      }
    },
    hadGivenBack: (id, by) => (givenBackAt.get(id) ?? by) <= by,
  };
}
