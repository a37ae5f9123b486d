import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../programs/ports.ts';

export interface MotoServer {
  readonly url: string;
  stop(): void;
}

/** A busy machine starts it slowly. */
const MOST_MS = 180_000;

const VENV = join(import.meta.dirname, '..', '..', '..', '..', '.venv-moto');

/** A fresh moto_server of its own on a free port: from PATH, else installed into a virtual environment here. */
export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const child = spawn(motoCommand(), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(url, child);
  return { url, stop: () => child.kill('SIGKILL') };
}

function motoCommand(): string {
  if (spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0) return 'moto_server';
  const installed = join(VENV, 'bin', 'moto_server');
  if (!existsSync(installed)) {
    run('python3', ['-m', 'venv', VENV]);
    run(join(VENV, 'bin', 'pip'), ['install', '--quiet', 'moto[server]']);
  }
  return installed;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + MOST_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    const answered = await fetch(`${url}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  child.kill('SIGKILL');
  throw new Error(`moto_server did not answer within ${MOST_MS / 1000} s`);
}
