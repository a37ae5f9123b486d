import { runModel } from '../support/model-world/run.ts';
import { scriptOf } from '../support/model-world/script.ts';
import { shrunk } from '../support/model-world/shrink.ts';
import { STATES } from '../support/model-world/states.ts';
import { onlyThose } from '../support/simulation/shrink.ts';
import { failureOf, soak } from './runner.ts';

/** Model worlds: toy kinds in the place of AWS's. */
await soak(
  {
    name: 'model',
    batch: 50,
    states: STATES,
    enoughForAllStates: 10_000,
    async run(seed, only) {
      const script = only === undefined ? scriptOf(seed) : onlyThose(scriptOf(seed), only);
      const ran = await runModel(seed, { script });
      const { resources, passes, events, states } = ran;
      return {
        sizes: { resources, passes, events },
        reached: states,
        failure: ran.violation === undefined ? undefined : failureOf(await shrunk(ran), 'model'),
      };
    },
  },
  import.meta.url,
);
