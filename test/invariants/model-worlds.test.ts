import { expect, test } from 'vitest';
import { runModel } from '../support/model-world/run.ts';
import { inWords } from '../support/simulation/script-event.ts';
import { shrunk } from '../support/model-world/shrink.ts';
import { median } from '../support/model-world/tally.ts';

/** As many as fit in ten seconds of a busy core; `npm run soak -- --tier model` runs as many as asked. */
const WORLDS = 40;

test('every invariant holds in every model world, whatever is done to it', async () => {
  const found: unknown[] = [];
  const worlds: Awaited<ReturnType<typeof runModel>>[] = [];
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    const ran = await runModel(seed);
    worlds.push(ran);
    if (ran.violation === undefined) continue;
    const { violation, script, tale } = await shrunk(ran);
    found.push({ seed, violation, script: script.map(inWords), tale });
  }
  expect(found).toEqual([]);
  expect(median(worlds.map(({ resources }) => resources))).toBeGreaterThanOrEqual(12);
  expect(median(worlds.map(({ passes }) => passes))).toBeGreaterThanOrEqual(20);
  expect(median(worlds.map(({ events }) => events))).toBeGreaterThanOrEqual(5);
});

test('a world goes the same way each time that it is run', async () => {
  const [once, again] = [await runModel(7), await runModel(7)];
  expect(again.tale).toEqual(once.tale);
  expect(once.tale.length).toBeGreaterThan(10);
});
