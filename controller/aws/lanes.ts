import type { Clock } from '../core/ports.ts';

/** Lets calls go out to AWS a number at a time, whichever Environments they are of. */
export interface Lanes {
  /** Resolves when the call may go out; gives what is called once it is answered. */
  enter(): Promise<() => void>;
}

/** More would be answered no sooner by one process, and each would be given less of its deadline. */
const CALLS_AT_ONCE = 128;
/** What is not answered by then takes nobody's place any more: an account, or a Region, that hangs holds up no other. */
const SLOW_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 250;

export function createLanes(clock: Clock): Lanes {
  /** Since when calls are out, the oldest first. */
  const out = new Map<object, number>();
  const waiting: (() => void)[] = [];
  let isWatched = false;

  function go(): () => void {
    const call = {};
    out.set(call, clock.monotonic());
    return () => {
      if (out.delete(call)) letOut();
    };
  }

  function letOut(): void {
    while (out.size < CALLS_AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  async function watch(): Promise<void> {
    if (isWatched) return;
    isWatched = true;
    while (waiting.length > 0) {
      await clock.sleep(LOOK_EVERY_MS);
      const slow = clock.monotonic() - SLOW_AFTER_MS;
      for (const [call, since] of out) {
        if (since > slow) break;
        out.delete(call);
      }
      letOut();
    }
    isWatched = false;
  }

  return {
    enter() {
      if (waiting.length === 0 && out.size < CALLS_AT_ONCE) return Promise.resolve(go());
      return new Promise((resolve) => {
        waiting.push(() => resolve(go()));
        void watch();
      });
    },
  };
}
