import { soak } from './runner.ts';
import { STAGED_STATES, stagedTold } from './staged.ts';

/** Generated fleets that go through the stages of a Rollout. */
await soak(
  {
    name: 'staged',
    batch: 1,
    states: STAGED_STATES,
    enoughForAllStates: 200,
    run: (seed, only) => stagedTold(seed, only, 'staged'),
  },
  import.meta.url,
);
