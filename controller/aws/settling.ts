import type { Clock } from '../core/ports.ts';
import { createRemembered } from '../core/remembered.ts';

/** AWS refuses at first what refers to something that it has just been given; after a while such a refusal is meant. */
export interface Settling {
  /** Whether the refusal of `what` may still end by itself: the first of them is not longer ago than AWS takes. */
  mayEnd(what: string): boolean;
  /** AWS refuses `what` no more. */
  ended(what: string): void;
}

/** A refusal that comes so long after the last one begins anew: it has another cause. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** `longestMs`: how long AWS takes at most until everything of it knows what is new. */
export function createSettling(clock: Clock, longestMs: number): Settling {
  const refusals = createRemembered<true>(clock, FORGOTTEN_AFTER_MS);
  return {
    mayEnd: (what) => clock.monotonic() - refusals.note(what, true).since <= longestMs,
    ended: (what) => refusals.forget(what),
  };
}
