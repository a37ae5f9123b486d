import { manifestKey, objectKey } from '../core/resource.ts';
import { groupBy } from '../core/order.ts';
import { someOf } from '../core/some-of.ts';
import type { Course } from '../core/rollout/course.ts';
import type { FreshTransition } from '../status/history.ts';
import type { ObjectStatus, StatusReport, Transition } from '../status/schema.ts';
import { concerned, environmentsOf } from './problems.ts';
import type { Concerned, Happening } from './problem.ts';

/** What is under way and will be news once it has come to its end; immutable. */
export interface UnderWay {
  /** Objects that git made differ, and what of them was changed, by object key. */
  readonly changed: ReadonlyMap<string, Changed>;
  /** Rollouts that were not done when they were last seen. */
  readonly rollouts: ReadonlySet<string>;
}

interface Changed {
  readonly object: Concerned;
  /** `service/xray`. */
  readonly resources: readonly string[];
  readonly revision: string | undefined;
  /** Whether all that was done to them was to make them. */
  readonly isNew: boolean;
  /** Epoch milliseconds: when the last of it was done. */
  readonly at: number;
}

export const NOTHING_UNDER_WAY: UnderWay = { changed: new Map(), rollouts: new Set() };

const BY_GIT: ReadonlySet<Transition['why']> = new Set([
  'Created',
  'Changed',
  'Replaced',
  'Deleted',
  'Released',
]);

/** For so long a change that is made waits for others of its commit, so that they are told in one message. */
const TOGETHER_MS = 600_000;
/** The field of a deployment that ECS gave up, and that is asked for once more: nobody changed anything. */
const RETRIED = 'rollout';
/** Changes or resources that one message names. */
const MOST_NAMED = 3;

/**
 * What has come to its end since the last report and needs nobody: changes of git that are made, drift that was healed, Rollouts that are
 * done. A change is told once its object is as wanted, however many passes that takes, and one commit is told once for all objects that
 * get there while others of it are still on their way. Pure.
 */
export function withReport(
  before: UnderWay,
  {
    report,
    fresh,
    courses = [],
  }: {
    readonly report: StatusReport;
    readonly fresh: readonly FreshTransition[];
    readonly courses?: readonly Course[];
  },
): { readonly underWay: UnderWay; readonly happenings: readonly Happening[] } {
  const objects = new Map(report.objects.map((object) => [objectKey(object.environment, object), object]));
  const changed = new Map(before.changed);
  for (const { object, environment, transition } of fresh) {
    if (!isMade(transition) || !BY_GIT.has(transition.why)) continue;
    const key = `${environment}|${object}`;
    const known = changed.get(key);
    const resources = new Set([...(known?.resources ?? []), transition.resource ?? '']);
    changed.set(key, {
      object: concernedBy(objects.get(key), object, environment),
      resources: [...resources],
      revision: transition.revision,
      isNew: transition.why === 'Created' && known?.isNew !== false,
      at: Date.parse(transition.at),
    });
  }
  const now = Date.parse(report.pass.finishedAt ?? '');
  const moving = new Set(
    [...changed].flatMap(([key, { revision }]) => (isMoving(objects.get(key)) ? [revision] : [])),
  );
  const ended = [...changed].filter(
    ([key, { revision, at }]) =>
      hasArrived(objects.get(key)) && (!moving.has(revision) || now - at >= TOGETHER_MS),
  );
  for (const [key] of ended) changed.delete(key);
  const rollouts = report.objects.filter(({ kind }) => kind === 'Rollout');
  const done = rollouts.filter(({ name, health }) => health === 'Healthy' && before.rollouts.has(name));
  return {
    underWay: {
      changed,
      rollouts: new Set(rollouts.filter(({ health }) => health !== 'Healthy').map(({ name }) => name)),
    },
    happenings: [
      ...appliedOf(
        ended.map(([key, one]) => ({ ...one, isThere: objects.has(key) })),
        report,
      ),
      ...fresh.flatMap((one) => healedOf(one, objects)),
      ...done.map((rollout) => doneOf(rollout, courses)),
    ],
  };
}

function isMade({ result, finishedAt }: Transition): boolean {
  return result === 'done' || result === 'started' || finishedAt !== undefined;
}

/** An object that is gone has arrived too: nothing is left to be deleted. */
function hasArrived(object: ObjectStatus | undefined): boolean {
  if (object === undefined) return true;
  return object.sync === 'Synced' && object.health !== 'Degraded' && !isMoving(object);
}

/** What is stuck moves no more: nobody waits for it. */
function isMoving(object: ObjectStatus | undefined): boolean {
  if (object === undefined) return false;
  return (
    object.health === 'Progressing' ||
    object.conditions.some(({ type, status }) => type === 'Reconciling' && status === 'True')
  );
}

function concernedBy(status: ObjectStatus | undefined, object: string, environment: string): Concerned {
  if (status !== undefined) return concerned(status, '');
  const slash = object.indexOf('/');
  const kind = object.slice(0, slash) as Concerned['kind'];
  return { kind, name: object.slice(slash + 1), environment, message: '', since: '' };
}

function appliedOf(
  ended: readonly (Changed & { readonly isThere: boolean })[],
  { source }: StatusReport,
): readonly Happening[] {
  const groups = groupBy(ended, ({ revision = '', isThere }) => `${isThere} ${revision}`);
  return [...groups.values()].flatMap((same): readonly Happening[] => {
    const [first] = same;
    if (first === undefined) return [];
    const objects = same.map(({ object }) => object);
    const environments = environmentsOf(objects, []);
    const resources = someOf([...new Set(same.flatMap((one) => one.resources))], MOST_NAMED);
    const { revision, isThere } = first;
    const commit = revision === undefined ? '' : ` ${shortRevision(revision)}`;
    const isHead = revision === source.revision && source.subject !== undefined;
    const by = source.author === undefined ? '' : ` (${source.author})`;
    return [
      {
        type: isThere ? 'applied' : 'deleted',
        reason: isThere ? 'Applied' : 'Deleted',
        what: isThere ? `applied${commit}` : 'deleted',
        message: [
          `${isThere ? (same.every(({ isNew }) => isNew) ? 'Created' : 'Changed') : 'Deleted'} ${resources}.`,
          ...(isHead ? [`Commit ${source.subject}${by}`] : []),
        ].join('\n'),
        objects,
        environments,
      },
    ];
  });
}

/** As people know a commit; a folder's digest is shortened alike. */
export function shortRevision(revision: string): string {
  return revision.replace(/^sha256:/, '').slice(0, 7);
}

function healedOf(
  { object, environment, transition }: FreshTransition,
  objects: ReadonlyMap<string, ObjectStatus>,
): readonly Happening[] {
  const { why, result, resource = '', changes, finishedAt } = transition;
  // What was begun and then ends is told once, when it begins.
  if (why !== 'Drifted' || (result !== 'done' && result !== 'started')) return [];
  if (result === 'done' && finishedAt !== undefined) return [];
  if (changes.every(({ path }) => path === RETRIED)) return [];
  const paths = someOf(
    changes.map(({ path }) => (path === 'exists' ? 'somebody deleted it' : path)),
    MOST_NAMED,
  );
  const told = changes.slice(0, MOST_NAMED).map(({ path, from, to }) => {
    return path === 'exists'
      ? `${resource} was deleted in AWS; Stationkeeper made it again.`
      : `${resource} ${path}: ${shown(from)} in AWS, ${shown(to)} again.`;
  });
  const concernedOne = concernedBy(objects.get(`${environment}|${object}`), object, environment);
  return [
    {
      type: 'healed',
      reason: 'DriftHealed',
      what: paths === '' ? 'drift healed' : `drift healed (${paths})`,
      message: told.join('\n'),
      objects: [concernedOne],
      environments: [environment],
    },
  ];
}

function shown(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : JSON.stringify(value);
}

function doneOf(rollout: ObjectStatus, courses: readonly Course[]): Happening {
  const message = rollout.conditions[0]?.message ?? '';
  const objects = [concerned(rollout, message)];
  return {
    type: 'rollout-done',
    reason: 'RolloutDone',
    what: 'rollout done',
    message: message === '' ? `${manifestKey(rollout)} is done.` : message,
    objects,
    environments: environmentsOf(objects, courses),
  };
}
