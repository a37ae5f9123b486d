import type { Metrics } from '../metrics/metrics.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import { reasonOf } from '../core/errors.ts';
import type { FleetDefinition } from '../status/fleet-schema.ts';
import type { StatusReport } from '../status/schema.ts';

/** A pass that has ended, and what people are told of it. */
export interface ToldPass {
  readonly result: PassResult;
  readonly report: StatusReport;
  readonly fleet: readonly FleetDefinition[];
  /** Epoch milliseconds: when it ended. */
  readonly now: number;
}

/** Puts a pass into the metrics. What is said of the source also counts as a failure of the pass. */
export function recordInMetrics(metrics: Metrics, { result, report, fleet, now }: ToldPass): void {
  const { wanted, outcomes, plan, durationMs } = result;
  const failure = wanted.reading.type === 'stale' ? reasonOf(wanted.reading.code) : undefined;
  const failed =
    failure !== undefined || outcomes.some(({ error }) => error !== undefined && error.retry !== 'wait');
  metrics.recordReading({ failure, at: now });
  metrics.recordPass({ result: failed ? 'failure' : 'success', seconds: durationMs / 1000, endedAt: now });
  metrics.recordReport(report);
  metrics.recordFleet(fleet);
  metrics.recordPlan(plan);
  metrics.recordOutcomes(outcomes);
  metrics.recordStops({ plan, report, now });
}
