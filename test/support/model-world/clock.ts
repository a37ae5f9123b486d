import type { Clock } from '../../../controller/core/ports.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
  isAwake: boolean;
}

/** Virtual time that costs next to nothing: no timer and no turn of the event loop, so that a world passes in microtasks. */
export interface ModelClock extends Clock {
  /** AWS's time, which this host's may differ from. */
  awsNow(): number;
  /** Moves this host's wall clock, and nothing else. */
  step(ms: number): void;
  /** Wakes who sleeps until then, in order; code between two sleeps runs to its next wait. */
  advanceTo(monotonic: number): Promise<void>;
}

const EPOCH = Date.UTC(2026, 10, 22, 9, 0, 0);

export function createModelClock(): ModelClock {
  /** Who wakes next stands last. */
  const sleepers: Sleeper[] = [];
  let now = 0;
  let offset = 0;

  function put(sleeper: Sleeper): void {
    let index = sleepers.length;
    while (index > 0 && sleepers[index - 1]!.at <= sleeper.at) index -= 1;
    sleepers.splice(index, 0, sleeper);
  }

  return {
    now: () => EPOCH + now + offset,
    awsNow: () => EPOCH + now,
    monotonic: () => now,
    step(ms) {
      offset += ms;
    },
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper: Sleeper = { at: now + Math.max(0, ms), wake, isAwake: false };
        function aborted(): void {
          sleeper.isAwake = true;
          resolve();
        }
        function wake(): void {
          signal?.removeEventListener('abort', aborted);
          resolve();
        }
        put(sleeper);
        signal?.addEventListener('abort', aborted, { once: true });
      });
    },
    async advanceTo(monotonic) {
      for (;;) {
        await quiet();
        while (sleepers.at(-1)?.isAwake === true) sleepers.pop();
        const next = sleepers.at(-1);
        if (next === undefined || next.at > monotonic) break;
        sleepers.pop();
        next.isAwake = true;
        now = Math.max(now, next.at);
        next.wake();
      }
      now = Math.max(now, monotonic);
    },
  };
}

/** Resolves when every promise that can move has moved: Node takes the next tick only once its microtasks have come to an end. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
