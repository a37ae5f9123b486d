import { shortest } from '../simulation/shrink.ts';
import { runModel } from './run.ts';
import type { ModelOptions, RanModel } from './run.ts';

/** The world of a seed with the fewest of its events with which the same invariant does not hold. */
export function shrunk(failed: RanModel, options: ModelOptions = {}): Promise<RanModel> {
  return shortest(failed, (script) => runModel(failed.seed, { ...options, script }));
}
