import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A virtual environment of Python with what the files of requirements name; made once, and anew where they change. Answers its `python`.
 *
 * @param folder Where it stands, and is left.
 * @param requirements Paths of `requirements.txt` files.
 * @throws {Error} With the last lines of what went wrong: no Python, no `venv`, no package index.
 */
export function virtualEnvironment(folder: string, requirements: readonly string[]): string {
  const python = join(folder, 'bin', 'python');
  const wanted = createHash('sha256')
    .update(requirements.map((file) => readFileSync(file, 'utf8')).join('\n'))
    .digest('hex');
  // It is written last: an environment without it was never finished.
  const mark = join(folder, '.requirements');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder]);
  const files = requirements.flatMap((file) => ['--requirement', file]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...files]);
  writeFileSync(mark, wanted);
  return python;
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split('\n').slice(-5).join('\n');
  throw new Error(`${program} ${args.join(' ')} failed: ${why}`);
}
