import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the example applications need, installed into a folder of git's own leaving, once for what they pin. */

const MOST_MS = 600_000;

/** Where packages are, or why this machine has none. */
export type Installed = { readonly folder: string } | { readonly lack: string };

/**
 * A virtual environment of Python. Rejects where pip does not find what is pinned.
 *
 * @param root Of the checkout.
 * @param files Of `examples/applications`: `django/requirements.txt`.
 */
export function pythonPackages(root: string, name: string, files: readonly string[]): Promise<Installed> {
  return installed(root, name, files, pip);
}

/** A `node_modules`. Rejects where npm does not find what is pinned. `files`: package.json and package-lock.json. */
export function nodePackages(root: string, name: string, files: readonly string[]): Promise<Installed> {
  return installed(root, name, files, npm);
}

type Install = (folder: string, pins: readonly string[]) => Promise<string | undefined>;

async function installed(
  root: string,
  name: string,
  files: readonly string[],
  install: Install,
): Promise<Installed> {
  const pins = files.map((file) => join(root, 'examples', 'applications', file));
  const hash = createHash('sha256');
  for (const file of pins) hash.update(readFileSync(file));
  const folder = join(root, '.applications', `${name}-${hash.digest('hex').slice(0, 16)}`);
  const whole = join(folder, 'installed');
  if (existsSync(whole)) return { folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lack = await install(folder, pins);
  if (lack !== undefined) return { lack };
  writeFileSync(whole, '');
  return { folder };
}

async function pip(folder: string, pins: readonly string[]): Promise<string | undefined> {
  const isNew = 'import sys; sys.exit(sys.version_info < (3, 10))';
  const version = await tried('python3', ['-c', isNew], folder);
  if (version?.code !== 0) return 'python3 is not on this machine, or older than the 3.10 that Django needs';
  const venv = await tried('python3', ['-m', 'venv', folder], folder);
  if (venv?.code !== 0) return 'python3 makes no virtual environment on this machine';
  const requirements = pins.flatMap((file) => ['-r', file]);
  const ended = await tried(
    join(folder, 'bin', 'python'),
    ['-m', 'pip', 'install', '--quiet', ...requirements],
    folder,
  );
  return unreachable('pip', ended);
}

async function npm(folder: string, pins: readonly string[]): Promise<string | undefined> {
  for (const file of pins) copyFileSync(file, join(folder, file.slice(file.lastIndexOf('/') + 1)));
  return unreachable('npm', await tried('npm', ['ci', '--no-audit', '--no-fund'], folder));
}

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Undefined where there is no such program. Rejects where it does not end within ten minutes. */
function tried(program: string, args: readonly string[], cwd: string): Promise<Ended | undefined> {
  return new Promise((done, failed) => {
    execFile(program, args, { cwd, timeout: MOST_MS, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`;
      if (error === null) return done({ code: 0, said });
      if (error.code === 'ENOENT') return done(undefined);
      if (typeof error.code === 'number') return done({ code: error.code, said });
      failed(error);
    });
  });
}

const NO_WAY =
  /NewConnectionError|ConnectTimeout|ReadTimeout|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/;

/** A registry that is not reached is no fault of ours; a pin that it does not have is. */
function unreachable(installer: string, ended: Ended | undefined): string | undefined {
  if (ended === undefined) return `${installer} is not on this machine`;
  if (ended.code === 0) return undefined;
  if (NO_WAY.test(ended.said)) return `${installer} does not reach its registry from this machine`;
  throw new Error(`${installer} does not install what the example applications pin:\n${ended.said}`);
}
