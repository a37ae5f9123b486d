import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Outcome } from '../core/outcome.ts';
import { resourceKey } from '../core/resource.ts';
import { ENDS_OF_PROGRAM } from '../core/stop-reasons.ts';
import type { Plan } from '../plan/step.ts';
import type { StatusReport } from '../status/schema.ts';
import { NO_STOPS, freshStops } from '../status/task-stops.ts';
import { PREFIX, nameLabel } from './registry.ts';
import type { MetricsDetail } from './registry.ts';

type Mutation = Pick<Outcome<unknown>, 'id' | 'type' | 'releases' | 'changedBy' | 'result'>;

interface StopLabels extends Readonly<Record<string, string>> {
  readonly environment: string;
  readonly name: string;
  readonly reason: string;
}

interface Stopped {
  /** What is still to do after the pass, which shows the stopped tasks. */
  readonly plan: Pick<Plan, 'steps'>;
  /** Of the same pass. */
  readonly report: Pick<StatusReport, 'objects'>;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface NotificationChange {
  readonly receiver: string;
  readonly result?: 'delivered' | 'failed';
  /** How many wait for their delivery to the receiver now. */
  readonly queued: number;
}

export interface HappeningMetrics {
  recordOutcomes(outcomes: readonly Mutation[]): void;
  recordStops(stopped: Stopped): void;
  /** A notification has come to its end, or only the number of those that wait is new. */
  recordNotification(change: NotificationChange): void;
}

/** Counters of what happens: changes of AWS, tasks that stop, notifications. Each happening counts once. */
export function happeningMetrics(
  registry: Registry,
  { detail, startedAt }: { readonly detail: MetricsDetail; readonly startedAt: number },
): HappeningMetrics {
  const registers = [registry];
  const mutations = new Counter({
    name: `${PREFIX}mutations_total`,
    help: 'Changes of AWS, by kind of resource, what was done, who had made the difference, and what became of it.',
    labelNames: ['kind', 'action', 'changed_by', 'result'],
    registers,
  });
  const stops = new Counter({
    name: `${PREFIX}task_stops_total`,
    help: 'Tasks of a daemon that stopped without being asked to, by reason.',
    labelNames: ['environment', 'name', 'reason'],
    registers,
  });
  const notifications = new Counter({
    name: `${PREFIX}notifications_total`,
    help: 'Notifications that came to their end, by receiver and result.',
    labelNames: ['receiver', 'result'],
    registers,
  });
  const undelivered = new Gauge({
    name: `${PREFIX}notifications_undelivered`,
    help: 'Notifications that wait for their delivery.',
    labelNames: ['receiver'],
    registers,
  });
  let underWay: ReadonlySet<string> = new Set();
  let counted = NO_STOPS;
  const stopSeries = new Map<string, StopLabels>();

  function countStop(labels: StopLabels, by: number): void {
    stopSeries.set(JSON.stringify(labels), labels);
    stops.inc(labels, by);
  }

  return {
    recordOutcomes(outcomes) {
      const started = new Set<string>();
      for (const { id, type, releases, changedBy, result } of outcomes) {
        const key = `${type} ${resourceKey(id)}`;
        if (result === 'started') started.add(key);
        // What AWS is still at comes up in each pass.
        if (result === 'started' && underWay.has(key)) continue;
        const action = releases ? 'release' : type;
        mutations.inc({ kind: id.kind, action, changed_by: changedBy, result });
      }
      underWay = started;
    },
    recordStops({ plan, report, now }) {
      const { fresh, counted: next } = freshStops(plan.steps, counted, { now, startedAt });
      counted = next;
      const objects = report.objects.map(({ environment, name, tasks }) => ({
        labels: { environment, name: nameLabel(detail, name) },
        runsTasks: tasks !== undefined,
      }));
      const standing = new Set(objects.map(({ labels }) => daemonKey(labels)));
      for (const [key, labels] of stopSeries) {
        if (standing.has(daemonKey(labels))) continue;
        stops.remove(labels);
        stopSeries.delete(key);
      }
      // A counter that begins above 0 hides its first increase.
      for (const { labels } of objects.filter(({ runsTasks }) => runsTasks)) {
        for (const reason of ENDS_OF_PROGRAM) countStop({ ...labels, reason }, 0);
      }
      for (const { environment, name, reason } of fresh) {
        countStop({ environment, name: nameLabel(detail, name), reason }, 1);
      }
    },
    recordNotification({ receiver, result, queued }) {
      for (const one of ['delivered', 'failed'] as const)
        notifications.inc({ receiver, result: one }, one === result ? 1 : 0);
      undelivered.set({ receiver }, queued);
    },
  };
}

/** Of the object whose tasks stop; kinds that run tasks are one, so that its name says which. */
function daemonKey({ environment, name }: Omit<StopLabels, 'reason'>): string {
  return `${environment}/${name}`;
}
