import { chanceOf } from './chance.ts';
import { hasFleet } from './fleet-script.ts';
import { createRun } from './generated-world.ts';
import type { Violation } from './judge.ts';
import type { RunOptions } from './options.ts';
import { scriptOf } from './script.ts';
import type { ScriptEvent } from './happening.ts';

export interface Ran {
  readonly seed: number;
  /** The first that was found; undefined where all held. */
  readonly violation: Violation | undefined;
  readonly script: readonly ScriptEvent[];
  /** What happened, in order, for people. */
  readonly tale: readonly string[];
  /** What of `HAPPENINGS` did happen. */
  readonly reached: ReadonlySet<string>;
  /** Calls of the controllers. */
  readonly calls: number;
  readonly passes: number;
}

/** What is only looked at once edits and faults have stopped. */
const AT_REST: ReadonlySet<string> = new Set([
  'liveEqualsDesired',
  'convergesWithinThreePasses',
  'leavesNeighboursAlone',
  'restsOnceConverged',
]);

/** What the last of the script is given before all is quiet. */
const LAST_SPELL_MS = 60_000;

/** In some worlds the controller runs as one of the daemons; where a fault is looked for that is said. */
function whereItRuns(seed: number, options: RunOptions): Pick<RunOptions, 'runsAs'> {
  if (hasFleet(seed, options)) return {};
  const isWithin = options.lookFor === undefined && chanceOf(seed ^ 0x5e1f).happens(0.15);
  return isWithin ? { runsAs: 'statsd' } : {};
}

/** One generated world from its first commit to its rest: edits in git, edits in AWS, faults and deaths, and the invariants all the while. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<Ran> {
  const script = options.script ?? scriptOf(seed, options);
  const run = await createRun(seed, { ...whereItRuns(seed, options), ...options });
  for (const event of script) {
    await run.happen(event);
    if (run.violation() !== undefined) break;
  }
  const isFoundAtRest = options.lookFor === undefined || AT_REST.has(options.lookFor);
  if (run.violation() === undefined) await run.goOn(LAST_SPELL_MS);
  if (run.violation() === undefined && isFoundAtRest) await run.rest();
  return { seed, script, ...run.told() };
}
