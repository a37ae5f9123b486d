import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import type { Beside } from './happening.ts';
import { startSecond } from './second.ts';
import type { Second } from './second.ts';

type Startings = Parameters<typeof startSecond>[2];

interface Together extends Pick<Startings, 'sky' | 'judged' | 'tell'> {
  /** What has been reached by what others did. */
  readonly reached: Set<string>;
}

/** Others that act on the account of a generated world. */
export interface Besides {
  /** Of these some may have died. */
  readonly all: readonly Second[];
  /** Starts one and tells where; undefined where there is one already: another controller and an apply at a time are as much as a world takes. */
  start(what: Beside, chance: Chance): string | undefined;
}

export function createBesides(world: World, { sky, judged, tell, reached }: Together): Besides {
  const all: Second[] = [];
  return {
    all,
    start(what, chance) {
      const isApply = what === 'apply is run beside it';
      if (all.some((one) => one.isAlive() && one.isApply === isApply)) return undefined;
      const name = isApply ? 'apply' : 'the second';
      all.push(
        startSecond(world, what, {
          sky,
          chance,
          judged,
          tell,
          onWrite(call) {
            reached.add(isApply ? 'apply writes' : 'a second controller writes');
            tell(`${name}: ${call}`);
          },
          onEnd(how) {
            reached.add(`apply ${how}`);
            tell(`apply ${how}`);
          },
        }),
      );
      return 'on the same account';
    },
  };
}
