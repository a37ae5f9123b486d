import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CoverageStatus } from './status/coverage.ts';
import type { FleetDefinition } from './status/fleet-schema.ts';
import type { StatusReport } from './status/schema.ts';

const PREFIX = 'stationkeeper_';

/** Error codes come from whoever answers at the endpoint: beyond so many, and where they have an odd form, they count as one. */
const MAX_CODES = 200;
const CODE = /^[A-Za-z][A-Za-z0-9._-]{0,79}$/;

interface AwsRequest {
  /** `ecs`. */
  readonly service: string;
  /** `DescribeServices`. */
  readonly operation: string;
  /** `OK` or the error code. */
  readonly code: string;
  readonly seconds: number;
}

export interface Metrics {
  readonly contentType: string;
  /** Prometheus text. */
  text(): Promise<string>;
  recordAwsRequest(request: AwsRequest): void;
  recordAwsRetry(retry: Pick<AwsRequest, 'service' | 'operation'>): void;
  /** `success`: nothing failed. `failure`: something of the pass, or all of it, did. */
  recordPass(pass: { readonly result: 'success' | 'failure'; readonly seconds: number }): void;
  /** From now on the objects' metrics are those of this report; what it does not name has no series. */
  recordReport(report: StatusReport): void;
  /** The same of what goes through Rollouts. */
  recordFleet(fleet: readonly FleetDefinition[]): void;
  recordSourceSuccess(epochSeconds: number): void;
}

/** A registry of its own with the metrics of docs/operations.md, and those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: PREFIX });

  const passes = new Counter({
    name: `${PREFIX}reconcile_total`,
    help: 'Passes, by how they ended.',
    labelNames: ['result'],
    registers,
  });
  passes.inc({ result: 'success' }, 0);
  passes.inc({ result: 'failure' }, 0);
  const passSeconds = new Histogram({
    name: `${PREFIX}reconcile_duration_seconds`,
    help: 'How long passes took.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const awsRequests = new Counter({
    name: `${PREFIX}aws_requests_total`,
    help: 'Requests to AWS, by operation and outcome.',
    labelNames: ['service', 'operation', 'code'],
    registers,
  });
  const awsSeconds = new Histogram({
    name: `${PREFIX}aws_request_duration_seconds`,
    help: 'How long requests to AWS took.',
    labelNames: ['service', 'operation'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const awsRetries = new Counter({
    name: `${PREFIX}aws_retries_total`,
    help: 'Requests to AWS that were sent again.',
    labelNames: ['service', 'operation'],
    registers,
  });
  const sourceSuccess = new Gauge({
    name: `${PREFIX}source_last_success_timestamp_seconds`,
    help: 'When the source was last read without an error, in Unix time.',
    registers,
  });
  // Until it was read there is no time to tell, and 0 is one of 1970.
  sourceSuccess.remove();
  const latest = reportGauges(registers);
  const rollouts = rolloutGauge(registers);
  const codeOf = boundedCodes();

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    recordAwsRequest: ({ service, operation, code, seconds }) => {
      awsRequests.inc({ service, operation, code: codeOf(code) });
      awsSeconds.observe({ service, operation }, seconds);
    },
    recordAwsRetry: ({ service, operation }) => awsRetries.inc({ service, operation }),
    recordPass: ({ result, seconds }) => {
      passes.inc({ result });
      passSeconds.observe(seconds);
    },
    recordReport: (report) => latest.set(report),
    recordFleet: (fleet) => rollouts.set(fleet),
    recordSourceSuccess: (epochSeconds) => sourceSuccess.set(epochSeconds),
  };
}

/** Gauges that are filled from the last report when somebody reads them, so that a pass pays nothing for them. */
function reportGauges(registers: Registry[]): { set(report: StatusReport): void } {
  let latest: StatusReport | undefined;
  void new Gauge({
    name: `${PREFIX}pass_number`,
    help: 'Number of the last pass since the start.',
    registers,
    collect() {
      this.set(latest?.pass.number ?? 0);
    },
  });
  void new Gauge({
    name: `${PREFIX}object_condition`,
    help: 'Conditions of the objects: 1 for the status that holds, with its reason, 0 for the others.',
    labelNames: ['kind', 'name', 'environment', 'type', 'status', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { kind, name, environment, conditions } of latest?.objects ?? []) {
        for (const condition of conditions) {
          for (const status of ['True', 'False', 'Unknown'] as const) {
            const isHeld = condition.status === status;
            const reason = isHeld ? condition.reason : '';
            this.set({ kind, name, environment, type: condition.type, status, reason }, isHeld ? 1 : 0);
          }
        }
      }
    },
  });
  void new Gauge({
    name: `${PREFIX}resource_drift`,
    help: 'Fields of a resource in which AWS differs from git.',
    labelNames: ['kind', 'name', 'environment', 'resource'],
    registers,
    collect() {
      this.reset();
      for (const { kind, name, environment, resources } of latest?.objects ?? []) {
        for (const { id, drift } of resources) {
          // Two resources of one object may share an id while it moves from one cluster to another.
          this.inc(
            { kind, name, environment, resource: id },
            drift.filter((field) => field.healedAt === undefined).length,
          );
        }
      }
    },
  });
  void new Gauge({
    name: `${PREFIX}daemon_coverage`,
    help: 'Hosts of a daemon with schedulingStrategy DAEMON, by how they stand; state unknown is 1 where they could not be read.',
    labelNames: ['environment', 'name', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { name, environment, coverage } of latest?.objects ?? []) {
        for (const [state, count] of coverage === undefined ? [] : statesOf(coverage)) {
          this.set({ environment, name, state }, count);
        }
      }
    },
  });
  void new Gauge({
    name: `${PREFIX}consumer_reachable`,
    help: 'Whether a consumer reaches its daemon: 1 for the verdict that holds, Reachable, Blocked or Unknown, 0 for the others.',
    labelNames: ['environment', 'name', 'consumer', 'verdict'],
    registers,
    collect() {
      this.reset();
      for (const { name, environment, consumers = [] } of latest?.objects ?? []) {
        for (const { name: consumer, reach } of consumers) {
          for (const verdict of ['Reachable', 'Blocked', 'Unknown'] as const) {
            this.set({ environment, name, consumer, verdict }, reach === verdict ? 1 : 0);
          }
        }
      }
    },
  });
  return {
    set: (report) => {
      latest = report;
    },
  };
}

function rolloutGauge(registers: Registry[]): { set(fleet: readonly FleetDefinition[]): void } {
  let latest: readonly FleetDefinition[] = [];
  void new Gauge({
    name: `${PREFIX}rollout_environments`,
    help: 'Environments of a definition that goes through a Rollout, by stage and by how far they are; stage is empty for those that no stage takes.',
    labelNames: ['rollout', 'kind', 'name', 'stage', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { rollout, kind, name, stages = [], environments } of latest) {
        if (rollout === undefined) continue;
        // Two definitions may have one kind and name.
        for (const { name: stage, states } of stages) {
          for (const [state, count] of Object.entries(states)) {
            this.inc({ rollout, kind, name, stage, state }, count);
          }
        }
        for (const { stage, state } of environments) {
          if (stage === undefined && state !== undefined)
            this.inc({ rollout, kind, name, stage: '', state }, 1);
        }
      }
    },
  });
  return {
    set: (fleet) => {
      latest = fleet;
    },
  };
}

/** What is unknown has no numbers, rather than those of a cluster without hosts. */
function statesOf(coverage: CoverageStatus): readonly (readonly [state: string, count: number])[] {
  if ('unknown' in coverage) return [['unknown', 1]];
  const { eligible, running, placing, missing, notEligible, undecided } = coverage;
  return [
    ['eligible', eligible],
    ['running', running],
    ['placing', placing],
    ['missing', missing],
    ['not-eligible', notEligible],
    ['undecided', undecided],
    ['unknown', 0],
  ];
}

function boundedCodes(): (code: string) => string {
  const seen = new Set<string>();
  return (code) => {
    if (seen.has(code)) return code;
    if (seen.size >= MAX_CODES || !CODE.test(code)) return 'Other';
    seen.add(code);
    return code;
  };
}
