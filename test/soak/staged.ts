import { onlyThose, shortest } from '../support/simulation/shrink.ts';
import { runStaged } from '../support/simulation/staged/run.ts';
import type { StagedRan } from '../support/simulation/staged/run.ts';
import { STAGED_HAPPENINGS, stagedScriptOf } from '../support/simulation/staged/script.ts';
import { failureOf } from './runner.ts';
import type { WorldTold } from './runner.ts';

/** As a table names them that tells of other worlds too. */
const inStages = (happening: string): string => `in stages, ${happening}`;

export const STAGED_STATES: readonly string[] = STAGED_HAPPENINGS.map(inStages);

/** A generated fleet that goes through stages; `tier`: by which it is repeated. */
export async function stagedTold(
  seed: number,
  only: readonly number[] | undefined,
  tier: 'real' | 'staged',
): Promise<WorldTold> {
  const whole = stagedScriptOf(seed);
  const ran = await runStaged(seed, { script: only === undefined ? whole : onlyThose(whole, only) });
  const { calls, passes, tale, reached, violation } = ran;
  const again = (script: StagedRan['script']): Promise<StagedRan> => runStaged(seed, { script });
  return {
    sizes: { calls, passes, 'lines of tale': tale.length },
    reached: [...reached].map(inStages),
    failure: violation === undefined ? undefined : failureOf(await shortest(ran, again), tier),
  };
}
