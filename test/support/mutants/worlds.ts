import { parentPort, workerData } from 'node:worker_threads';
import type { Tier } from './verdict.ts';

/** Worlds of a tier, one after the other, until one notices: the program of a thread, in a tree that mutants are planted in. */

export interface WorldsTask {
  readonly tier: Tier;
  readonly seeds: readonly number[];
  /** The mutant that is switched on; undefined: none is. */
  readonly awake: string | undefined;
  /** Mutants of which it is told whether a world comes by. */
  readonly watched: readonly string[];
}

export interface WorldTold {
  readonly seed: number;
  /** What noticed, and undefined where all held. */
  readonly noticed: string | undefined;
  readonly reached: readonly string[];
}

type Counts = Readonly<Record<string, number>>;

const { tier, seeds, awake, watched } = workerData as WorldsTask;

/** Where the code that StrykerJS planted looks. */
const strykers: {
  readonly activeMutant: string | undefined;
  readonly mutantCoverage: { readonly static: Counts; readonly perTest: Readonly<Record<string, Counts>> };
  currentTestId?: string;
} = { activeMutant: awake, mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: strykers });

// What runs while a module loads is mutated too, and so all is loaded only now; and the SDK only by who needs it.
const TIERS = {
  model: async () => (await import('../model-world/run.ts')).runModel,
  real: async () => (await import('../simulation/run.ts')).runSeed,
} as const;

const run = await TIERS[tier]();

async function noticedIn(seed: number): Promise<string | undefined> {
  try {
    const { violation } = await run(seed);
    return violation?.invariant;
  } catch (thrown) {
    return `an error that ends the world: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

for (const seed of seeds) {
  strykers.currentTestId = `seed ${seed}`;
  const noticed = await noticedIn(seed);
  const { static: atLoading, perTest } = strykers.mutantCoverage;
  const counts = { ...atLoading, ...perTest[strykers.currentTestId] };
  const reached = watched.filter((id) => counts[id] !== undefined);
  parentPort!.postMessage({ seed, noticed, reached } satisfies WorldTold, []);
  if (noticed !== undefined) break;
}
