import { runModel } from '../support/model-world/run.ts';
import type { RanModel } from '../support/model-world/run.ts';
import { inWords, scriptOf } from '../support/model-world/script.ts';
import { shrunk } from '../support/model-world/shrink.ts';
import { STATES } from '../support/model-world/states.ts';
import { onlyThose } from '../support/simulation/shrink.ts';
import { soak } from './runner.ts';

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
        failure: ran.violation === undefined ? undefined : toldOf(await shrunk(ran)),
      };
    },
  },
  import.meta.url,
);

function toldOf({ seed, violation, script, tale }: RanModel): readonly string[] {
  const numbers = script.map(({ number }) => number);
  return [
    `seed ${seed}: ${violation?.invariant} does not hold ${violation?.message}`,
    ...script.map((event) => `  ${inWords(event)}`),
    ...tale.map((line) => `    ${line}`),
    `  repeat it with: npm run soak -- --tier model --seed ${seed} --worlds 1 --only ${numbers.join(',') || 'none'}`,
  ];
}
