import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { secretFrom } from './cli/secret.ts';
import { loopHealth } from './core/loop-health.ts';
import type { Confirmation, FromHttp, HttpWorkerData, ToHttp } from './http/protocol.ts';
import { buildServer } from './http/server.ts';
import { createLogger } from './logger.ts';

// The HTTP thread: it serves what it was given last, and asks the thread of the loop for what it cannot do itself.

const { setup, first } = workerData as HttpWorkerData;
const port = parentPort!;

let { published } = first;
let lastBeat = first.beat;
let lastBeatAt = performance.now();
let asked = 0;
const confirmations = new Map<number, (result: Confirmation) => void>();
const approvals = new Map<
  number,
  (result: Extract<ToHttp, { readonly type: 'approval' }>['result']) => void
>();

const tell = (message: FromHttp): void => port.postMessage(message);

const token = await secretFrom(setup.token, process.env);
const webhookSecret = await secretFrom(setup.webhookSecret, process.env);
const logger = await createLogger(setup.log);
const server = buildServer({
  version: setup.version,
  published: () => published,
  requestReconcile: (reason, { again }) => tell({ type: 'reconcile', reason, again }),
  confirmPlan(hash) {
    asked += 1;
    const id = asked;
    return new Promise((resolve) => {
      confirmations.set(id, resolve);
      tell({ type: 'confirm', id, hash });
    });
  },
  approveStage(approval) {
    asked += 1;
    const id = asked;
    return new Promise((resolve) => {
      approvals.set(id, resolve);
      tell({ type: 'approve', id, approval });
    });
  },
  health: () => loopHealth({ ...lastBeat, silenceMs: lastBeat.silenceMs + performance.now() - lastBeatAt }),
  logger,
  ...(token === undefined ? {} : { token }),
  ...(webhookSecret === undefined ? {} : { webhookSecret }),
  ...(setup.branch === undefined ? {} : { branch: setup.branch }),
  ...(setup.allowedHosts === undefined ? {} : { allowedHosts: setup.allowedHosts }),
});

async function hear(message: ToHttp): Promise<void> {
  switch (message.type) {
    case 'publish':
      ({ published } = message);
      return;
    case 'beat':
      lastBeat = message.beat;
      lastBeatAt = performance.now();
      return;
    case 'confirmation':
      confirmations.get(message.id)?.(message.result);
      confirmations.delete(message.id);
      return;
    case 'approval':
      approvals.get(message.id)?.(message.result);
      approvals.delete(message.id);
      return;
    case 'close':
      await server.close();
      port.close();
  }
}
port.on('message', (message: ToHttp) => void hear(message));

try {
  // The web server tells in words of its own where it listens, which the controller's `started` says.
  const { level } = server.log;
  server.log.level = 'warn';
  tell({ type: 'listening', url: await server.listen(setup.listen) });
  server.log.level = level;
} catch (thrown) {
  const { code } = thrown as { readonly code?: unknown };
  tell({ type: 'refused', code: String(code) });
}
