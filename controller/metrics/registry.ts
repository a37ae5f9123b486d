import { Registry, collectDefaultMetrics } from 'prom-client';

/** What names of our own begin with. */
export const PREFIX = 'stationkeeper_';

/** Gauges of the process whose names end as only those of counters may; the same without `_total` carry more. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Whether series are told object by object, or counted for each Environment and kind: then the label of the object's name is empty, and
 * values are sums.
 */
export type MetricsDetail = 'object' | 'environment';

/** A registry of its own, with the metrics of the process under the names that every Node program gives them. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

/** The value of a label that names an object. */
export function nameLabel(detail: MetricsDetail, name: string): string {
  return detail === 'object' ? name : '';
}
