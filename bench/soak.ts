import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

/** Plain programs in the place of vitest. */
const PROGRAMS = join(import.meta.dirname, '..', 'test', 'soak');

/** How many where nobody says so; real worlds are run for some minutes. */
const MODEL_WORLDS = '10000';
const MINUTES = '5';
const WORLDS_OF_MUTANT = '2000';
const REAL_WORLDS_OF_MUTANT = '50';

const { values } = parseArgs({
  options: {
    tier: { type: 'string', default: 'real' },
    mutants: { type: 'string' },
    worlds: { type: 'string' },
    'real-worlds': { type: 'string' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'boolean', default: false },
  },
});

const { tier, seed, only, mutants } = values;
if (tier !== 'real' && tier !== 'staged' && tier !== 'model')
  throw new Error(`--tier must be real, staged or model, and is "${tier}"`);

for (const name of ['minutes', 'seed', 'mutants', 'worlds', 'real-worlds'] as const) {
  const value = values[name];
  if (value !== undefined && !/^\d+(\.\d+)?$/.test(value))
    throw new Error(`--${name} must be a number, and is "${value}"`);
}

function command(): readonly string[] {
  if (values.crashes) return [VITEST, 'run', '--config', 'vitest.soak.config.ts'];
  if (mutants !== undefined) {
    const { worlds = WORLDS_OF_MUTANT, 'real-worlds': realWorlds = REAL_WORLDS_OF_MUTANT } = values;
    return [join(PROGRAMS, 'mutants.js'), seed, mutants, worlds, realWorlds, only];
  }
  const isBounded = values.worlds !== undefined || values.minutes !== undefined;
  const worlds = values.worlds ?? (isBounded || tier !== 'model' ? '' : MODEL_WORLDS);
  const minutes = values.minutes ?? (isBounded || tier === 'model' ? '' : MINUTES);
  return [join(PROGRAMS, `${tier}-worlds.js`), seed, worlds, minutes, only];
}

/**
 * Generated worlds, seed after seed, or deaths, or errors in the controller's own code; exit code 1 where an invariant does not hold in
 * one, or too few errors are noticed.
 */
const { status } = spawnSync(process.execPath, command(), { stdio: 'inherit' });
process.exitCode = status ?? 1;
