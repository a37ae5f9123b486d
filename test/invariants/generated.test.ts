import { expect, test } from 'vitest';
import { runSeed } from '../support/simulation/run.ts';

/** As many as fit in half a minute of one core, a tenth of what the gate runs of them with `npm run soak`. */
const WORLDS = 20;
const SEEDS = [...Array.from({ length: WORLDS }, (_, index) => 1 + index), 1001];
/** Of many Environments, beside those that are by chance. */
const FLEETS = [2, 3, 8, 136];

test.each(SEEDS)('every invariant holds in the generated world %i, whatever is done to it', async (seed) => {
  const { violation, tale } = await runSeed(seed);
  const found = violation === undefined ? undefined : { violation, tale };
  expect(found).toBeUndefined();
});

test.each(FLEETS)(
  'every invariant holds in the generated fleet %i, in each Environment and for the whole',
  async (seed) => {
    const { violation, tale } = await runSeed(seed, { fleet: true });
    const found = violation === undefined ? undefined : { violation, tale };
    expect(found).toBeUndefined();
  },
);
