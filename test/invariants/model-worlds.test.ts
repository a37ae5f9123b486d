import { expect, test } from 'vitest';
import { runModel } from '../support/model-world/run.ts';
import { inWords } from '../support/simulation/script-event.ts';
import { shrunk } from '../support/model-world/shrink.ts';
import { median } from '../support/model-world/tally.ts';

/** As many as fit in a quarter of a minute of one core, a ninth of what the gate runs of them with `npm run soak -- --tier model`. */
const WORLDS = 200;
/** A busy machine runs so many within the time that a test may take. */
const AT_ONCE = 50;
const FIRSTS = Array.from({ length: WORLDS / AT_ONCE }, (_, index) => 1 + index * AT_ONCE);

test.each(FIRSTS)(
  `every invariant holds in the ${AT_ONCE} model worlds from %i on, whatever is done to them`,
  async (first) => {
    const found: unknown[] = [];
    const worlds: Awaited<ReturnType<typeof runModel>>[] = [];
    for (let seed = first; seed < first + AT_ONCE; seed += 1) {
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
  },
);

test('a world goes the same way each time that it is run', async () => {
  const [once, again] = [await runModel(7), await runModel(7)];
  expect(again.tale).toEqual(once.tale);
  expect(once.tale.length).toBeGreaterThan(10);
});
