import { expect, test } from 'vitest';
import { runStaged } from '../support/simulation/staged/run.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => 1 + index);

test.each(SEEDS)('every invariant of a Rollout holds in the generated fleet %i', async (seed) => {
  const { violation, tale } = await runStaged(seed);
  const found = violation === undefined ? undefined : { violation, tale };
  expect(found).toBeUndefined();
});
