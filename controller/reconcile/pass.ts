import type { StationkeeperError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired } from '../core/resource.ts';
import { MODELS } from '../kinds/index.ts';
import type { PruneBudget } from '../plan/leftovers.ts';
import { intentOf, mergePlans, planPass } from '../plan/plan.ts';
import type { PlanInput } from '../plan/plan.ts';
import type { Plan } from '../plan/step.ts';
import type { Source } from '../source/source.ts';
import { converge } from './apply.ts';
import type { Converged, Outcome, ProgressListener } from './apply.ts';
import type { EnvironmentRuntime, Environments } from './environments.ts';
import type { Failure, Failures } from './failures.ts';
import { observe } from './observe.ts';
import type { Look } from './observe.ts';
import { createWantedReader } from './wanted.ts';
import type { Wanted } from './wanted.ts';

/** What passes need from the world around them. */
export interface PassContext {
  readonly source: Source;
  readonly environments: Environments;
  readonly failures: Failures;
  readonly clock: Clock;
  readonly owner: string;
  readonly mode: 'enforce' | 'observe';
  /** `these` looks at what the manifests name only, and removes nothing. */
  readonly scope: 'these' | 'all-owned';
  readonly pruneBudget: PruneBudget;
  /** Attempts of AWS calls so far. */
  readonly requestCount: () => number;
}

export interface PassRequest {
  /** AWS is read and the plan returned; nothing is changed. */
  readonly dryRun: boolean;
  /** Deletions confirmed by the hash of the plan that named them, by resource key. */
  readonly confirmed: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly listener?: ProgressListener;
}

export interface PassResult {
  readonly wanted: Wanted;
  /** What there was to do when the pass began. */
  readonly before: Plan;
  /** What is still to do, and why it was not done. */
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** Why resources could not be read, by resource key. */
  readonly unread: ReadonlyMap<string, StationkeeperError>;
  /** Failures still remembered, by resource key. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The same moment on the Clock's monotonic scale, which failures' next attempts are on. */
  readonly finishedAtMonotonic: number;
  readonly durationMs: number;
  readonly awsRequests: number;
  /** Mutations that were made. */
  readonly changes: number;
  /** Where something is under way: when to look again, although the interval is not over. */
  readonly lookAgainInMs: number | undefined;
}

export type PassRunner = (request: PassRequest) => Promise<PassResult>;

/** The first look at something that has been started, or whose health is on its way. */
const LOOK_AGAIN_MS = 1_000;

/** A pass that has much to do ends unfinished, so that people see how far it is; the next one goes on. */
const LONGEST_CONVERGENCE_MS = 20_000;

/** Makes the function that runs one pass: manifests → desired → snapshot → plan → outcomes. It never throws for what AWS or git do. */
export function createPassRunner(context: PassContext): PassRunner {
  const readWanted = createWantedReader();
  return async (request) => {
    const begun = {
      at: context.clock.now(),
      monotonic: context.clock.monotonic(),
      requests: context.requestCount(),
    };
    const wanted = readWanted(await context.source.read(request.signal));
    const converged = await Promise.all(
      wanted.expansion.environments.map((target) =>
        runEnvironment(context.environments.runtimeOf(target), wanted, context, request),
      ),
    );
    const before = mergePlans(converged.map((one) => one.before));
    const plan = mergePlans(converged.map((one) => one.plan));
    const outcomes = converged.flatMap((one) => one.outcomes);
    return {
      wanted,
      before,
      plan,
      outcomes,
      unread: new Map(converged.flatMap((one) => [...one.unread])),
      failures: new Map(context.failures.current),
      startedAt: new Date(begun.at).toISOString(),
      finishedAt: new Date(context.clock.now()).toISOString(),
      finishedAtMonotonic: context.clock.monotonic(),
      durationMs: Math.round(context.clock.monotonic() - begun.monotonic),
      awsRequests: context.requestCount() - begun.requests,
      changes: outcomes.filter((outcome) => outcome.result !== 'failed').length,
      lookAgainInMs: lookAgainInMs(plan, outcomes, context),
    };
  };
}

/** One environment from observation to outcomes; environments run side by side and know nothing of each other. */
async function runEnvironment(
  runtime: EnvironmentRuntime,
  wanted: Wanted,
  context: PassContext,
  request: PassRequest,
): Promise<Converged & Pick<PassResult, 'unread'>> {
  const { owner, mode, failures, clock } = context;
  const desired = wanted.expansion.desired.filter((one) => one.id.environment === runtime.name);
  const { snapshot, refused } = await observe(runtime, desired, context.scope);
  const unread = unreadResources(desired, refused);
  failures.review(runtime.name, desired, snapshot);
  const input = {
    owner,
    desired,
    snapshot,
    mode,
    models: MODELS,
    prune: {
      budget: context.pruneBudget,
      confirmed: request.confirmed,
      ...(wanted.frozen === undefined ? {} : { frozen: wanted.frozen }),
    },
  } satisfies Partial<PlanInput>;
  if (request.dryRun) {
    const plan = planPass({ ...input, failed: new Map(), started: new Map() });
    return { before: plan, plan, snapshot, outcomes: [], unread };
  }
  const { listener, signal } = request;
  const until = clock.monotonic() + LONGEST_CONVERGENCE_MS;
  const converged = await converge({
    input,
    runtime,
    failures,
    clock,
    stop: () => signal.aborted || clock.monotonic() >= until,
    ...(listener === undefined ? {} : { listener }),
  });
  return { ...converged, unread };
}

/** The refusal that keeps a desired resource from being read; an environment's own stands for all in it. */
function unreadResources(desired: readonly Desired[], refused: Look['refused']): PassResult['unread'] {
  return new Map(
    desired.flatMap(({ id }) => {
      const error = refused.get('environment') ?? refused.get(id.kind);
      return error === undefined ? [] : [[resourceKey(id), error] as const];
    }),
  );
}

/** The soonest of: what AWS was asked to do, what failed, and what is not yet healthy. */
function lookAgainInMs(plan: Plan, outcomes: readonly Outcome[], context: PassContext): number | undefined {
  const progressing = plan.steps.some(
    (step) => 'observed' in step && step.observed?.health.status === 'Progressing',
  );
  const waiting = plan.steps.some(
    (step) => step.type === 'hold' && step.why === 'waiting' && intentOf(step) !== 'none',
  );
  const now = context.clock.monotonic();
  const times = [
    ...outcomes.flatMap((outcome) => (outcome.checkAgainInMs === undefined ? [] : [outcome.checkAgainInMs])),
    ...[...context.failures.current.values()].map((failure) => Math.max(0, failure.nextAttemptAt - now)),
    ...(progressing || waiting || outcomes.length > 0 ? [LOOK_AGAIN_MS] : []),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}
