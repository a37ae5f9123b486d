import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import type { StatusReport } from '../../../controller/status/schema.ts';
import { follow } from './command.ts';
import type { Ended } from './command.ts';

/** The built program as its users run it: a process with arguments, an environment and an exit code. */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROGRAM = join(ROOT, 'dist', 'controller', 'main.js');
/** The sandbox's stand-in for the X-Ray daemon. */
export const XRAY_DAEMON = join(ROOT, 'dist', 'sandbox', 'xray-daemon', 'main.js');
const scratch = mkdtempSync(join(tmpdir(), 'stationkeeper-cli-'));
const running = new Set<Process>();

function killRunning(): void {
  for (const left of running) left.kill('SIGKILL');
}

// Programs end with the tests, also where these are interrupted.
process.once('exit', killRunning);
afterAll(async () => {
  killRunning();
  await Promise.all([...running].map((process) => process.ended));
  rmSync(scratch, { recursive: true, force: true });
});

/** The shipped examples. */
export const MANIFESTS = join(ROOT, 'manifests');

/** Credentials and region for any AWS that does not look at them. */
export const ANY_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDTEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-east-1',
};

/** A new folder that goes when the test file has ended. */
export function scratchFolder(): string {
  return mkdtempSync(join(scratch, 'folder-'));
}

export interface Process {
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  /** Lines of the JSON log so far. */
  log(): readonly LogLine[];
  kill(signal: NodeJS.Signals): void;
}

export interface LogLine {
  readonly msg: string;
  readonly url?: string;
  readonly dns?: string;
  readonly resource?: string;
  readonly message?: string;
  readonly receiver?: string;
}

type Variables = Readonly<Record<string, string>>;

/** Starts `stationkeeper …args`, knowing nothing of the environment that the tests run in but PATH. */
function start(args: readonly string[], env: Variables = {}, program = PROGRAM): Process {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build first`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: scratch,
      TMPDIR: scratch,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { ended, stdout, stderr } = follow(child);
  const started: Process = {
    ended,
    stdout,
    log: () => logLines(stderr()),
    kill: (signal) => void child.kill(signal),
  };
  running.add(started);
  void ended.finally(() => running.delete(started));
  return started;
}

/** Runs `stationkeeper …args` to its end; `program` is another version's. */
export async function run(args: readonly string[], env: Variables = {}, program = PROGRAM): Promise<Ended> {
  return start(args, env, program).ended;
}

function logLines(written: string): readonly LogLine[] {
  const whole = written.slice(0, written.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

export interface Controller extends Process {
  /** Where its HTTP API answers. */
  readonly url: string;
  /** Where the AWS of `--sandbox` answers. */
  readonly sandboxUrl: string | undefined;
  /** Where the names of `--sandbox` resolve, with `--dns`. */
  readonly dns: string | undefined;
  status(): Promise<StatusReport>;
  /** The first report in which `check` finds nothing wrong. */
  untilStatus(check: (report: StatusReport) => void): Promise<StatusReport>;
}

const PATIENCE = { timeout: 180_000, interval: 50 };

/** Starts `stationkeeper run …args` on free ports and waits until it answers. */
export async function startController(args: readonly string[], env: Variables = {}): Promise<Controller> {
  const sandboxed = args.includes('--sandbox') ? ['--sandbox-listen', '127.0.0.1:0'] : [];
  const process = start(['run', '--listen', '127.0.0.1:0', ...sandboxed, ...args], env);
  const lineOf = (message: string): LogLine | undefined =>
    process.log().find((line) => line.msg.startsWith(message));
  const url = await saying(process, 'where it listens', () => lineOf('started')?.url);
  const sandbox = lineOf('listening');
  const status = async (): Promise<StatusReport> => {
    const response = await fetch(`${url}/status`);
    return (await response.json()) as StatusReport;
  };
  return {
    ...process,
    url,
    sandboxUrl: sandbox?.url,
    dns: sandbox?.dns,
    status,
    untilStatus: (check) =>
      vi.waitFor(async () => {
        const report = await status();
        check(report);
        return report;
      }, PATIENCE),
  };
}

/** Starts `stationkeeper sandbox` on a free port and waits until it answers there. */
export async function startSandbox(
  args: readonly string[] = [],
): Promise<Process & { readonly url: string }> {
  const process = start(['sandbox', '--listen', '127.0.0.1:0', ...args]);
  const url = await saying(process, 'a URL', () => /AWS_ENDPOINT_URL=(\S+)/.exec(process.stdout())?.[1]);
  return { ...process, url };
}

/** Starts the sandbox's stand-in for the X-Ray daemon, whose `ready` resolves with what it says when it listens. */
export function startXRayDaemon(
  args: readonly string[],
): Process & { readonly ready: () => Promise<string> } {
  const process = start(args, ANY_CREDENTIALS, XRAY_DAEMON);
  const said = (): string | undefined => /^.*\n/.exec(process.stdout())?.[0];
  return { ...process, ready: () => saying(process, 'where it listens', said) };
}

/** What a process says at last; rejects where it ends before. */
async function saying(process: Process, what: string, find: () => string | undefined): Promise<string> {
  const early = process.ended.then(({ code, stderr }) => {
    throw new Error(`it ended with ${code} before it said ${what}:\n${stderr}`);
  });
  const said = vi.waitFor(() => {
    const found = find();
    if (found === undefined) throw new Error(`it has not said ${what} yet`);
    return found;
  }, PATIENCE);
  return Promise.race([said, early]);
}
