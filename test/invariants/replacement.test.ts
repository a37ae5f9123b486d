import { describe, expect, test } from 'vitest';
import { CHANGES, XRAY, allowed, converged, endOf, madeAnew } from '../support/world/replacements.ts';
import { isRead } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

describe.each(Object.entries(CHANGES))('a replacement by %s', (_what, { change }) => {
  test('comes to the same end with a controller that dies at any call', async () => {
    const wanted = allowed(change(XRAY));
    const expected = await madeAnew(wanted);
    const whole = await converged();
    whole.files.set('xray.yaml', wanted);
    await endOf(whole);
    const mutations = whole.mutations().length;
    expect(mutations).toBeGreaterThan(3);
    expect(mutations).toBeLessThan(20);
    for (let mutation = 0; mutation < mutations; mutation += 1) {
      const world = await converged();
      world.files.set('xray.yaml', wanted);
      await dieBefore(world, mutation);
      expect({ mutation, end: await endOf(world) }).toEqual({ mutation, end: expected });
    }
    // As many lives as calls: four minutes were not enough on a busy machine.
  }, 600_000);
});

/** Lets the controller die instead of making its n-th mutation. */
async function dieBefore(world: World, mutation: number): Promise<void> {
  const death = new AbortController();
  world.intercept((_call, perform) => {
    if (world.calls.filter(({ name }) => !isRead(name)).length > mutation) death.abort();
    return death.signal.aborted ? new Promise(() => undefined) : perform();
  });
  const died = new Promise<void>((resolve) => {
    death.signal.addEventListener('abort', () => resolve());
  });
  await world.clock.run(Promise.race([died, world.loopFor(900_000)]));
  world.restart();
  world.intercept(undefined);
}
