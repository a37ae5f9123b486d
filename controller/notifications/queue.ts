import { fullJitterMs } from '../core/backoff.ts';
import type { Clock, Log, Random } from '../core/ports.ts';
import type { Notice } from './notice.ts';
import type { Sent } from './send.ts';

/** What one receiver is still to be told, in order; nobody waits for it. */
export interface Queue {
  push(notices: readonly Notice[]): void;
  state(): QueueState;
  /** One more attempt for what is left, for some seconds at most; what is left then is undelivered. */
  close(): Promise<void>;
}

export interface QueueState {
  readonly queued: number;
  /** Messages that were given up since the start. */
  readonly undelivered: number;
  /** Of the last attempt; absent once one succeeds. */
  readonly lastError?: string;
  /** ISO 8601. */
  readonly lastDeliveredAt?: string;
}

export interface QueueOptions {
  /** Of the receiver. */
  readonly name: string;
  /** One attempt; never rejects. */
  readonly send: (notice: Notice, signal: AbortSignal) => Promise<Sent>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** A message has come to its end. */
  readonly onEnd?: (result: 'delivered' | 'failed') => void;
  readonly onChange?: (queued: number) => void;
}

/** Beyond so many, the oldest go but for the one under way: time has overtaken them. */
const MOST_QUEUED = 200;
const ATTEMPT_MS = 10_000;
const GROWTH = { baseMs: 1_000, ceilingMs: 300_000 };
/** A message that is older is no news any more. */
const MOST_AGE_MS = 3_600_000;
/** After SIGTERM the whole program has ten seconds. */
const CLOSE_MS = 3_000;

interface Item {
  readonly notice: Notice;
  /** On the Clock's monotonic scale. */
  readonly since: number;
}

/** Delivers one message after the other: a failed one is tried again with growing pauses, and those behind it wait, so that order is kept. */
export function createQueue(options: QueueOptions): Queue {
  const { name, send, clock, random, log, onEnd, onChange } = options;
  const items: Item[] = [];
  const closing = new AbortController();
  const ended = new AbortController();
  let undelivered = 0;
  let lastError: string | undefined;
  let lastDeliveredAt: string | undefined;
  let working: Promise<void> | undefined;

  function remove(item: Item, result: 'delivered' | 'failed'): void {
    items.splice(items.indexOf(item), 1);
    if (result === 'failed') undelivered += 1;
    onEnd?.(result);
    onChange?.(items.length);
  }

  function told({ notice }: Item) {
    const { id, type, subject, severity, title } = notice;
    return { receiver: name, id, type, subject, severity, title };
  }

  function giveUp(item: Item, error: string): void {
    const message = `cannot notify ${name}, and gives this notification up: ${error}`;
    log.warn({ ...told(item), message, error, retry: false }, 'failed');
    remove(item, 'failed');
  }

  /** The message at the head of the queue, to its end. */
  async function deliver(item: Item): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const sent = await within(ATTEMPT_MS, (signal) => send(item.notice, signal));
      if (sent.type === 'delivered') {
        lastError = undefined;
        lastDeliveredAt = new Date(clock.now()).toISOString();
        log.info(told(item), 'notified');
        return remove(item, 'delivered');
      }
      lastError = sent.error;
      // Who closes the queue gives up what is left.
      if (ended.signal.aborted) return;
      const isLast = closing.signal.aborted || clock.monotonic() - item.since >= MOST_AGE_MS;
      if (sent.type === 'refused' || isLast) return giveUp(item, sent.error);
      // Each failed attempt of an hour would be too many lines.
      if (attempt === 1) {
        const message = `cannot notify ${name}, and tries again: ${sent.error}`;
        log.warn({ ...told(item), message, error: sent.error, retry: true }, 'failed');
      }
      const afterMs = sent.type === 'failed' ? (sent.afterMs ?? 0) : 0;
      const pauseMs = Math.max(afterMs, fullJitterMs(attempt, GROWTH, random));
      await clock.sleep(Math.min(pauseMs, MOST_AGE_MS), closing.signal);
    }
  }

  async function within(ms: number, attempt: (signal: AbortSignal) => Promise<Sent>): Promise<Sent> {
    const deadline = new AbortController();
    const answered = new AbortController();
    const onEnded = (): void => deadline.abort();
    ended.signal.addEventListener('abort', onEnded, { once: true });
    const late = clock.sleep(ms, answered.signal).then((): Sent => {
      deadline.abort();
      return { type: 'failed', error: `no answer within ${ms / 1000} s` };
    });
    try {
      return await Promise.race([attempt(deadline.signal), late]);
    } finally {
      answered.abort();
      ended.signal.removeEventListener('abort', onEnded);
    }
  }

  async function work(): Promise<void> {
    for (let item = items[0]; item !== undefined && !ended.signal.aborted; item = items[0]) {
      await deliver(item);
    }
    working = undefined;
  }

  return {
    push(notices) {
      for (const notice of notices) {
        items.push({ notice, since: clock.monotonic() });
        const oldest = items.length > MOST_QUEUED ? items[1] : undefined;
        if (oldest !== undefined) giveUp(oldest, `more than ${MOST_QUEUED} messages wait`);
      }
      onChange?.(items.length);
      if (items.length > 0) working ??= work();
    },
    state: () => ({
      queued: items.length,
      undelivered,
      ...(lastError === undefined ? {} : { lastError }),
      ...(lastDeliveredAt === undefined ? {} : { lastDeliveredAt }),
    }),
    async close() {
      closing.abort();
      if (working !== undefined) {
        const all = new AbortController();
        await Promise.race([working.finally(() => all.abort()), clock.sleep(CLOSE_MS, all.signal)]);
      }
      ended.abort();
      for (let item = items[0]; item !== undefined; item = items[0]) giveUp(item, 'the controller ended');
    },
  };
}
