import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CoverageStatus } from '../status/coverage.ts';
import type { ObjectStatus, StatusReport } from '../status/schema.ts';
import { bucketOf } from '../status/summary.ts';
import { PREFIX, nameLabel } from './registry.ts';
import type { MetricsDetail } from './registry.ts';

type Labels<Name extends string> = Readonly<Record<Name, string>>;

/** One sample of an object: samples with the same labels are added up. */
type Sample<Name extends string> = readonly [labels: Labels<Name>, value: number];

interface ObjectGauge<Name extends string> {
  /** Without prefix. */
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Name[];
  readonly samples: (object: ObjectStatus, nameOf: (name: string) => string) => readonly Sample<Name>[];
}

const CONDITION: ObjectGauge<'kind' | 'name' | 'environment' | 'type' | 'status' | 'reason'> = {
  name: 'object_condition',
  help: 'Conditions of the objects: 1 for the status that holds, with its reason, 0 for the others.',
  labelNames: ['kind', 'name', 'environment', 'type', 'status', 'reason'],
  samples: ({ kind, name, environment, conditions }, nameOf) =>
    conditions.flatMap((condition) =>
      (['True', 'False', 'Unknown'] as const).map((status): Sample<(typeof CONDITION.labelNames)[number]> => {
        const isHeld = condition.status === status;
        const reason = isHeld ? condition.reason : '';
        const labels = { kind, name: nameOf(name), environment, type: condition.type, status, reason };
        return [labels, isHeld ? 1 : 0];
      }),
    ),
};

const STATE: ObjectGauge<'kind' | 'name' | 'environment' | 'state' | 'reason'> = {
  name: 'object_state',
  help: 'How an object stands, as the summary of the status counts it, with the reason: 1.',
  labelNames: ['kind', 'name', 'environment', 'state', 'reason'],
  samples(object, nameOf) {
    const { kind, name, environment, conditions } = object;
    const state = bucketOf(object);
    const type = state === 'stalled' ? 'Stalled' : 'Ready';
    const reason = conditions.find((condition) => condition.type === type)?.reason ?? '';
    return [[{ kind, name: nameOf(name), environment, state, reason }, 1]];
  },
};

const DRIFT: ObjectGauge<'kind' | 'name' | 'environment' | 'resource'> = {
  name: 'resource_drift',
  help: 'Fields of a resource in which AWS differs from git.',
  labelNames: ['kind', 'name', 'environment', 'resource'],
  // Two resources of one object may share an id while it moves from one cluster to another.
  samples: ({ kind, name, environment, resources }, nameOf) =>
    resources.map(({ id, drift }) => {
      const [resourceKind = ''] = id.split('/');
      const resource = nameOf(id) === '' ? resourceKind : id;
      const fields = drift.filter((field) => field.healedAt === undefined).length;
      return [{ kind, name: nameOf(name), environment, resource }, fields];
    }),
};

const TASKS: ObjectGauge<'environment' | 'name' | 'state'> = {
  name: 'daemon_tasks',
  help: 'Tasks of a daemon: how many are desired, run, and are pending.',
  labelNames: ['environment', 'name', 'state'],
  samples: ({ name, environment, tasks = {} }, nameOf) =>
    Object.entries(tasks).map(([state, count]) => [{ environment, name: nameOf(name), state }, count]),
};

const COVERAGE: ObjectGauge<'environment' | 'name' | 'state'> = {
  name: 'daemon_coverage',
  help: 'Hosts of a daemon with schedulingStrategy DAEMON, by how they stand; state unknown is 1 where they could not be read.',
  labelNames: ['environment', 'name', 'state'],
  samples: ({ name, environment, coverage }, nameOf) =>
    (coverage === undefined ? [] : statesOf(coverage)).map(([state, count]) => [
      { environment, name: nameOf(name), state },
      count,
    ]),
};

const CONSUMERS: ObjectGauge<'environment' | 'name' | 'consumer' | 'verdict'> = {
  name: 'consumer_reachable',
  help: 'Whether a consumer reaches its daemon: 1 for the verdict that holds, Reachable, Blocked or Unknown, 0 for the others.',
  labelNames: ['environment', 'name', 'consumer', 'verdict'],
  samples: ({ name, environment, consumers = [] }, nameOf) =>
    consumers.flatMap(({ name: consumer, reach }) =>
      (['Reachable', 'Blocked', 'Unknown'] as const).map(
        (verdict): Sample<(typeof CONSUMERS.labelNames)[number]> => [
          { environment, name: nameOf(name), consumer: nameOf(consumer), verdict },
          reach === verdict ? 1 : 0,
        ],
      ),
    ),
};

/** Gauges of the objects of the last report, filled when somebody reads them, so that a pass pays nothing for them. */
export function objectMetrics(
  registry: Registry,
  detail: MetricsDetail,
  latest: () => StatusReport | undefined,
): void {
  const nameOf = (name: string): string => nameLabel(detail, name);
  function register<Name extends string>({ name, help, labelNames, samples }: ObjectGauge<Name>): void {
    void new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const object of latest()?.objects ?? []) {
          for (const [labels, value] of samples(object, nameOf)) this.inc(labels, value);
        }
      },
    });
  }
  register(CONDITION);
  register(STATE);
  register(DRIFT);
  register(TASKS);
  register(COVERAGE);
  register(CONSUMERS);
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
