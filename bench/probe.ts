import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, parentPort, workerData } from 'node:worker_threads';

export interface Probed {
  /** Milliseconds until `/healthz` answers, the worst of all probes. */
  readonly worstHealthMs: number;
  readonly probes: number;
}

const EVERY_MS = 50;

/** Asks a controller for `/healthz` every 50 ms, in a thread of its own: what this one waits for is not the controller's. */
export function startProbing(urlBase: string): { stop(): Promise<Probed> } {
  const worker = new Worker(new URL(import.meta.url), { workerData: urlBase });
  return {
    async stop() {
      worker.postMessage('stop', []);
      const [probed] = (await once(worker, 'message')) as [Probed];
      return probed;
    },
  };
}

/** Each with a connection of its own, as a probe comes. */
export async function answerOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const request = get(url, { headers, agent: new Agent() });
  const [response] = await once(request, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function probe(urlBase: string, stopped: AbortSignal): Promise<Probed> {
  let worstHealthMs = 0;
  let probes = 0;
  for (; !stopped.aborted; probes += 1) {
    const startedAt = performance.now();
    await answerOf(`${urlBase}/healthz`);
    worstHealthMs = Math.max(worstHealthMs, performance.now() - startedAt);
    await sleep(EVERY_MS);
  }
  return { worstHealthMs, probes };
}

if (parentPort !== null) {
  const stop = new AbortController();
  parentPort.once('message', () => stop.abort());
  parentPort.postMessage(await probe(String(workerData), stop.signal), []);
}
