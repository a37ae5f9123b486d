import type { FleetDefinition } from '../status/fleet-schema.ts';
import { heldDeletionsOf } from '../status/held-deletions.ts';
import type { Plan } from '../plan/step.ts';
import type { StatusReport } from '../status/schema.ts';
import { awsMetrics } from './aws.ts';
import type { AwsMetrics } from './aws.ts';
import { controllerMetrics } from './controller.ts';
import type { ControllerFacts, ControllerMetrics } from './controller.ts';
import { happeningMetrics } from './happenings.ts';
import type { HappeningMetrics } from './happenings.ts';
import { objectMetrics } from './objects.ts';
import { createRegistry } from './registry.ts';
import type { MetricsDetail } from './registry.ts';
import { reportMetrics } from './report.ts';
import type { Told } from './report.ts';

export interface MetricsOptions extends ControllerFacts {
  readonly detail: MetricsDetail;
}

export interface Metrics extends AwsMetrics, ControllerMetrics, HappeningMetrics {
  readonly contentType: string;
  /** Prometheus text. */
  text(): Promise<string>;
  /** From now on the objects' metrics are those of this report; what it does not name has no series. */
  recordReport(report: StatusReport): void;
  /** The same of what goes through Rollouts. */
  recordFleet(fleet: readonly FleetDefinition[]): void;
  /** The same of the deletions that a plan holds. */
  recordPlan(plan: Pick<Plan, 'steps'>): void;
}

/** A registry of its own with the metrics of docs/operations.md, and those of the process. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = createRegistry();
  let told: Told = { report: undefined, fleet: [], held: [] };
  reportMetrics(registry, () => told);
  objectMetrics(registry, options.detail, () => told.report);
  return {
    ...awsMetrics(registry),
    ...controllerMetrics(registry, options),
    ...happeningMetrics(registry, options),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    recordReport: (report) => {
      told = { ...told, report };
    },
    recordFleet: (fleet) => {
      told = { ...told, fleet };
    },
    recordPlan: (plan) => {
      told = { ...told, held: heldDeletionsOf(plan) };
    },
  };
}
