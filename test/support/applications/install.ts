import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { APPLICATIONS_FOLDER } from '../manifests/examples.ts';
import { runCommand } from '../programs/command.ts';
import type { Ended } from '../programs/command.ts';

/** What the example applications need, installed into a folder of git's own leaving, once for what they pin. */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MOST_MS = 600_000;

/** Where an application's packages are, or why this machine has none. */
export type Installed = { readonly folder: string } | { readonly lack: string };

declare module 'vitest' {
  interface ProvidedContext {
    django: Installed;
    express: Installed;
    opentelemetry: Installed;
  }
}

/** Before all test files, so that no two of them install. */
export default async function setup({ provide }: TestProject): Promise<void> {
  provide('django', await installed('python', ['django/requirements.txt', 'resolver/requirements.txt'], pip));
  provide('express', await installed('node', ['express/package.json', 'express/package-lock.json'], npm));
  provide(
    'opentelemetry',
    await installed('opentelemetry', ['opentelemetry/requirements.txt', 'resolver/requirements.txt'], pip),
  );
}

type Install = (folder: string, pins: readonly string[]) => Promise<string | undefined>;

async function installed(name: string, files: readonly string[], install: Install): Promise<Installed> {
  const pins = files.map((file) => join(APPLICATIONS_FOLDER, file));
  const hash = createHash('sha256');
  for (const file of pins) hash.update(readFileSync(file));
  const folder = join(ROOT, '.applications', `${name}-${hash.digest('hex').slice(0, 16)}`);
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

/** Undefined where there is no such program. */
async function tried(program: string, args: readonly string[], cwd: string): Promise<Ended | undefined> {
  return runCommand(program, args, { env: process.env, cwd, timeoutMs: MOST_MS }).catch((error: unknown) => {
    if (String(error).includes('ENOENT')) return undefined;
    throw error;
  });
}

const NO_WAY =
  /NewConnectionError|ConnectTimeout|ReadTimeout|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/;

/** A registry that is not reached is no fault of ours; a pin that it does not have is. */
function unreachable(installer: string, ended: Ended | undefined): string | undefined {
  if (ended === undefined) return `${installer} is not on this machine`;
  if (ended.code === 0) return undefined;
  const said = `${ended.stdout}${ended.stderr}`;
  if (NO_WAY.test(said)) return `${installer} does not reach its registry from this machine`;
  throw new Error(`${installer} does not install what the example applications pin:\n${said}`);
}
