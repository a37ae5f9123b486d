import { expect, test } from 'vitest';
import { STAGED_MUTANTS } from '../support/simulation/staged/mutants.ts';
import { runStaged } from '../support/simulation/staged/run.ts';

/** Fleets in which a fault is looked for before it counts as not noticed. */
const FLEETS = 40;

test.each(Object.entries(STAGED_MUTANTS))(
  'a controller that is wrong about a Rollout is found out: %s',
  async (_name, { seed: first, caughtBy, fault }) => {
    for (let seed = first; seed < first + FLEETS; seed += 1) {
      const { violation } = await runStaged(seed, { ...fault, lookFor: caughtBy });
      if (violation !== undefined) return;
    }
    expect.fail(`${caughtBy} did not notice it in ${FLEETS} fleets`);
  },
);
