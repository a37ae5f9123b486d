import type { HistogramEntry, ServiceStatistics } from '@aws-sdk/client-xray';
import type { Segment } from './documents.ts';
import { outcomeOf, responseTimeOf } from './outcomes.ts';
import type { Outcome } from './outcomes.ts';

/** Counts what has ended, each once: the statistics of services and of their edges have the same members. */
export function statisticsOf(segments: readonly Segment[]): ServiceStatistics {
  const counts: Record<Outcome, number> = { ok: 0, error: 0, throttle: 0, fault: 0 };
  let seconds = 0;
  for (const segment of segments) {
    const outcome = outcomeOf(segment);
    if (outcome === undefined) continue;
    counts[outcome] += 1;
    seconds += responseTimeOf(segment) ?? 0;
  }
  const { ok, error, throttle, fault } = counts;
  return {
    OkCount: ok,
    ErrorStatistics: { ThrottleCount: throttle, OtherCount: error, TotalCount: throttle + error },
    FaultStatistics: { OtherCount: fault, TotalCount: fault },
    TotalCount: ok + error + throttle + fault,
    TotalResponseTime: Math.round(seconds * 1000) / 1000,
  };
}

/** How often each time occurs, the shortest first. */
export function histogramOf(seconds: readonly (number | undefined)[]): HistogramEntry[] {
  const counts = new Map<number, number>();
  for (const value of seconds) {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => a - b).map(([Value, Count]) => ({ Value, Count }));
}
