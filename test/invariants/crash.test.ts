import { beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../support/world/account.ts';
import { LIVES, countRevisions, dieAt, endOf, worldBefore } from '../support/simulation/crash.ts';
import { isRead } from '../support/world/world.ts';

describe.each(Object.entries(LIVES))('during %s', (_name, life) => {
  let faultFree: Account;
  let revisions: number;
  /** When each call was made that changed something. */
  let mutations: readonly number[];

  beforeAll(async () => {
    const world = await worldBefore(life);
    const times: number[] = [];
    world.intercept(({ name }, perform) => {
      if (!isRead(name)) times.push(world.clock.monotonic());
      return perform();
    });
    await world.settle();
    mutations = [...times];
    world.intercept(undefined);
    faultFree = await endOf(world);
    revisions = await countRevisions(world);
  });

  // Whatever died while nothing changed, AWS is as it was after the mutation before: a death before or after a read, and before a mutation of
  // the same moment, is the death after that one. `npm run soak -- --crashes` dies there too.
  test.each(['before', 'after'] as const)(
    'a controller that dies %s any call that changes something, and starts again with empty memory, ends as if nothing had been',
    async (when) => {
      expect(mutations.length).toBeGreaterThan(8);
      for (const [mutation, at] of mutations.entries()) {
        if (when === 'before' && at === mutations[mutation - 1]) continue;
        const world = await worldBefore(life);
        await dieAt(world, mutation, 'mutations', when);
        expect({ mutation, end: await endOf(world) }).toEqual({ mutation, end: faultFree });
        expect(await countRevisions(world)).toBeLessThanOrEqual(revisions + 1);
      }
    },
    // A whole life for each of its calls: four minutes were not enough on a busy machine.
    600_000,
  );

  test('answers that are lost after the call was performed make nothing twice', async () => {
    const world = await worldBefore(life);
    const lost = new Set<string>();
    world.intercept(async ({ name, input }, perform) => {
      const answer = await perform();
      const call = `${name} ${JSON.stringify(input)}`;
      if (isRead(name) || lost.has(call)) return answer;
      lost.add(call);
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
    expect(await endOf(world)).toEqual(faultFree);
    expect(lost.size).toBeGreaterThan(8);
    expect(await countRevisions(world)).toBeLessThanOrEqual(revisions + 1);
  });
});
