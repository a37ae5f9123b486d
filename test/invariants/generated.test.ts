import { expect, test } from 'vitest';
import { runSeed } from '../support/simulation/run.ts';

/** As many as fit in half a minute of one core, a tenth of what the gate runs of them with `npm run soak`. */
const WORLDS = 20;
const SEEDS = [...Array.from({ length: WORLDS }, (_, index) => 1 + index), 1001];

test.each(SEEDS)('every invariant holds in the generated world %i, whatever is done to it', async (seed) => {
  const { violation, tale } = await runSeed(seed);
  const found = violation === undefined ? undefined : { violation, tale };
  expect(found).toBeUndefined();
});
