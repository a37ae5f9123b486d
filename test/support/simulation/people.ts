import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import { OWNER, OWNER_TAG, hereIn } from './live.ts';
import type { Live } from './live.ts';
import { MEDDLING, meddle, retag } from './meddler.ts';
import type { Strangers } from './strangers.ts';

/** People who change in AWS what the controller has made. */
export interface People {
  meddleSomewhere(): Promise<void>;
  retagSomething(): Promise<void>;
  /** What was taken from the controller becomes its own again. */
  giveBack(): Promise<void>;
  /** Whether it was ours before this moment, or was not given back since. */
  hadGivenBack(id: string, by: number): boolean;
}

/** `underWay`: what a step is at work on, `kind/name`, which people leave alone. */
export function createPeople(
  world: World,
  chance: Chance,
  strangers: Strangers,
  underWay: ReadonlySet<string>,
  script: string[],
): People {
  const taken = new Map<string, Live>();
  const givenBackAt = new Map<string, number>();

  function somethingOfOurs(kind?: Live['kind']): Live | undefined {
    return chance.any(
      hereIn(world).live.filter(
        (one) =>
          one.tags.get(OWNER_TAG) === OWNER &&
          !strangers.includes(one.id) &&
          (kind === undefined || one.kind === kind) &&
          !underWay.has(`${one.kind}/${one.name}`),
      ),
    );
  }

  async function retagSomething(): Promise<void> {
    const one = somethingOfOurs();
    // A read that lags may show a tag that is gone, and no controller can know.
    if (one === undefined || world.sandbox.control.faults().length > 0) return;
    script.push(`somebody changes the tags of ${one.key}`);
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
    retagSomething,
    async meddleSomewhere() {
      if (chance.happens(0.3)) return retagSomething();
      const [name, meddling] = chance.any(Object.entries(MEDDLING)) ?? [];
      const one = meddling === undefined ? undefined : somethingOfOurs(meddling.of);
      if (meddling === undefined || one === undefined) return;
      const done = await meddle(world, one, meddling, chance);
      if (done) script.push(`somebody ${name}: ${one.key}`);
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
