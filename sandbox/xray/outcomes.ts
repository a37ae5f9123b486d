import type { Segment } from './documents.ts';
import type { Work } from './trace-map.ts';

/** How a piece of work ended; undefined while it is in progress. What went wrong worst counts. */
export type Outcome = 'ok' | 'error' | 'throttle' | 'fault';

export function outcomeOf({ endTime, error, fault, throttle }: Segment): Outcome | undefined {
  if (endTime === undefined) return undefined;
  if (fault) return 'fault';
  if (throttle) return 'throttle';
  return error ? 'error' : 'ok';
}

/** Seconds from its beginning to its end, to the millisecond; undefined while it is in progress. */
export function responseTimeOf({ startTime, endTime }: Segment): number | undefined {
  return endTime === undefined ? undefined : toMilliseconds(endTime - startTime);
}

/** Seconds from the beginning to the end of all that was done in the background too. */
export function durationOf({
  segment,
  subsegments,
}: Pick<Work, 'segment' | 'subsegments'>): number | undefined {
  return spanOf([segment, ...subsegments]);
}

/** Seconds from the first beginning to the last end; undefined where nothing has ended. */
export function spanOf(segments: readonly Segment[]): number | undefined {
  const last = lastEndOf(segments);
  return last === undefined ? undefined : toMilliseconds(last - firstStartOf(segments));
}

export function firstStartOf(segments: readonly Segment[]): number {
  return segments.reduce((first, { startTime }) => Math.min(first, startTime), Number.POSITIVE_INFINITY);
}

export function lastEndOf(segments: readonly Segment[]): number | undefined {
  return segments.reduce<number | undefined>(
    (last, { endTime }) => (endTime === undefined ? last : Math.max(last ?? endTime, endTime)),
    undefined,
  );
}

/** Clients' clocks have microseconds; X-Ray tells milliseconds. */
function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Epoch seconds as a date. */
export function dateOf(seconds: number): Date {
  return new Date(Math.round(seconds * 1000));
}
