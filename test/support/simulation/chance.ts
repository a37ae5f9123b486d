import { seededRandom } from '../../../sandbox/seeded-random.ts';

/** Decisions of a generated world, all from its seed. */
export interface Chance {
  /** In [0, 1). */
  readonly next: () => number;
  /** True this often. */
  happens(probability: number): boolean;
  /** From least to most, both included. */
  whole(least: number, most: number): number;
  one<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Undefined where there are none. */
  any<Item>(items: readonly Item[]): Item | undefined;
  /** Another stream, so that what one part of the world draws does not change what another does. */
  fork(): Chance;
}

export function chanceOf(seed: number): Chance {
  const next = seededRandom(seed);
  const any = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  return {
    next,
    any,
    happens: (probability) => next() < probability,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    one: (items) => any(items) ?? items[0],
    fork: () => chanceOf(Math.floor(next() * 2 ** 32)),
  };
}
