import { expect, test } from 'vitest';
import { runSeed } from '../support/simulation/run.ts';

/** As many as fit in a minute of one core, beside the model worlds on the other; `npm run soak` runs as many as there is time for. */
const WORLDS = 40;
const SEEDS = [...Array.from({ length: WORLDS }, (_, index) => 1 + index), 1001];

test.each(SEEDS)('every invariant holds in the generated world %i, whatever is done to it', async (seed) => {
  const { violation, tale } = await runSeed(seed);
  const found = violation === undefined ? undefined : { violation, tale };
  expect(found).toBeUndefined();
});
