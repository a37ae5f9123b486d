import { expect, test } from 'vitest';
import { RUNS_AS_DAEMON } from '../support/simulation/mutants.ts';
import { runSeed } from '../support/simulation/run.ts';

/** Worlds in which a controller that did not know itself was seen to end itself. */
const SEEDS = [6, 7, 40];

test.each(SEEDS)(
  'in the generated world %i a controller never ends the daemon that it runs as, whatever is done to it',
  async (seed) => {
    const { violation, tale } = await runSeed(seed, { ...RUNS_AS_DAEMON, lookFor: 'keepsItself' });
    const found = violation === undefined ? undefined : { violation, tale };
    expect(found).toBeUndefined();
  },
);
