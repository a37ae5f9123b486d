import { execFile } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

interface Options {
  /** All of it; a variable set to undefined is left out. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** How a program ended, and what it printed. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT = 32 * 1024 * 1024;

/** Runs a program of this machine to its end; rejects, with what it said, where it is still running after `timeoutMs`. */
export function runCommand(program: string, args: readonly string[], options: Options): Promise<Ended> {
  const { timeoutMs = 180_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { ...rest, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
        const why = error.killed ? `was still running after ${timeoutMs} ms` : `failed: ${error.message}`;
        reject(new Error(`${program} ${args.join(' ')} ${why}\n${stdout}\n${stderr}`));
      },
    );
  });
}

/** Whether a program is on this machine and does this without complaint. */
export function canRun(program: string, ...args: readonly string[]): Promise<boolean> {
  return runCommand(program, args, { env: process.env }).then(
    ({ code }) => code === 0,
    () => false,
  );
}

export interface Followed {
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Keeps what a process prints, until its end. */
export function follow(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Followed {
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    written.err += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('close', (code) => resolve({ code, stdout: written.out, stderr: written.err }));
    child.once('error', reject);
  });
  return { ended, stdout: () => written.out, stderr: () => written.err };
}
