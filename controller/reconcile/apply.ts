import { StationkeeperError, asStationkeeperError } from '../core/errors.ts';
import { needsFrom } from '../core/outputs.ts';
import type { Clock } from '../core/ports.ts';
import { displayId, resourceKey } from '../core/resource.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Observed } from '../core/resource.ts';
import { planSteps } from '../plan/plan.ts';
import type { PlanInput } from '../plan/input.ts';
import { seenIn, withOutcomes } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import { listed } from '../plan/work.ts';
import type { Step } from '../plan/step.ts';
import type { EnvironmentRuntime } from './environments.ts';
import type { Failures } from './memory/failures.ts';
import { beginnings, writeBeginnings } from './beginnings.ts';
import { keepBooks, missingEntries } from './bookkeeping.ts';
import type { HeadWatch } from './head.ts';
import { mutate } from './mutate.ts';
import type { Mutation } from './mutate.ts';
import { ensureStillOurs } from './still-ours.ts';

/** What became of one mutation. */
export type MutationOutcome = Outcome<StationkeeperError>;

/** Hears of each mutation as it begins and ends, for people who watch. */
export interface ProgressListener {
  began(step: Mutation): void;
  ended(step: Mutation, outcome: MutationOutcome): void;
}

export interface ConvergeOptions {
  readonly input: Omit<PlanInput, 'failed' | 'started'>;
  readonly runtime: EnvironmentRuntime;
  readonly failures: Failures;
  /** Asked before anything is changed. */
  readonly head: HeadWatch;
  readonly clock: Clock;
  /** Whether no further step may begin: the program is ending, or the pass has had its time. */
  readonly stop: () => boolean;
  readonly listener?: ProgressListener;
}

export interface Converged {
  /** What there was to do before anything was done. */
  readonly before: readonly Step[];
  /** What is still to do, and what holds it. */
  readonly steps: readonly Step[];
  readonly snapshot: Snapshot;
  readonly outcomes: readonly MutationOutcome[];
  /** Something was read that is older than our own last write of it, and has to be looked at again soon. */
  readonly isLagging: boolean;
  /** It ended because the source has moved on. */
  readonly isOutdated: boolean;
}

/** So long a step is waited for: a call that hangs holds up nothing but its own resource. */
const STEP_PATIENCE_MS = 10_000;
/** What has not been answered is looked at again so soon. */
const UNANSWERED_LOOK_AGAIN_MS = 5_000;

/** Mutations under way at once; AWS's buckets allow bursts of 20 to 50. */
const CONCURRENCY = 10;

/**
 * Converges one environment: takes every step that can be taken, folds the outcomes into the snapshot and plans again, until nothing more
 * can move (law 3). AWS is not read in between. A failure holds its own resource only. When `stop` says so,
 * steps under way end and no further one begins.
 */
export async function converge(options: ConvergeOptions): Promise<Converged> {
  const { failures, head, runtime, stop } = options;
  const { disputes } = failures;
  const outcomes: MutationOutcome[] = [];
  const started = new Map(runtime.unanswered);
  const taken = new Set<string>();
  let snapshot = options.input.snapshot;
  /** Why nothing is deleted: what git wants, or whether that is still so, is not known. */
  let { frozen } = options.input.prune;
  let { gates } = options.input;
  const input = (): Omit<PlanInput, 'failed'> => {
    const { frozen: _asItBegan, ...rules } = options.input.prune;
    const prune = { ...rules, wantedAt: head.confirmedAt(), ...(frozen === undefined ? {} : { frozen }) };
    return { ...options.input, snapshot, started, prune, ...(gates === undefined ? {} : { gates }) };
  };
  const planAgain = (): readonly Step[] => {
    const resting = disputes.resting();
    return planSteps({ ...input(), failed: failures.held(), resting });
  };
  // What differs, whether it is left alone for now or not.
  let steps = planSteps({ ...input(), failed: new Map() });
  for (const { id } of steps.filter(({ type }) => type === 'keep')) failures.settled(id);
  const unseenWrites = disputes.look(runtime.name, steps);
  snapshot = withOutcomes(snapshot, unseenWrites);
  if (unseenWrites.size > 0 || failures.setbacks().size > 0) steps = planAgain();
  const before = steps;
  for (;;) {
    const mutations = steps.filter(isMutation);
    const beginning = beginnings({ ...options.input, snapshot, gates });
    const isIdle = mutations.length === 0 && beginning.length === 0;
    const source = isIdle || stop() ? undefined : await head.ask();
    if (source === undefined || source.type === 'moved') {
      const isOutdated = source !== undefined;
      if (!isOutdated && !stop()) {
        const entries = missingEntries(steps, { ...options.input, resting: disputes.resting() });
        snapshot = withOutcomes(snapshot, await keepBooks(entries, runtime, options.input));
      }
      return { before, steps, snapshot, outcomes, isLagging: unseenWrites.size > 0, isOutdated };
    }
    if (source.type === 'unknown' && frozen === undefined) {
      frozen = source.why;
      steps = planAgain();
      continue;
    }
    if (beginning.length > 0) {
      const begun = await writeBeginnings(beginning, runtime, options.input);
      snapshot = withOutcomes(snapshot, begun.written);
      gates = begun.closed(gates);
      steps = planAgain();
      continue;
    }

    const again = mutations.filter((step) => taken.has(attemptKey(step)));
    for (const step of again) disputes.tookInVain(step);
    const fresh = mutations.filter((step) => !taken.has(attemptKey(step)));
    for (const step of fresh) taken.add(attemptKey(step));

    const changed = new Map<string, Observed | undefined>();
    await runLimited(fresh, stop, async (step) => {
      options.listener?.began(step);
      const outcome = await takePatiently(step, snapshot, options, changed);
      if (outcome.result === 'started')
        started.set(resourceKey(step.id), outcome.message ?? 'AWS is working on it');
      outcomes.push(outcome);
      options.listener?.ended(step, outcome);
    });
    snapshot = withOutcomes(snapshot, changed);
    steps = planAgain();
  }
}

function fail(step: Mutation, error: StationkeeperError, failures: Failures): void {
  failures.failed(step.id, error, step.type === 'delete' ? undefined : step.desired, observedOf(step));
}

function isMutation(step: Step): step is Mutation {
  return step.type !== 'keep' && step.type !== 'hold';
}

/** One mutation of each type and resource in a pass: a replacement is a delete and then a create. */
function attemptKey(step: Mutation): string {
  return `${step.type} ${resourceKey(step.id)}`;
}

function observedOf(step: Mutation): Observed | undefined {
  return step.type === 'create' ? undefined : step.observed;
}

/**
 * Takes a step, and leaves it to itself where AWS does not answer: it is under way then, and what becomes of it is seen by a later pass.
 * What had not begun to change anything by then changes nothing any more, for it was planned on what is old.
 */
async function takePatiently(
  step: Mutation,
  snapshot: Snapshot,
  options: ConvergeOptions,
  changed: Map<string, Observed | undefined>,
): Promise<MutationOutcome> {
  const { clock, runtime } = options;
  const key = resourceKey(step.id);
  const left = new AbortController();
  const answered = new AbortController();
  const work = take(step, snapshot, options, changed, left.signal);
  const waited = clock.sleep(STEP_PATIENCE_MS, answered.signal).then(() => undefined);
  const outcome = await Promise.race([work, waited]);
  // Without a reason it would make a DOMException with a stack.
  answered.abort('answered');
  if (outcome !== undefined) return outcome;
  left.abort();
  const message = `AWS has not answered for ${STEP_PATIENCE_MS / 1000} s; the controller still waits for the answer`;
  runtime.unanswered.set(key, message);
  void work.then(() => runtime.unanswered.delete(key));
  return {
    ...outcomeOf(step),
    result: 'started',
    message,
    checkAgainInMs: UNANSWERED_LOOK_AGAIN_MS,
    at: new Date(clock.now()).toISOString(),
  };
}

function outcomeOf(
  step: Mutation,
): Pick<MutationOutcome, 'id' | 'manifest' | 'type' | 'changes' | 'changedBy' | 'reason' | 'releases'> {
  const { id, manifest, type, changedBy, reason } = step;
  const releases = step.type === 'delete' && step.release;
  return { id, manifest, type, changes: listed(step), changedBy, reason, releases };
}

async function take(
  step: Mutation,
  snapshot: Snapshot,
  { runtime, failures, head, clock, input }: ConvergeOptions,
  changed: Map<string, Observed | undefined>,
  left: AbortSignal,
): Promise<MutationOutcome> {
  const common = outcomeOf(step);
  const at = (): string => new Date(clock.now()).toISOString();
  try {
    const driver = runtime.drivers.get(step.id.kind)!;
    const needs = needsFrom(seenIn(snapshot));
    if (step.type !== 'create') await ensureStillOurs(step, driver, input);
    await head.ensureWanted(step);
    if (left.aborted) throw tooLate(step);
    const done = await mutate(step, driver, needs);
    failures.disputes.took(step, done.type, done.type === 'done' ? done.observed : undefined);
    if (done.type === 'started') {
      return {
        ...common,
        result: 'started',
        message: done.message,
        checkAgainInMs: done.checkAgainInMs,
        at: at(),
      };
    }
    failures.succeeded(step.id);
    changed.set(resourceKey(step.id), done.observed);
    return { ...common, result: 'done', at: at() };
  } catch (thrown) {
    const error = asStationkeeperError(thrown);
    // The call may have been done, and only its answer lost.
    if (step.type === 'create' && error.retry === 'backoff') runtime.inventory.doubted();
    fail(step, error, failures);
    return { ...common, result: 'failed', error, at: at() };
  }
}

/** The pass that planned the step has ended without it. */
function tooLate({ type, id }: Mutation): StationkeeperError {
  const message = `AWS took too long to say who owns ${displayId(id)}, so the controller did not ${type} it; the next pass plans it again`;
  return new StationkeeperError({ code: 'NotAnswering', retry: 'wait', message });
}

async function runLimited<T>(
  items: readonly T[],
  stop: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (stop()) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, lane));
}
