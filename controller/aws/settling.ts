import type { Clock } from '../core/ports.ts';

/** AWS refuses at first what refers to something that it has just been given; after a while such a refusal is meant. */
export interface Settling {
  /** Whether the refusal of `what` may still end by itself: the first of them is not longer ago than AWS takes. */
  mayEnd(what: string): boolean;
  /** It was not refused any more. */
  ended(what: string): void;
}

/** Whoever was not refused for so long begins anew: what is refused then is another story. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** `longestMs`: how long AWS takes at most until everything of it knows what is new. */
export function createSettling(clock: Clock, longestMs: number): Settling {
  const refusals = new Map<string, { readonly first: number; last: number }>();
  return {
    mayEnd(what) {
      const now = clock.monotonic();
      for (const [other, { last }] of refusals) {
        if (now - last > FORGOTTEN_AFTER_MS) refusals.delete(other);
      }
      const refusal = refusals.get(what) ?? { first: now, last: now };
      refusal.last = now;
      refusals.set(what, refusal);
      return now - refusal.first <= longestMs;
    },
    ended(what) {
      refusals.delete(what);
    },
  };
}
