import { spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fleetOnFargate } from './fleet.ts';
import { answerOf, startProbing } from './probe.ts';
import type { Probed } from './probe.ts';

export interface HttpUnderAbuse extends Probed {
  /** Answers of `GET /status`, read by clients side by side, while all the rest goes on. */
  readonly statusPerSecond: number;
  /** The passes that ended meanwhile. */
  readonly passes: number;
}

const MAIN = join(import.meta.dirname, '..', 'controller', 'main.js');
const PORT = 18081;
const URL_BASE = `http://127.0.0.1:${PORT}`;
const DAEMONS = 1000;
const READERS = 20;
const SILENT = 256;
const LASTS_MS = 20_000;
const LONGEST_START_MS = 60_000;
/** A container of 300 MB, whose program the image starts with one thread for V8. */
const NODE_OPTIONS = ['--max-semi-space-size=8', '--max-old-space-size=240', '--v8-pool-size=1'];

/**
 * A controller with 1,000 daemons whose passes follow each other closely, and clients that read without pause, that say nothing, that
 * send 1,500 requests at once and that never read, while somebody probes it every 50 ms.
 */
export async function measureHttpUnderAbuse(): Promise<HttpUnderAbuse> {
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-bench-'));
  for (const { file, text } of fleetOnFargate(DAEMONS).files) writeFileSync(join(folder, file), text);
  const args = [MAIN, 'run', folder, '--sandbox', '--quotas', 'off', '--interval', '1s'];
  const listen = ['--listen', `127.0.0.1:${PORT}`, '--sandbox-listen', '127.0.0.1:14567'];
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...args, ...listen], { stdio: 'ignore' });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the controller ended with ${String(code)}`);
  });
  died.catch(() => undefined);
  try {
    await Promise.race([died, untilReady()]);
    return await Promise.race([died, abuse()]);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function untilReady(): Promise<void> {
  const until = performance.now() + LONGEST_START_MS;
  while (performance.now() < until) {
    const isReady = await fetch(`${URL_BASE}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(50);
  }
  throw new Error(`not ready within ${LONGEST_START_MS} ms`);
}

async function abuse(): Promise<HttpUnderAbuse> {
  const end = new AbortController();
  const { signal } = end;
  setMaxListeners(0, signal);
  const before = await passNumber();
  let answers = 0;
  const clients = [
    ...Array.from({ length: READERS }, () =>
      repeat(signal, async () => {
        await answerOf(`${URL_BASE}/status`, { 'accept-encoding': 'gzip' });
        answers += 1;
      }),
    ),
    ...Array.from({ length: SILENT }, () => repeat(signal, () => silence(signal))),
    ...Array.from({ length: 2 }, () => repeat(signal, pipeline)),
  ];
  const probing = startProbing(URL_BASE);
  await sleep(LASTS_MS);
  const probed = await probing.stop();
  const statusPerSecond = answers / (LASTS_MS / 1000);
  end.abort();
  await Promise.all(clients);
  return { ...probed, statusPerSecond, passes: (await passNumber()) - before };
}

async function repeat(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) await act().catch(() => sleep(10));
}

/** Says nothing until it is cut off, and comes back a second later. */
async function silence(signal: AbortSignal): Promise<void> {
  const socket = await connected();
  await once(socket, 'close', { signal }).catch(() => socket.destroy());
  await sleep(1000, undefined, { signal });
}

/** Sends 1,500 requests at once, and never reads an answer. */
async function pipeline(): Promise<void> {
  const socket = await connected();
  socket.pause().write('GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(1500));
  await sleep(500);
  socket.destroy();
}

async function connected(): Promise<Socket> {
  const socket = connect(PORT, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function passNumber(): Promise<number> {
  const report = JSON.parse(String(await answerOf(`${URL_BASE}/status`))) as {
    readonly pass: { readonly number: number };
  };
  return report.pass.number;
}
