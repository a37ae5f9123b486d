import { runSeed } from '../support/simulation/run.ts';
import type { Ran } from '../support/simulation/run.ts';
import { HAPPENINGS, scriptOf } from '../support/simulation/script.ts';
import { onlyThose, shortest } from '../support/simulation/shrink.ts';
import { isStaged } from '../support/simulation/staged/script.ts';
import { failureOf, soak } from './runner.ts';
import { STAGED_STATES, stagedTold } from './staged.ts';

/** Generated worlds: the real kinds against the sandbox. */
await soak(
  {
    name: 'real',
    batch: 1,
    states: [...HAPPENINGS, ...STAGED_STATES],
    enoughForAllStates: 1_000,
    async run(seed, only) {
      if (isStaged(seed)) return stagedTold(seed, only, 'real');
      const script = only === undefined ? scriptOf(seed) : onlyThose(scriptOf(seed), only);
      const ran = await runSeed(seed, { script });
      const { calls, passes, tale, reached } = ran;
      const again = (fewer: Ran['script']): Promise<Ran> => runSeed(seed, { script: fewer });
      return {
        sizes: { calls, passes, 'lines of tale': tale.length },
        reached,
        failure: ran.violation === undefined ? undefined : failureOf(await shortest(ran, again), 'real'),
      };
    },
  },
  import.meta.url,
);
