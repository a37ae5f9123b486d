import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'boolean', default: false },
  },
});

for (const [name, value] of Object.entries({ minutes: values.minutes, seed: values.seed })) {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`--${name} must be a number, and is "${value}"`);
}

/** Generated worlds, seed after seed; exit code 1 where an invariant does not hold in one. */
const { status } = spawnSync(process.execPath, [VITEST, 'run', '--config', 'vitest.soak.config.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SOAK_MINUTES: values.minutes,
    SOAK_SEED: values.seed,
    SOAK_CRASHES: String(values.crashes),
  },
});
process.exitCode = status ?? 1;
