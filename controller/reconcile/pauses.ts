import { resourceKey } from '../core/resource.ts';
import type { PassResult } from './pass.ts';

/** What a pause follows from. */
export type Looked = Pick<
  PassResult,
  'lookAgainInMs' | 'leastPauseMs' | 'outcomes' | 'failures' | 'finishedAtMonotonic'
>;

/** How long to wait from one pass to the next. */
export interface Pauses {
  /** Milliseconds after this pass. */
  after(result: Looked): number;
  /** Somebody asks: what is under way is looked at often again. */
  reset(): void;
}

const SHORTEST_MS = 200;
/** Cloud Map and ECS take seconds to minutes: what is under way is noticed at most this late, and costs a pass this seldom. */
const NOTICED_WITHIN_MS = 10_000;
/** Shares of the time that nothing has come of looking. */
const EARLY_SHARE = 1 / 2;
const LATE_SHARE = 1 / 8;

/**
 * The interval while there is nothing to watch. While something is under way, the longer nothing has come of looking the seldomer
 * it is done: soon after a step, every ten seconds within the minutes that AWS takes, and every interval in the end.
 * What failed is tried again when its time has come.
 */
export function createPauses(intervalMs: number): Pauses {
  let newsAt: number | undefined;
  let underWay: ReadonlySet<string> = new Set();

  return {
    after({ lookAgainInMs, leastPauseMs, outcomes, failures, finishedAtMonotonic: now }) {
      const started = new Set(
        outcomes
          .filter(({ result }) => result === 'started')
          .map(({ type, id }) => `${type} ${resourceKey(id)}`),
      );
      const isNews =
        outcomes.some(({ result }) => result === 'done') || [...started].some((key) => !underWay.has(key));
      underWay = started;
      if (lookAgainInMs === undefined) {
        newsAt = undefined;
        return intervalMs;
      }
      if (isNews || newsAt === undefined) newsAt = now;
      const waitedMs = now - newsAt;
      const growingMs = Math.max(Math.min(waitedMs * EARLY_SHARE, NOTICED_WITHIN_MS), waitedMs * LATE_SHARE);
      const retries = [...failures.values()].map(({ nextAttemptAt }) => nextAttemptAt - now);
      const pauseMs = Math.min(Math.max(lookAgainInMs, growingMs), ...retries);
      return Math.min(intervalMs, Math.max(SHORTEST_MS, leastPauseMs, pauseMs));
    },
    reset() {
      newsAt = undefined;
    },
  };
}
