import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

/** Plain programs in the place of vitest. */
const PROGRAMS = join(import.meta.dirname, '..', 'test', 'soak');

const { values } = parseArgs({
  options: {
    tier: { type: 'string', default: 'real' },
    mutants: { type: 'string', default: '0' },
    worlds: { type: 'string' },
    'real-worlds': { type: 'string', default: '50' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'boolean', default: false },
  },
});

const { minutes, seed, mutants, 'real-worlds': realWorlds } = values;
const worlds = values.worlds ?? (Number(mutants) > 0 ? '2000' : '10000');
for (const [name, value] of Object.entries({ minutes, seed, mutants, worlds, 'real-worlds': realWorlds })) {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`--${name} must be a number, and is "${value}"`);
}

if (values.tier !== 'real' && values.tier !== 'model') {
  throw new Error(`--tier must be real or model, and is "${values.tier}"`);
}

const COMMANDS = {
  real: [VITEST, 'run', '--config', 'vitest.soak.config.ts'],
  // Toy kinds in the place of AWS's.
  model: [join(PROGRAMS, 'model-worlds.js'), seed, worlds, values.only],
  // Errors in the controller's own code, which worlds of both tiers have to notice.
  mutants: [join(PROGRAMS, 'mutants.js'), seed, mutants, worlds, realWorlds, values.only],
} as const;

/** Generated worlds, seed after seed; exit code 1 where an invariant does not hold in one, or too few mutants are noticed. */
const { status } = spawnSync(process.execPath, COMMANDS[Number(mutants) > 0 ? 'mutants' : values.tier], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SOAK_MINUTES: minutes,
    SOAK_SEED: seed,
    SOAK_CRASHES: String(values.crashes),
  },
});
process.exitCode = status ?? 1;
