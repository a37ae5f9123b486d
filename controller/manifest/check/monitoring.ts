import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';

/** How ECS measures a service. */

const check = checksOf<DaemonServiceManifestSpec>();

/** A metric has one resolution (ECS API reference, MetricConfiguration). */
const metrics = check(['monitoring'], ({ monitoring }, { report }) => {
  const named = new Set<string>();
  monitoring?.metricConfigurations.forEach(({ metricNames }, nth) => {
    const at = ['spec', 'monitoring', 'metricConfigurations', nth, 'metricNames'];
    if (metricNames.length === 0) report(at, 'names no metric; name one, or remove the entry');
    for (const name of metricNames) {
      if (named.has(name)) report(at, `${name} is named before, and has one resolution; remove it from one`);
      named.add(name);
    }
  });
});

export const monitoringChecks = [metrics];
