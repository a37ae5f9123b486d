import type { SecretSource } from '../config/commands.ts';
import { createAsked } from '../core/asked.ts';
import type { Course } from '../core/rollout/course.ts';
import { LOOPBACK_HOSTS } from '../http/deps.ts';
import type { HttpSetup } from '../http/protocol.ts';
import { publishedOf } from '../http/published.ts';
import type { Published } from '../http/published.ts';
import { startHttpThread } from '../http/thread.ts';
import type { LogOptions } from '../logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { MetricsDetail } from '../metrics/registry.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createNotifier } from '../notifications/notifier.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { planToJson } from '../plan/json.ts';
import type { PlanJson } from '../plan/json.ts';
import type { OwnTask } from '../core/self.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import { approvalOf } from '../plan/rollout/approval.ts';
import { createApprovals } from '../reconcile/memory/approvals.ts';
import { createLoop } from '../reconcile/loop.ts';
import type { PassNumber } from '../reconcile/loop.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import type { Source } from '../source/source.ts';
import { fleetOf } from '../status/fleet.ts';
import type { FleetDefinition } from '../status/fleet-schema.ts';
import { reportInputOf, sourceStatusOf } from '../status/pass-report.ts';
import type { StatusReport } from '../status/schema.ts';
import { createStatusStore } from '../status/store.ts';
import { assemblePassRunner } from './context.ts';
import type { CommandContext } from './context.ts';
import { createMutationLog } from './mutation-log.ts';
import { recordInMetrics } from './pass-metrics.ts';
import { waysOf } from './notifications.ts';
import type { Notifications } from './notifications.ts';
import { createRolloutLog } from './rollout-log.ts';
import { createSelfReader } from './self.ts';
import { createTransitionLog } from './transition-log.ts';

export interface RunOptions {
  readonly source: Source;
  readonly owner: string;
  readonly mode: 'enforce' | 'observe';
  readonly intervalMs: number;
  readonly takeOverSource: readonly string[];
  readonly pruneBudget: PruneBudget;
  readonly listen: { readonly host: string; readonly port: number };
  readonly metricsDetail: MetricsDetail;
  readonly token: SecretSource | undefined;
  readonly webhookSecret: SecretSource | undefined;
  /** Undefined: names of loopback where it listens on loopback, any name elsewhere. */
  readonly allowedHosts: readonly string[] | undefined;
  /** The ECS service that it runs as, where somebody said so. */
  readonly ownService: OwnTask | undefined;
  /** Where ECS tells in which task it runs; undefined outside ECS. */
  readonly taskMetadataUri: string | undefined;
  /** How the HTTP thread, which has a logger of its own, logs. */
  readonly logLevel: LogOptions['logLevel'];
  readonly logFormat: LogOptions['logFormat'];
  /** Whom it tells what; undefined: nobody. */
  readonly notifications: Notifications | undefined;
}

/** Runs the controller, which is the loop and the HTTP API, until it is told to stop. Exit code 0. */
export async function runCommand(options: RunOptions, context: CommandContext): Promise<number> {
  const { clock, log, stop, version } = context;
  const { source, owner, takeOverSource: takesOver, mode, pruneBudget, intervalMs } = options;
  const began = clock.now();
  const startedAt = new Date(began).toISOString();
  const metrics = createMetrics({
    detail: options.metricsDetail,
    version,
    owner,
    mode,
    intervalMs,
    startedAt: began,
  });
  const controller = { version, owner, startedAt, mode, intervalMs };
  const store = createStatusStore(controller, sourceStatusOf(source));
  const transitions = createTransitionLog(log);
  const rolloutLog = createRolloutLog(log);
  const notifier = notifierOf(options, context, metrics);
  let lastPlan: PlanJson | undefined;
  let courses: readonly Course[] = [];
  let fleet: readonly FleetDefinition[] = [];
  let lastFetchedAt: string | undefined;

  function recordPass(result: PassResult, pass: PassNumber): void {
    const { wanted, plan, finishedAt } = result;
    ({ courses } = result);
    if (wanted.reading.type === 'fresh') lastFetchedAt = finishedAt;
    const facts = { ...pass, controller, source, ...(lastFetchedAt === undefined ? {} : { lastFetchedAt }) };
    const report = store.record(reportInputOf(result, facts));
    const revision = wanted.reading.snapshot?.revision;
    lastPlan = planToJson(plan, {
      plannedAt: finishedAt,
      ...(revision === undefined ? {} : { revision }),
      ignored: report.source.ignored,
      courses,
    });
    fleet = fleetOf(report.objects, courses);
    recordInMetrics(metrics, { result, report, fleet, now: clock.now() });
    rolloutLog.record(courses);
    transitions.record(report, store.fresh());
    notifier?.record(report, store.fresh(), courses);
  }

  async function publishable(): Promise<Published> {
    const text = await metrics.text();
    const { contentType } = metrics;
    return publishedOf({
      report: withNotifications(store.report(), notifier),
      histories: store.histories(),
      fleet,
      plan: lastPlan,
      metrics: { contentType, text },
    });
  }

  const asked = createAsked(clock);
  const approvals = createApprovals();
  const loop = createLoop({
    runPass: assemblePassRunner(context, {
      source,
      owner,
      takesOver,
      mode,
      pruneBudget,
      scope: 'all-owned',
      asked,
      approvals,
      self: createSelfReader({ ...options, log }),
      onRequest: (request) => {
        metrics.recordAwsRequest(request);
        if (request.attempt > 0) metrics.recordAwsRetry(request);
      },
    }),
    clock,
    log,
    intervalMs,
    listener: createMutationLog(log),
    onPass: recordPass,
    onFailedPass: () => metrics.recordPass({ result: 'failure', seconds: 0, endedAt: clock.now() }),
    async onEnd(beat) {
      try {
        http.publish(await publishable());
      } finally {
        http.beat(beat);
      }
    },
  });
  const lost = new AbortController();
  const http = await startHttpThread(
    httpSetup(options, version),
    { published: await publishable(), beat: loop.beat() },
    {
      requestReconcile(reason, { again }) {
        if (again) asked.ask();
        loop.requestPass(reason);
      },
      confirmPlan: (hash) => loop.confirm(hash),
      approveStage(approval) {
        const answer = approvalOf(courses, approval);
        if (answer.type === 'approved') approvals.add(approval);
        return answer;
      },
      onLost: (error) => lost.abort(error),
    },
  );
  log.info({ url: http.url, source: source.url, owner, mode, intervalMs }, 'started');
  await loop.run(AbortSignal.any([stop, lost.signal]));
  await notifier?.close();
  // Without its API the controller cannot be seen or asked: whoever runs it starts it anew.
  lost.signal.throwIfAborted();
  await http.close();
  log.info({}, 'stopped');
  return 0;
}

function notifierOf(
  { notifications, owner }: RunOptions,
  context: CommandContext,
  metrics: Metrics,
): Notifier | undefined {
  if (notifications === undefined) return undefined;
  const { clock, random, log } = context;
  return createNotifier({
    receivers: notifications.receivers,
    ways: waysOf(notifications, owner, context, (request) => metrics.recordAwsRequest(request)),
    clock,
    random,
    log,
    onNotification: (change) => metrics.recordNotification(change),
  });
}

/** The report with how messages fare at this moment. */
function withNotifications(report: StatusReport, notifier: Notifier | undefined): StatusReport {
  if (notifier === undefined) return report;
  return { ...report, controller: { ...report.controller, notifications: [...notifier.state()] } };
}

function httpSetup(options: RunOptions, version: string): HttpSetup {
  const { listen, source, token, webhookSecret, logLevel, logFormat } = options;
  const allowedHosts = allowedHostsOf(options);
  return {
    version,
    listen,
    allowedHosts,
    branch: source.branch,
    token,
    webhookSecret,
    log: { logLevel, logFormat },
  };
}

function allowedHostsOf({ allowedHosts, listen }: RunOptions): readonly string[] | undefined {
  if (allowedHosts !== undefined) return [...LOOPBACK_HOSTS, ...allowedHosts];
  return isLoopback(listen.host) ? LOOPBACK_HOSTS : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
