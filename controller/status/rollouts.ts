import { compareText, groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { Course } from '../core/rollout/course.ts';
import type { Schedule } from '../core/rollout/schedule.ts';
import { someOf } from '../core/some-of.ts';
import type { Condition, ObjectStatus } from './schema.ts';

/** What the report tells of Rollouts, which are objects of no Environment. */
export interface RolloutInput {
  /** ISO 8601. */
  readonly now: string;
  readonly courses: readonly Course[];
  readonly schedules: readonly Schedule[];
  /** Of the source; absent where it was never read. */
  readonly revision?: string;
}

type State = Course['condition'];
type Facts = Pick<Condition, 'status' | 'reason' | 'message'>;

/** What concerns people most comes first: of several definitions the first state that one is in is the Rollout's. */
const STATES: readonly State[] = ['failed', 'approval', 'paused', 'window', 'progressing', 'done'];

const REASONS: Readonly<Record<State, string>> = {
  failed: 'RolloutFailed',
  approval: 'ApprovalNeeded',
  paused: 'RolloutPaused',
  window: 'WindowClosed',
  progressing: 'Progressing',
  done: 'RolloutDone',
};

const HEALTH: Readonly<Record<State, ObjectStatus['health']>> = {
  failed: 'Degraded',
  approval: 'Progressing',
  paused: 'Suspended',
  window: 'Progressing',
  progressing: 'Progressing',
  done: 'Healthy',
};

/** Every Rollout that git holds, or that a definition names; by name. Pure. */
export function rolloutObjects(
  { now, courses, schedules, revision }: RolloutInput,
  previous: readonly ObjectStatus[],
): readonly ObjectStatus[] {
  const byName = groupBy(courses, ({ definition }) => definition.rollout);
  const names = new Set([...schedules.map(({ name }) => name), ...byName.keys()]);
  const known = new Map(previous.filter(isRolloutObject).map((one) => [one.name, one]));
  return [...names]
    .toSorted(compareText)
    .map((name) => rolloutObject(name, byName.get(name) ?? [], { now, revision, before: known.get(name) }));
}

export function isRolloutObject({ kind }: Pick<ObjectStatus, 'kind'>): boolean {
  return kind === 'Rollout';
}

function rolloutObject(
  name: string,
  courses: readonly Course[],
  context: {
    readonly now: string;
    readonly revision: string | undefined;
    readonly before: ObjectStatus | undefined;
  },
): ObjectStatus {
  const state = STATES.find((one) => courses.some(({ condition }) => condition === one)) ?? 'done';
  const facts = conditionsOf(state, messageOf(state, courses));
  const conditions = (['Ready', 'Reconciling', 'Stalled'] as const).map((type) => {
    const before = context.before?.conditions.find((one) => one.type === type);
    const lastTransitionTime =
      before?.status === facts[type].status ? before.lastTransitionTime : context.now;
    return { type, ...facts[type], lastTransitionTime };
  });
  return {
    kind: 'Rollout',
    name,
    environment: '',
    sync: state === 'done' ? 'Synced' : 'OutOfSync',
    health: HEALTH[state],
    conditions,
    since: conditions[0]?.lastTransitionTime ?? context.now,
    ...(context.revision === undefined ? {} : { observedRevision: context.revision }),
    resources: [],
    instances: [],
  };
}

function conditionsOf(
  state: State,
  message: string,
): Readonly<Record<'Ready' | 'Reconciling' | 'Stalled', Facts>> {
  const reason = REASONS[state];
  const isMoving = state !== 'done' && state !== 'failed' && state !== 'paused';
  return {
    Ready: { status: state === 'done' ? 'True' : 'False', reason, message },
    Reconciling: isMoving
      ? { status: 'True', reason, message }
      : { status: 'False', reason: state === 'failed' ? 'Stalled' : 'Idle', message: '' },
    Stalled:
      state === 'failed'
        ? { status: 'True', reason, message }
        : { status: 'False', reason: 'NotStalled', message: '' },
  };
}

/** What is told of those that are in its state: `DaemonService/xray: stage 2 of 3 (eu): 3 of 12 done`. */
function messageOf(state: State, courses: readonly Course[]): string {
  if (courses.length === 0) return 'no DaemonService names it';
  const told = courses
    .filter(({ condition }) => condition === state)
    .map(({ definition, says }) => `${manifestKey(definition.manifest)}: ${says}`);
  return someOf(told, MOST_TOLD);
}

/** Definitions of which one message tells. */
const MOST_TOLD = 3;
