import type { Clock, Log, Random } from '../core/ports.ts';
import type { Course } from '../core/rollout/course.ts';
import type { FreshTransition } from '../status/history.ts';
import type { StatusReport } from '../status/schema.ts';
import type { Receiver, Target } from './config.ts';
import { NOTHING_UNDER_WAY, withReport } from './happenings.ts';
import { problemsOf } from './problems.ts';
import { createQueue } from './queue.ts';
import type { QueueState } from './queue.ts';
import { NO_MEMORY, newsFor } from './receiver-news.ts';
import { send } from './send.ts';
import type { Ways } from './send.ts';

/** Tells receivers what changes from one report to the next. */
export interface Notifier {
  /** Decides at once what is to be told, and returns: nobody waits for deliveries. */
  record(report: StatusReport, fresh?: readonly FreshTransition[], courses?: readonly Course[]): void;
  state(): readonly ReceiverState[];
  /** Ends within seconds; what is not delivered then is given up. */
  close(): Promise<void>;
}

export interface ReceiverState extends QueueState {
  readonly receiver: string;
  readonly type: Target['type'];
}

export interface NotifierOptions {
  readonly receivers: readonly Receiver[];
  readonly ways: Ways;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How a message of a receiver ended, for metrics; absent `result`: only the length of its queue is new. */
  readonly onNotification?: (change: {
    readonly receiver: string;
    readonly result?: 'delivered' | 'failed';
    readonly queued: number;
  }) => void;
}

/** For how long what is seen first may have been there before, at most. */
const START_MS = 600_000;

export function createNotifier(options: NotifierOptions): Notifier {
  const { clock, random, log, ways, onNotification } = options;
  const receivers = options.receivers.map((rules) => {
    const { name, target } = rules;
    onNotification?.({ receiver: name, queued: 0 });
    const queue = createQueue({
      name,
      clock,
      random,
      log,
      send: (notice, signal) => send(target, notice, ways, signal),
      onEnd: (result) => onNotification?.({ receiver: name, result, queued: queue.state().queued }),
      onChange: (queued) => onNotification?.({ receiver: name, queued }),
    });
    return { rules, queue, memory: NO_MEMORY };
  });
  let underWay = NOTHING_UNDER_WAY;
  let startedAt: number | undefined;
  let isStart = true;

  function record(report: StatusReport, fresh: readonly FreshTransition[], courses: readonly Course[]): void {
    const now = Date.parse(report.pass.finishedAt ?? '') || clock.now();
    startedAt ??= now;
    isStart &&= now - startedAt < START_MS;
    const after = withReport(underWay, { report, fresh, courses });
    ({ underWay } = after);
    const news = {
      problems: problemsOf(report, courses),
      happenings: after.happenings,
      source: report.source,
      now,
      isStart,
    };
    for (const receiver of receivers) {
      const { memory, notices } = newsFor(receiver.rules, receiver.memory, news);
      receiver.memory = memory;
      receiver.queue.push(notices);
    }
    // What is seen from now on is new, where all has been seen once.
    if (isWhole(report)) isStart = false;
  }

  return {
    record(report, fresh = [], courses = []) {
      try {
        record(report, fresh, courses);
      } catch (thrown) {
        // A defect here must not end a pass.
        log.error({ err: thrown, message: 'cannot decide which receivers to notify' }, 'failed');
      }
    },
    state: () =>
      receivers.map(({ rules: { name, target }, queue }) => ({
        receiver: name,
        type: target.type,
        ...queue.state(),
      })),
    async close() {
      await Promise.all(receivers.map(({ queue }) => queue.close()));
    },
  };
}

/** Whether the source was read, and every object looked at. */
function isWhole({ source, objects }: StatusReport): boolean {
  const isRead = source.revision !== undefined && source.errors.every(({ file }) => file !== '');
  return (
    isRead &&
    objects.every(({ health, conditions }) => health === 'Suspended' || conditions[0]?.status !== 'Unknown')
  );
}
