import type { Clock } from '../../core/ports.ts';

/** Waits for the work of an environment for a while; who has waited enough leaves, and the work goes on. */
export interface Patience<Result> {
  /**
   * Begins the work; where what was begun before has not come to its end, waits for that instead. Undefined where
   * it takes longer than `forMs` (undefined: however long it takes): its result is for whoever asks next.
   */
  wait(name: string, begin: () => Promise<Result>, forMs: number | undefined): Promise<Result | undefined>;
}

/** What took too long the last time is waited for no longer than this: it delays the others once, not always. */
const ONCE_SLOW_MS = 1_000;

export function createPatience<Result>(clock: Clock): Patience<Result> {
  const underWay = new Map<string, Promise<Result>>();
  const slow = new Set<string>();

  function start(name: string, begin: () => Promise<Result>): Promise<Result> {
    const work = begin();
    underWay.set(name, work);
    // Should it fail while nobody waits, whoever asks next is told.
    work.catch(() => undefined);
    return work;
  }

  return {
    async wait(name, begin, forMs) {
      const former = underWay.get(name);
      const work = former ?? start(name, begin);
      const waited = new AbortController();
      const patienceMs = forMs !== undefined && slow.has(name) ? Math.min(forMs, ONCE_SLOW_MS) : forMs;
      try {
        const result = await Promise.race([work, expiry(clock, patienceMs, waited.signal)]);
        if (result === undefined) slow.add(name);
        else {
          underWay.delete(name);
          if (former === undefined) slow.delete(name);
        }
        return result;
      } catch (thrown) {
        underWay.delete(name);
        throw thrown;
      } finally {
        // Without a reason it would make a DOMException with a stack.
        waited.abort('waited');
      }
    },
  };
}

async function expiry(clock: Clock, ms: number | undefined, signal: AbortSignal): Promise<undefined> {
  if (ms === undefined) return new Promise(() => undefined);
  await clock.sleep(ms, signal);
}
