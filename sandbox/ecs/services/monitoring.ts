import type { MonitoringConfiguration } from '@aws-sdk/client-ecs';
import { invalidParameter, requireOneOf } from '../errors.ts';

const METRICS = ['CPUUtilization', 'MemoryUtilization'];
const RESOLUTIONS_S = [20, 60];

/** The resolution of metrics, each of them once (API reference, MetricConfiguration). Throws InvalidParameterException. */
export function readMonitoring(
  monitoring: MonitoringConfiguration | undefined,
): MonitoringConfiguration | undefined {
  const { metricConfigurations = [] } = monitoring ?? {};
  const names = metricConfigurations.flatMap(({ metricNames = [] }) => metricNames);
  for (const name of names) requireOneOf('metricNames', name, METRICS);
  if (new Set(names).size < names.length) {
    throw invalidParameter('A metric can be configured once only in metricConfigurations.');
  }
  for (const { metricNames = [], resolutionSeconds } of metricConfigurations) {
    if (metricNames.length === 0) throw invalidParameter('metricNames can not be empty.');
    requireOneOf('resolutionSeconds', String(resolutionSeconds), RESOLUTIONS_S.map(String));
  }
  return monitoring;
}
