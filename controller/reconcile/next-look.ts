import { isTransient } from '../aws/errors.ts';
import type { AwsClock, Clock } from '../core/ports.ts';
import type { Course } from '../core/rollout/course.ts';
import { isEnvironment } from '../core/reference.ts';
import { resourceKey } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';
import type { EnvironmentPass } from './environment-pass.ts';
import type { Setback } from './memory/setbacks.ts';
import type { NextLook, PassResult } from './pass-result.ts';

/** All that decides when a controller looks again: what a pass left under way, what it cost, and how long nothing has come of looking. */

/** The first look at something that has been started, or whose health is on its way. */
const LOOK_AGAIN_MS = 1_000;
/** What has not come to its end is looked at again so soon. */
const OVERDUE_LOOK_AGAIN_MS = 5_000;

export function nextLook(
  passes: readonly EnvironmentPass[],
  setbacks: ReadonlyMap<string, Setback>,
  courses: readonly Course[],
  { clock, awsClock }: { readonly clock: Clock; readonly awsClock: AwsClock },
): NextLook {
  const looks = passes.map((pass) => ({
    pass,
    setbacks: [...setbacks.values()].filter(({ id }) => id.environment === pass.name),
  }));
  const soonest = [
    ...looks.map((look) => lookAgainInMs(look.pass, look.setbacks, clock.monotonic())),
    ...courses.map((course) => lookAgainAtTurn(course, awsClock.now() ?? clock.now())),
  ].filter((ms) => ms !== undefined);
  return {
    lookAgainInMs: soonest.length === 0 ? undefined : Math.min(...soonest),
    isUnderWay: looks.some((look) => isUnderWay(look.pass, look.setbacks)) || courses.some(mayBegin),
    leastPauseMs: leastPauseMs(passes.map((pass) => ({ place: sharedLimitsOf(pass), reads: pass.reads }))),
  };
}

/** A rollout goes on as soon as somebody may begin, and where time alone changes that, at that time. */
function lookAgainAtTurn(course: Course, now: number): number | undefined {
  if (mayBegin(course)) return LOOK_AGAIN_MS;
  return course.nextAt === undefined ? undefined : Math.max(LOOK_AGAIN_MS, course.nextAt - now);
}

/** Whether the next pass has somebody begin. */
export function mayBegin({ turns }: Course): boolean {
  return [...turns.values()].some(({ state }) => state === 'begins');
}

/** What decides whether there is something to look at again. */
type Seen = Pick<EnvironmentPass, 'steps' | 'outcomes' | 'unread' | 'isOverdue' | 'isLagging' | 'isOutdated'>;

/**
 * Whether the environment goes on by itself: it has not come to its end, a step was taken or could be, AWS ends what one waits for, a
 * failure is tried again, AWS could not answer just now, or something is not well yet. A step that waits for another goes on with that, or not at all.
 */
export function isUnderWay(
  { steps, outcomes, unread, isOverdue, isLagging, isOutdated }: Seen,
  setbacks: readonly Pick<Setback, 'error'>[],
): boolean {
  return (
    isOverdue ||
    isLagging ||
    isOutdated ||
    outcomes.some(({ result }) => result !== 'failed') ||
    steps.some((step) => isTaken(step) || endsByItself(step) || isProgressing(step)) ||
    setbacks.some(({ error }) => error.retry !== 'never') ||
    (!steps.some(isUnreadEnvironment) && [...unread.values()].some(isTransient))
  );
}

/** Where nothing answers, the way there is probably wrong. */
function isUnreadEnvironment(step: Step): boolean {
  return isEnvironment(step.id) && step.type === 'hold' && step.why === 'unseen';
}

function isTaken({ type }: Step): boolean {
  return type !== 'keep' && type !== 'hold';
}

function endsByItself(step: Step): boolean {
  return step.type === 'hold' && step.endsByItself === true && step.intent !== 'none';
}

/** What is somebody else's comes along without anything to do here. */
function isProgressing(step: Step): boolean {
  if (step.type === 'hold' && step.why === 'not-ours') return false;
  return 'observed' in step && step.observed?.health.status === 'Progressing';
}

/** The soonest of: what AWS was asked to do, what failed, and what else is under way; what was left undone is taken at once. */
function lookAgainInMs(pass: EnvironmentPass, setbacks: readonly Setback[], now: number): number | undefined {
  if (pass.isOverdue) return OVERDUE_LOOK_AGAIN_MS;
  const times = [
    ...pass.outcomes.flatMap(({ result, checkAgainInMs = LOOK_AGAIN_MS }) =>
      result === 'failed' ? [] : [checkAgainInMs],
    ),
    ...setbacks.map(({ nextAttemptAt }) => Math.max(0, nextAttemptAt - now)),
    ...(pass.steps.some(isProgressing) ? [LOOK_AGAIN_MS] : []),
  ];
  if (times.length > 0) return Math.min(...times);
  return isUnderWay(pass, setbacks) ? LOOK_AGAIN_MS : undefined;
}

/** The account and Region, which AWS counts rate limits in; an environment that could not be looked up counts by itself. */
function sharedLimitsOf({ name, place }: EnvironmentPass): string {
  return place === undefined ? name : `${place.accountId}/${place.region}`;
}

/**
 * ECS and EC2 refill their read buckets by 20 calls a second, which the account's other clients share: a quarter is ours. The first
 * fill costs nobody anything (reference: quotas).
 */
const PAUSE_PER_READ_MS = 200;
const READS_WITHOUT_PAUSE = 50;

/** AWS requests that looking at one environment took, and the account and Region whose rate limits they count against. */
export interface Reads {
  readonly place: string;
  readonly reads: number;
}

/**
 * The pause that the busiest account and Region needs for its read buckets. What is read elsewhere costs it nothing; what other
 * environments read in the same place does.
 */
export function leastPauseMs(looks: readonly Reads[]): number {
  const byPlace = new Map<string, number>();
  for (const { place, reads } of looks) byPlace.set(place, (byPlace.get(place) ?? 0) + reads);
  const most = Math.max(0, ...byPlace.values());
  return Math.max(0, most - READS_WITHOUT_PAUSE) * PAUSE_PER_READ_MS;
}

/** What a pause follows from. */
export type PauseBasis = Pick<
  PassResult,
  'lookAgainInMs' | 'leastPauseMs' | 'outcomes' | 'failures' | 'finishedAtMonotonic'
>;

/** How long to wait from one pass to the next. */
export interface Pauses {
  /** Milliseconds after this pass. */
  after(result: PauseBasis): number;
  /** Somebody asks: what is under way is looked at often again. */
  reset(): void;
}

const SHORTEST_MS = 200;
/** Cloud Map and ECS take seconds to minutes: what is under way is noticed at most this late, and costs a pass this seldom. */
const NOTICED_WITHIN_MS = 10_000;
/** Shares of the time that nothing has come of looking. */
const EARLY_SHARE = 1 / 2;
const LATE_SHARE = 1 / 8;

/**
 * The pause is the interval while there is nothing to watch. While something is under way, the longer nothing has come of looking the
 * seldomer it is done: soon after a step, every ten seconds within the minutes that AWS takes, and every interval in the end. What failed
 * is tried again when its time has come.
 */
export function createPauses(intervalMs: number): Pauses {
  let newsAt: number | undefined;
  let underWay: ReadonlySet<string> = new Set();

  return {
    after({ lookAgainInMs, leastPauseMs, outcomes, failures, finishedAtMonotonic: now }) {
      const started = new Set(
        outcomes
          .filter(({ result }) => result === 'started')
          .map(({ type, id }) => `${type} ${resourceKey(id)}`),
      );
      const isNews =
        outcomes.some(({ result }) => result === 'done') || [...started].some((key) => !underWay.has(key));
      underWay = started;
      if (lookAgainInMs === undefined) {
        newsAt = undefined;
        return intervalMs;
      }
      if (isNews || newsAt === undefined) newsAt = now;
      const waitedMs = now - newsAt;
      const growingMs = Math.max(Math.min(waitedMs * EARLY_SHARE, NOTICED_WITHIN_MS), waitedMs * LATE_SHARE);
      const retries = [...failures.values()].map(({ nextAttemptAt }) => nextAttemptAt - now);
      const pauseMs = Math.min(Math.max(lookAgainInMs, growingMs), ...retries);
      return Math.min(intervalMs, Math.max(SHORTEST_MS, leastPauseMs, pauseMs));
    },
    reset() {
      newsAt = undefined;
    },
  };
}
