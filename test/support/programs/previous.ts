import { join } from 'node:path';
import { run } from './cli.ts';
import { runCommand } from './command.ts';
import type { Ended } from './command.ts';

/** The version that landed before this one, built by `.ci/previous-build`. */

const SCRIPT = join(import.meta.dirname, '..', '..', '..', '.ci', 'previous-build');
/** The script's word for what cannot be made here, which is no fault of ours. */
const UNAVAILABLE = 69;
const MOST_BUILDING_MS = 600_000;

const { code, stdout, stderr } = await runCommand(SCRIPT, [], {
  env: process.env,
  timeoutMs: MOST_BUILDING_MS,
});
if (code !== 0 && code !== UNAVAILABLE) throw new Error(stderr.trim());
const folder = stdout.trim().split('\n').at(-1) ?? '';

/** Why it cannot be run here; undefined where it can. */
export const LACK_OF_PREVIOUS = code === 0 ? undefined : stderr.trim().split('\n').at(-1);

/** The examples that it came with. */
export const PREVIOUS_MANIFESTS = join(folder, 'manifests');

/** Runs the previous version's `stationkeeper …args` to its end. */
export function runPrevious(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return run(args, env, join(folder, 'dist', 'controller', 'main.js'));
}
