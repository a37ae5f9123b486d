import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

/** Model worlds: toy kinds in the place of AWS's, and a plain program in the place of vitest. */
const MODEL_WORLDS = join(import.meta.dirname, '..', 'test', 'soak', 'model-worlds.js');

const { values } = parseArgs({
  options: {
    tier: { type: 'string', default: 'real' },
    worlds: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'boolean', default: false },
  },
});

const { minutes, seed, worlds } = values;
for (const [name, value] of Object.entries({ minutes, seed, worlds })) {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`--${name} must be a number, and is "${value}"`);
}

if (values.tier !== 'real' && values.tier !== 'model') {
  throw new Error(`--tier must be real or model, and is "${values.tier}"`);
}

const COMMANDS = {
  real: [VITEST, 'run', '--config', 'vitest.soak.config.ts'],
  model: [MODEL_WORLDS, seed, worlds, values.only],
} as const;

/** Generated worlds, seed after seed; exit code 1 where an invariant does not hold in one. */
const { status } = spawnSync(process.execPath, COMMANDS[values.tier], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SOAK_MINUTES: minutes,
    SOAK_SEED: seed,
    SOAK_CRASHES: String(values.crashes),
  },
});
process.exitCode = status ?? 1;
