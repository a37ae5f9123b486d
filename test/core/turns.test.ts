import { describe, expect, test } from 'vitest';
import { createTurns } from '../../controller/core/turns.ts';
import type { Turns } from '../../controller/core/turns.ts';

const SHARE = 0.02;

/** So many Environments, each of which has so many things of one sort. */
function environments(
  count: number,
  things: number,
): readonly { readonly turns: Turns; readonly keys: readonly string[] }[] {
  const shared = createTurns();
  return Array.from({ length: count }, (_env, nth) => ({
    turns: shared.in(`env-${nth}`)('thing', SHARE),
    keys: Array.from({ length: things }, (_thing, index) => `env-${nth}/thing-${index}`),
  }));
}

/** What each pass looks at, of all Environments together. */
function passesOver(all: ReturnType<typeof environments>, passes: number): readonly (readonly string[])[] {
  return Array.from({ length: passes }, () => all.flatMap(({ turns, keys }) => [...turns(keys)]));
}

describe('a pass looks at', () => {
  test.each([
    ['all of few things', 1, 20, 20],
    ['all of few things in several Environments', 4, 5, 20],
    ['twenty of many things', 1, 100, 20],
    ['a share of very many things', 1, 2000, 40],
  ])('%s', (_what, count, things, expected) => {
    const all = environments(count, things);
    // Before the first pass has ended Environments do not know of each other.
    passesOver(all, 1);
    expect(passesOver(all, 3).map((keys) => keys.length)).toEqual([expected, expected, expected]);
  });

  test('no more of six things in each of 120 Environments than of 720 in one', () => {
    const all = environments(120, 6);
    passesOver(all, 1);
    const passes = passesOver(all, 36);
    expect(Math.abs(passes.flat().length - 720)).toBeLessThanOrEqual(2);
    for (const keys of passes) expect(Math.abs(keys.length - 20)).toBeLessThanOrEqual(2);
  });

  test('nothing where there is nothing', () => {
    const all = environments(30, 0);
    expect(passesOver(all, 2).flat()).toEqual([]);
  });
});

describe('everything', () => {
  test.each([
    ['in one Environment', 1, 105, 6],
    ['in many Environments', 120, 6, 38],
  ])('%s has its turn', (_where, count, things, passes) => {
    const all = environments(count, things);
    passesOver(all, 1);
    const looked = passesOver(all, passes).flat();
    expect(new Set(looked).size).toBe(count * things);
  });

  test('has its turn more often once other Environments are gone', () => {
    const shared = createTurns();
    const of = (name: string) => shared.in(name)('thing', SHARE);
    const [here, there] = [of('here'), of('there')];
    const keys = Array.from({ length: 20 }, (_thing, index) => `thing-${index}`);
    there(keys);
    expect(here(keys).size).toBe(10);
    shared.keepOnly(new Set(['here']));
    expect(here(keys).size).toBe(20);
  });

  test('of one sort has its turns whatever there is of another', () => {
    const take = createTurns().in('here');
    const [few, many] = [take('few', SHARE), take('many', SHARE)];
    many(Array.from({ length: 1000 }, (_thing, index) => `many-${index}`));
    expect(few(['one', 'two'])).toEqual(new Set(['one', 'two']));
  });
});
