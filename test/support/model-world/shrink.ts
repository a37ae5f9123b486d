import { runModel } from './run.ts';
import type { ModelOptions, RanModel } from './run.ts';
import type { ScriptEvent } from './script.ts';

/** The world of a seed with the fewest of its events with which the same invariant does not hold: none can be left out any more. */
export async function shrunk(failed: RanModel, options: ModelOptions = {}): Promise<RanModel> {
  let shortest = failed;
  for (let index = 0; index < shortest.script.length; ) {
    const script = shortest.script.filter((_event, at) => at !== index);
    const ran = await runModel(failed.seed, { ...options, script });
    if (ran.violation?.invariant === failed.violation?.invariant) shortest = ran;
    else index += 1;
  }
  return shortest;
}

/** The events of these numbers alone: how a shrunk script is named on a command line. */
export function onlyThose(
  script: readonly ScriptEvent[],
  numbers: readonly number[],
): readonly ScriptEvent[] {
  return script.filter(({ number }) => numbers.includes(number));
}
