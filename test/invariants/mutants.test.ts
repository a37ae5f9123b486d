import { expect, test } from 'vitest';
import { MUTANTS } from '../support/simulation/mutants.ts';
import { runSeed } from '../support/simulation/run.ts';

/** Worlds in which a fault is looked for before it counts as not noticed. */
const WORLDS = 40;

test.each(Object.entries(MUTANTS))(
  'a controller that is wrong is found out: %s',
  async (_name, { seed: first, caughtBy, fault }) => {
    for (let seed = first; seed < first + WORLDS; seed += 1) {
      const { violation } = await runSeed(seed, { ...fault, lookFor: caughtBy });
      if (violation !== undefined) return;
    }
    expect.fail(`${caughtBy} did not notice it in ${WORLDS} worlds`);
  },
);
