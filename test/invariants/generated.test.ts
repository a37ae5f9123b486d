import { expect, test } from 'vitest';
import { runSeed } from '../support/simulation/run.ts';

/** `npm run soak` runs as many as there is time for. */
const SEEDS = [1, 3, 4, 6, 10, 13, 14, 15, 17, 1001];

test.each(SEEDS)('every invariant holds in the generated world %i, whatever is done to it', async (seed) => {
  const { violation, tale } = await runSeed(seed);
  const found = violation === undefined ? undefined : { violation, tale };
  expect(found).toBeUndefined();
});
