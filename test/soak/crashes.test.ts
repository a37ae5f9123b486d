import { expect, test } from 'vitest';
import { LIVES, countedCalls, dieAt, endOf, worldBefore } from '../support/simulation/crash.ts';

test.each(Object.entries(LIVES))(
  'a death at any call of all during %s changes no end',
  async (name, life) => {
    const undisturbed = await worldBefore(life);
    await undisturbed.settle();
    const calls = countedCalls(undisturbed, 'every call');
    const end = await endOf(undisturbed);
    for (const when of ['before', 'after'] as const) {
      for (let call = 0; call < calls; call += 1) {
        const world = await worldBefore(life);
        await dieAt(world, call, 'every call', when);
        expect({ when, call, end: await endOf(world) }).toEqual({ when, call, end });
      }
    }
    process.stdout.write(`${name}: ${2 * calls} deaths\n`);
  },
);
