import { StationkeeperError } from '../core/errors.ts';
import { textOutput } from '../core/outputs.ts';
import type { Clock } from '../core/ports.ts';
import { ENVIRONMENT_KIND, environmentId, isEnvironment, resourceKey } from '../core/resource.ts';
import type { Desired } from '../core/resource.ts';
import type { Self } from '../core/self.ts';
import { MODELS } from '../kinds/index.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import { planSteps } from '../plan/plan.ts';
import { planOf } from '../plan/assemble.ts';
import { intentOf } from '../plan/step.ts';
import type { PlanInput } from '../plan/input.ts';
import { EMPTY_SNAPSHOT, withSeen } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { Plan, Step } from '../plan/step.ts';
import type { Source } from '../source/source.ts';
import { converge } from './apply.ts';
import type { Converged, Outcome, ProgressListener } from './apply.ts';
import type { EnvironmentRuntime, Environments, Silence } from './environments.ts';
import type { Setback } from './setbacks.ts';
import type { Failures } from './failures.ts';
import { observe } from './observe.ts';
import type { Look } from './observe.ts';
import { createPatience } from './patience.ts';
import { leastPauseMs } from './read-quota.ts';
import { createRetiredEnvironments } from './retired-environments.ts';
import { createWantedReader, wantedByEnvironment } from './wanted.ts';
import type { Wanted, WantedHere } from './wanted.ts';

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
  /** Attempts of AWS calls so far, of all environments. */
  readonly requestCount: () => number;
  /** As what it runs on ECS itself, if there; asked once a pass. Absent: nowhere. */
  readonly self?: () => Promise<Self | undefined>;
}

export interface PassRequest {
  /** AWS is read and the plan returned; nothing is changed. */
  readonly dryRun: boolean;
  /** Deletions confirmed by the hash of the plan that named them, by resource key. */
  readonly confirmed: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly listener?: ProgressListener;
  /**
   * How long an environment is waited for; undefined: until it has come to its end. What takes longer goes on by itself,
   * is shown as it was last seen, and its outcomes are those of the pass in which it ends.
   */
  readonly patienceMs?: number;
}

/** With what the pass learned of the controller itself. */
type RequestHere = PassRequest & Pick<PassResult, 'self'>;

export interface PassResult {
  readonly wanted: Wanted;
  /** By environment: the revision that its part is about; an older one than is wanted now where AWS is slow to answer there. */
  readonly revisions: ReadonlyMap<string, string>;
  /** What there was to do when the pass began. */
  readonly before: Plan;
  /** What is still to do, and why it was not done. */
  readonly plan: Plan;
  /** As what the controller ran on ECS, if there. */
  readonly self: Self | undefined;
  readonly outcomes: readonly Outcome[];
  /** Why resources could not be read, by resource key. */
  readonly unread: ReadonlyMap<string, StationkeeperError>;
  /** What failed or did not last, and is left alone for now, of the environments that have come to their end; by resource key. */
  readonly failures: ReadonlyMap<string, Setback>;
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
  /** However much is under way: looking at all of it costs AWS's read quotas, which others share. See `leastPauseMs`. */
  readonly leastPauseMs: number;
}

export type PassRunner = (request: PassRequest) => Promise<PassResult>;

/** The first look at something that has been started, or whose health is on its way. */
const LOOK_AGAIN_MS = 1_000;

/** What has not come to its end is looked at again so soon. */
const OVERDUE_LOOK_AGAIN_MS = 5_000;

/** A pass that has much to do ends unfinished, so that people see how far it is; the next one goes on. */
const LONGEST_CONVERGENCE_MS = 20_000;

/** Makes the function that runs one pass: manifests → desired → snapshot → plan → outcomes. It never throws for what AWS or git do. */
export function createPassRunner(context: PassContext): PassRunner {
  const readWanted = createWantedReader();
  const patience = createPatience<Ended>(context.clock);
  const lastSeen = new Map<string, Ended>();
  const retired = createRetiredEnvironments();

  async function passOver(wanted: WantedHere, request: RequestHere): Promise<Part> {
    const { name } = wanted.target;
    const runtime = context.environments.runtimeOf(wanted.target);
    const begin = () => runEnvironment(runtime, wanted, context, request);
    const ended = await patience.wait(name, begin, request.patienceMs);
    if (ended === undefined) {
      const silence = runtime.silence();
      // Slow is shown as it was last seen; of what no longer answers at all nothing is known.
      const known = silence === undefined ? lastSeen.get(name) : undefined;
      const shown = known ?? unseenAsYet(wanted, context, silence);
      return { name, ...shown, outcomes: [], overdue: true };
    }
    lastSeen.set(name, ended);
    return { name, ...(wanted.retired ? withoutItself(ended) : ended), overdue: false };
  }

  return async (request) => {
    const begun = {
      at: context.clock.now(),
      monotonic: context.clock.monotonic(),
      requests: context.requestCount(),
    };
    const [reading, self] = await Promise.all([context.source.read(request.signal), context.self?.()]);
    const wanted = readWanted(reading);
    const environments = [
      ...wantedByEnvironment(wanted),
      ...retired.besides(wanted.expansion, (name) => ownsAny(lastSeen.get(name)?.snapshot)),
    ];
    const names = environments.map(({ target }) => target.name);
    context.failures.forgetOthers(names);
    for (const name of lastSeen.keys()) if (!names.includes(name)) lastSeen.delete(name);
    const parts = await Promise.all(environments.map((each) => passOver(each, { ...request, self })));
    const before = planOf(parts.flatMap((part) => part.before));
    const plan = planOf(parts.flatMap((part) => part.steps));
    const outcomes = parts.flatMap((part) => part.outcomes);
    const ended = new Set(parts.filter(({ overdue }) => !overdue).map(({ name }) => name));
    const failures = new Map(
      [...context.failures.setbacks()].filter(([, { id }]) => ended.has(id.environment)),
    );
    const soonest = parts
      .map((part) => lookAgainInMs(part, failures, context))
      .filter((ms) => ms !== undefined);
    return {
      wanted,
      before,
      plan,
      self,
      outcomes,
      revisions: new Map(
        parts.flatMap(({ name, revision }) => (revision === undefined ? [] : [[name, revision]])),
      ),
      unread: new Map(parts.flatMap((part) => [...part.unread])),
      failures,
      startedAt: new Date(begun.at).toISOString(),
      finishedAt: new Date(context.clock.now()).toISOString(),
      finishedAtMonotonic: context.clock.monotonic(),
      durationMs: Math.round(context.clock.monotonic() - begun.monotonic),
      awsRequests: context.requestCount() - begun.requests,
      changes: outcomes.filter((outcome) => outcome.result !== 'failed').length,
      lookAgainInMs: soonest.length === 0 ? undefined : Math.min(...soonest),
      leastPauseMs: leastPauseMs(parts.map((part) => ({ place: placeOf(part), reads: part.reads }))),
    };
  };
}

/** What became of one environment. */
interface Ended extends Converged, Pick<PassResult, 'unread'> {
  /** Absent where the source was never read. */
  readonly revision: string | undefined;
  /** AWS requests that looking at this environment took. */
  readonly reads: number;
}

/** One environment's part of a pass. */
interface Part extends Ended {
  readonly name: string;
  /** It has not come to its end, and what it shows is older than this pass. */
  readonly overdue: boolean;
}

/** Of an environment that is declared no more, what is left in it is shown. */
function withoutItself(ended: Ended): Ended {
  const isIn = ({ id }: Step): boolean => !isEnvironment(id);
  return { ...ended, before: ended.before.filter(isIn), steps: ended.steps.filter(isIn) };
}

function ownsAny(snapshot: Snapshot | undefined): boolean {
  return [...(snapshot?.items.values() ?? [])].some(({ manifest }) => manifest !== undefined);
}

/** The account and Region, which AWS's rate limits are counted in; of an environment that could not be looked up, itself. */
function placeOf({ name, snapshot }: Part): string {
  const outputs = snapshot.items.get(resourceKey(environmentId(name)))?.outputs;
  const [account, region] = [textOutput(outputs, 'accountId'), textOutput(outputs, 'region')];
  return account === undefined || region === undefined ? name : `${account}/${region}`;
}

/** An environment that has never come to an end, or of which AWS is silent: nothing is known of it. */
function unseenAsYet(
  { target, desired, revision }: WantedHere,
  { owner, mode, pruneBudget }: PassContext,
  silence: Silence | undefined,
): Ended {
  const environment = target.name;
  const message =
    silence === undefined
      ? `AWS has been slow to answer for environment "${environment}"; it is still being read`
      : `${silence.operation} has not been answered since ${silence.since} in environment "${environment}"; it is still being asked: check the network and the endpoint`;
  const error = new StationkeeperError({
    code: 'NotAnswering',
    message,
    retry: 'backoff',
    ...(silence === undefined ? {} : { operation: silence.operation }),
  });
  const snapshot = [...MODELS.keys()].reduce(
    (seen, kind) => withSeen(seen, environment, kind, { type: 'unseen', why: error.message }),
    EMPTY_SNAPSHOT,
  );
  const prune = { budget: pruneBudget, confirmed: new Set<string>() };
  const nothing = { failed: new Map(), started: new Map() };
  const steps = planSteps({ owner, desired, snapshot, mode, models: MODELS, prune, ...nothing });
  const unread = new Map(desired.map(({ id }) => [resourceKey(id), error] as const));
  return { before: steps, steps, snapshot, outcomes: [], isLagging: false, unread, revision, reads: 0 };
}

/** One environment from observation to outcomes; environments run side by side and know nothing of each other. */
async function runEnvironment(
  runtime: EnvironmentRuntime,
  { desired, frozen, suspect, revision }: WantedHere,
  context: PassContext,
  request: RequestHere,
): Promise<Ended> {
  const { owner, mode, failures, clock } = context;
  const requestsBefore = runtime.requestCount();
  const { snapshot, refused } = await observe(runtime, desired, context.scope);
  const reads = runtime.requestCount() - requestsBefore;
  const unread = unreadResources(desired, refused);
  failures.review(runtime.name, desired, snapshot);
  const input = {
    owner,
    desired,
    snapshot,
    mode,
    models: MODELS,
    ...(request.self === undefined ? {} : { self: request.self }),
    prune: {
      budget: context.pruneBudget,
      confirmed: request.confirmed,
      ...(frozen === undefined ? {} : { frozen }),
      ...(suspect === undefined ? {} : { suspect }),
    },
  } satisfies Partial<PlanInput>;
  if (request.dryRun) {
    const steps = planSteps({ ...input, failed: new Map(), started: new Map() });
    return { before: steps, steps, snapshot, outcomes: [], isLagging: false, unread, revision, reads };
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
  return { ...converged, unread, revision, reads };
}

/** The refusal that keeps a desired resource from being read; an environment's own stands for all in it. */
function unreadResources(desired: readonly Desired[], refused: Look['refused']): PassResult['unread'] {
  return new Map(
    desired.flatMap(({ id }) => {
      const error = refused.get(ENVIRONMENT_KIND) ?? refused.get(id.kind);
      return error === undefined ? [] : [[resourceKey(id), error] as const];
    }),
  );
}

/** The soonest of: what AWS was asked to do, what failed, and what is not yet healthy. */
function lookAgainInMs(
  { name, steps, outcomes, overdue, isLagging }: Part,
  failures: PassResult['failures'],
  { clock }: PassContext,
): number | undefined {
  if (overdue) return OVERDUE_LOOK_AGAIN_MS;
  const progressing = steps.some(
    (step) => 'observed' in step && step.observed?.health.status === 'Progressing',
  );
  const waiting =
    isLagging ||
    steps.some((step) => step.type === 'hold' && step.why === 'waiting' && intentOf(step) !== 'none');
  const now = clock.monotonic();
  const times = [
    ...outcomes.flatMap(({ result, checkAgainInMs = LOOK_AGAIN_MS }) =>
      result === 'failed' ? [] : [checkAgainInMs],
    ),
    ...[...failures.values()]
      .filter(({ id }) => id.environment === name)
      .map((failure) => Math.max(0, failure.nextAttemptAt - now)),
    ...(progressing ? [LOOK_AGAIN_MS] : []),
  ];
  if (times.length > 0) return Math.min(...times);
  return waiting ? LOOK_AGAIN_MS : undefined;
}
