import type { AwsClock, Clock } from '../core/ports.ts';

/** AWS's clock as its answers tell it. */
export interface ToldClock extends AwsClock {
  /** The header `Date` of an answer, which has whole seconds; nothing where it tells no time. */
  told(date: string | undefined): void;
}

/**
 * Goes on from what the last answer told. An answer has been on its way, and its seconds are cut off: the time here is a little earlier
 * than AWS's, and never later.
 */
export function createAwsClock(clock: Pick<Clock, 'monotonic'>): ToldClock {
  let last: { readonly time: number; readonly at: number } | undefined;
  return {
    now: () => last && last.time + (clock.monotonic() - last.at),
    told(date) {
      const time = date === undefined ? Number.NaN : Date.parse(date);
      if (!Number.isNaN(time)) last = { time, at: clock.monotonic() };
    },
  };
}
