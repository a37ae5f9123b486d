import { createMetrics } from '../../../controller/metrics/metrics.ts';
import type { Metrics, MetricsOptions } from '../../../controller/metrics/metrics.ts';

/** When they begin, unless overridden. */
export const METRICS_START = Date.parse('2026-11-02T09:00:00Z');

/** Metrics of a controller that enforces, with a series for each object, unless overridden. */
export function metricsOf(overrides: Partial<MetricsOptions> = {}): Metrics {
  return createMetrics({
    detail: 'object',
    version: '0.1.0',
    owner: 'stationkeeper',
    mode: 'enforce',
    intervalMs: 60_000,
    startedAt: METRICS_START,
    ...overrides,
  });
}
