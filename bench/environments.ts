import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveSandbox } from '../sandbox/http/server.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { OBJECTS_OF_ENVIRONMENT, fleetInEnvironments } from './fleet.ts';
import { answerOf, startProbing } from './probe.ts';
import type { Probed } from './probe.ts';

/** What the program itself takes, with the SDK's clients and without an AWS in its process. */
export interface ManyEnvironments extends Probed {
  /** From the start until every object is ready. */
  readonly convergedAfterMs: number;
  /** What was resident at most, and after some passes with nothing to do. */
  readonly peakMemoryMb: number;
  readonly idleMemoryMb: number;
}

interface PassSeen {
  readonly pass: { readonly number: number };
  readonly summary: { readonly total: number; readonly ready: number };
}

const MAIN = join(import.meta.dirname, '..', 'controller', 'main.js');
const PORT = 18082;
const URL_BASE = `http://127.0.0.1:${PORT}`;
const LONGEST_CONVERGENCE_MS = 600_000;
const IDLE_PASSES = 4;
/** AWS's own time counts in virtual time alone. */
const SPEED = 20;
/** As the image starts it, and with the heap that Node takes in a container of 384 MiB: half of that. */
const NODE_OPTIONS = ['--max-old-space-size=192', '--v8-pool-size=1'];

/**
 * A controller of many Environments whose roles it assumes, over HTTP to an AWS in this process: until all of it is ready, and some passes with
 * nothing to do, while somebody probes it.
 */
export async function measureManyEnvironments(environments: number): Promise<ManyEnvironments> {
  const sandbox = createSandbox({ clock: systemClock, quotas: 'off', speed: SPEED });
  const aws = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-bench-'));
  for (const { file, text } of fleetInEnvironments(environments).files) {
    writeFileSync(join(folder, file), text);
  }
  const args = [MAIN, 'run', folder, '--endpoint-url', aws.url, '--interval', '20s'];
  const listen = ['--listen', `127.0.0.1:${PORT}`, '--log-level', 'error'];
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'AKIDBENCH', AWS_SECRET_ACCESS_KEY: 'bench' };
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...args, ...listen], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the controller ended with ${String(code)}`);
  });
  died.catch(() => undefined);
  const startedAt = performance.now();
  try {
    // An Environment is an object, too.
    const total = environments * (OBJECTS_OF_ENVIRONMENT + 1);
    await Promise.race([died, until(() => answerOf(`${URL_BASE}/healthz`).then(() => true))]);
    const probing = startProbing(URL_BASE);
    await Promise.race([
      died,
      until(async () => {
        const { summary } = await seen();
        return summary.total === total && summary.ready === total;
      }),
    ]);
    const convergedAfterMs = performance.now() - startedAt;
    await passes(IDLE_PASSES);
    const memory = memoryOf(child.pid ?? 0);
    return { ...(await probing.stop()), convergedAfterMs, ...memory };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
    await aws.close();
  }
}

const systemClock = { now: () => Date.now(), sleep: (ms: number) => sleep(ms) };

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_CONVERGENCE_MS;
  while (performance.now() < end) {
    if (await isSo().catch(() => false)) return;
    await sleep(1000);
  }
  throw new Error(`not so within ${LONGEST_CONVERGENCE_MS} ms`);
}

async function seen(): Promise<PassSeen> {
  return JSON.parse(String(await answerOf(`${URL_BASE}/status?limit=1`))) as PassSeen;
}

/** Waits for so many passes to end. */
async function passes(count: number): Promise<void> {
  const { number } = (await seen()).pass;
  await until(async () => (await seen()).pass.number >= number + count);
}

/** As Linux tells it of a process. */
function memoryOf(pid: number): Pick<ManyEnvironments, 'peakMemoryMb' | 'idleMemoryMb'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const ofKilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { peakMemoryMb: ofKilobytes('VmHWM'), idleMemoryMb: ofKilobytes('VmRSS') };
}
