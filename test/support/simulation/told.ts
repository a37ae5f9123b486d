import type { Log } from '../../../controller/core/ports.ts';
import { createMutationLog } from '../../../controller/cli/mutation-log.ts';
import { createTransitionLog } from '../../../controller/cli/transition-log.ts';
import { metricsOf } from '../reports/metrics.ts';
import { planToJson } from '../../../controller/plan/json.ts';
import { planToMarkdown, planToText } from '../../../controller/plan/render.ts';
import type { ProgressListener } from '../../../controller/reconcile/apply.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import type { AwsRequest } from '../../../controller/aws/door.ts';
import { reportInputOf, sourceStatusOf } from '../../../controller/status/pass-report.ts';
import type { StatusReport } from '../../../controller/status/schema.ts';
import { createStatusStore } from '../../../controller/status/store.ts';

export interface Told {
  readonly where: string;
  readonly text: string;
}

/** Everything by which a controller tells people what it does, as `run` wires it: log, report, plans, metrics. */
export interface Teller {
  readonly log: Log;
  readonly listener: ProgressListener;
  onRequest(request: AwsRequest): void;
  /** What was told since it was last asked, the pass included. */
  afterPass(result: PassResult, number: number): readonly Told[];
  /** What `/status` says. */
  report(): StatusReport;
}

/** One for all worlds: each registry watches the process it is in. */
const metrics = metricsOf();

export async function toldByMetrics(): Promise<Told> {
  return { where: 'the metrics', text: await metrics.text() };
}

export function createTeller(): Teller {
  let told: Told[] = [];
  const write = (fields: object, message: string): void => {
    told.push({ where: `the log ("${message}")`, text: JSON.stringify(fields, withErrors) });
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const controller = { version: '0', owner: 'stationkeeper', startedAt: '2026-11-22T09:00:00.000Z' };
  const source = { type: 'git', url: 'https://git.example.org/daemons.git' } as const;
  const store = createStatusStore(controller, sourceStatusOf(source));
  const transitions = createTransitionLog(log);
  let lastPlan = '';
  let lastNews = '';

  return {
    log,
    listener: createMutationLog(log),
    onRequest: (request) => metrics.recordAwsRequest(request),
    afterPass(result, number) {
      const news = newsOf(result);
      if (news !== lastNews || result.outcomes.length > 0) tellOf(result, number);
      lastNews = news;
      const since = told;
      told = [];
      return since;
    },
    report: () => store.report(),
  };

  function tellOf(result: PassResult, number: number): void {
    const report = store.record(reportInputOf(result, { number, controller, source }));
    metrics.recordReport(report);
    transitions.record(report);
    told.push({ where: 'the status report', text: JSON.stringify(report) });
    const { before, plan } = result;
    if (lastPlan === before.hash + plan.hash) return;
    lastPlan = before.hash + plan.hash;
    for (const one of result.outcomes.length === 0 ? [plan] : [before, plan]) {
      told.push({ where: 'the plan', text: JSON.stringify(planToJson(one)) });
      told.push({ where: 'the plan in words', text: planToText(one) + planToMarkdown(one) });
    }
  }
}

/** All of a pass that a report can show, but for times and counts: while it stays, the report tells nothing that it has not told. */
function newsOf({ before, plan, wanted, unread, failures }: PassResult): string {
  const { reading, errors, warnings, suspect } = wanted;
  const shown = plan.steps.map((step) => [
    step.type,
    step.reason,
    'observed' in step ? step.observed?.health : undefined,
    'observed' in step ? step.observed?.workload?.coverage : undefined,
  ]);
  const source = [reading.type, reading.snapshot?.revision, errors, warnings, suspect];
  const errorsTold = [...unread.values(), ...[...failures.values()].map(({ error }) => error)].map(
    ({ message }) => message,
  );
  return JSON.stringify([before.hash, plan.hash, shown, source, errorsTold]);
}

/** Shows an error as pino's serializer does: with its message, stack and causes. */
function withErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const own: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  return { ...own, message: value.message, stack: value.stack, cause: value.cause };
}
