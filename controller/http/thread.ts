import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StationkeeperError } from '../core/errors.ts';
import type { Approval } from '../core/rollout/course.ts';
import type { ApprovalVerdict } from '../plan/rollout/approval.ts';
import type { LoopBeat } from '../core/loop-health.ts';
import type {
  Confirmation,
  FirstPublished,
  FromHttp,
  HttpSetup,
  HttpWorkerData,
  ToHttp,
} from './protocol.ts';
import type { Published } from './published.ts';

/** The HTTP API in a thread of its own: a pass may compute for a second, and a probe is yet answered at once. */
export interface HttpThread {
  /** Where it listens. */
  readonly url: string;
  /** From now on this is served. Its bodies are handed over, and are empty here afterwards. */
  publish(published: Published): void;
  beat(beat: LoopBeat): void;
  /** Refuses new connections, ends the answers under way, and then the thread. */
  close(): Promise<void>;
}

/** What the HTTP thread may ask for. */
export interface HttpListener {
  requestReconcile(reason: string, how: { readonly again: boolean }): void;
  confirmPlan(hash: string): Confirmation;
  approveStage(approval: Approval): ApprovalVerdict;
  /** The thread ended by itself, which only a defect or a want of memory makes it do. */
  onLost(error: Error): void;
}

/** Built code alone: Node runs the worker, not a test runner. */
const WORKER = new URL('../http-worker.js', import.meta.url);
/** An answer takes at most 8 s (the server's limits), and the process is given 9 s to end. */
const CLOSE_MS = 8500;

/** @throws StationkeeperError `CannotListen` */
export async function startHttpThread(
  setup: HttpSetup,
  first: FirstPublished,
  listener: HttpListener,
): Promise<HttpThread> {
  const workerData: HttpWorkerData = { setup, first };
  const worker = new Worker(WORKER, { workerData, transferList: buffersOf(first.published) });
  const tell = (message: ToHttp, handOver: ArrayBuffer[] = []): void => worker.postMessage(message, handOver);
  const url = await listening(worker, setup);
  let isClosing = false;
  worker.on('message', (message: FromHttp) => {
    if (message.type === 'reconcile') listener.requestReconcile(message.reason, message);
    if (message.type === 'confirm') {
      tell({ type: 'confirmation', id: message.id, result: listener.confirmPlan(message.hash) });
    }
    if (message.type === 'approve') {
      tell({ type: 'approval', id: message.id, result: listener.approveStage(message.approval) });
    }
  });
  worker.on('error', (error) => listener.onLost(error));
  worker.on('exit', (code) => {
    if (!isClosing) listener.onLost(new Error(`the HTTP thread ended with ${code}`));
  });
  return {
    url,
    publish: (published) => tell({ type: 'publish', published }, buffersOf(published)),
    beat: (beat) => tell({ type: 'beat', beat }),
    async close() {
      isClosing = true;
      const ended = once(worker, 'exit');
      tell({ type: 'close' });
      const giveUp = setTimeout(() => void worker.terminate(), CLOSE_MS);
      await ended;
      clearTimeout(giveUp);
    },
  };
}

async function listening(worker: Worker, { listen }: HttpSetup): Promise<string> {
  const [message] = (await once(worker, 'message')) as [FromHttp];
  if (message.type === 'listening') return message.url;
  const code = message.type === 'refused' ? message.code : message.type;
  await worker.terminate();
  throw new StationkeeperError({
    code: 'CannotListen',
    retry: 'never',
    message: `cannot listen on ${listen.host}:${listen.port} (${code}); choose another --listen`,
  });
}

function buffersOf({ status, fleet, definitions, plan, metrics }: Published): ArrayBuffer[] {
  const bodies = definitions.map(({ body }) => body);
  return [status, fleet, ...bodies, metrics.body, ...(plan === undefined ? [] : [plan])].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
}
