import { createHash } from 'node:crypto';
import { isBadCredentials } from '../core/errors.ts';
import { groupBy } from '../core/order.ts';
import type { Course } from '../core/rollout/course.ts';
import type { Condition, ObjectStatus, StatusReport } from '../status/schema.ts';
import { shownName } from './problem.ts';
import type { Concerned, Problem } from './problem.ts';
import { severityOf, worse } from './severity.ts';
import type { Sort } from './severity.ts';

/** Passes come a minute apart: what one failed read or one retry brings is over after two of them. */
const SETTLE_MS: Readonly<Record<Sort, number>> = {
  stalled: 0,
  degraded: 0,
  'rollout-failed': 0,
  removals: 0,
  approval: 0,
  info: 0,
  source: 120_000,
  unknown: 120_000,
  drifted: 120_000,
  unreachable: 120_000,
  stopping: 120_000,
  retrying: 300_000,
};

/** Reasons of a service's health whose cause lies in the account or its network, so that all daemons there have it in common. */
const OF_PLACE: ReadonlySet<string> = new Set(['SubnetFull', 'QuotaReached', 'CapacityUnavailable']);

/** What is told for all objects at once: invalid documents as the source's, held deletions as a confirmation. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['SourceInvalid', 'PruneBudgetExceeded']);

/** All that is wrong by a report, each cause once. Pure. */
export function problemsOf(report: StatusReport, courses: readonly Course[] = []): readonly Problem[] {
  const shared = new Set(report.causes?.map(({ reason }) => reason));
  const troubles = report.objects.flatMap((object) => troubleOf(object) ?? []);
  const groups = groupBy(troubles, (trouble) => keyOf(trouble, shared));
  return [
    ...sourceProblems(report),
    ...removalProblems(report),
    ...[...groups].map(([key, same]) => problemOf(key, same, courses)),
  ];
}

/** What is wrong with one object. */
interface Trouble {
  readonly object: ObjectStatus;
  readonly sort: Sort;
  readonly reason: string;
  readonly message: string;
}

function troubleOf(object: ObjectStatus): Trouble | undefined {
  const condition = (type: Condition['type']): Condition | undefined =>
    object.conditions.find((one) => one.type === type);
  const ready = condition('Ready');
  const stalled = condition('Stalled');
  const trouble = (sort: Sort, { reason, message }: Condition): Trouble | undefined =>
    TOLD_ELSEWHERE.has(reason) ? undefined : { object, sort, reason, message };
  if (ready === undefined || object.health === 'Suspended') return undefined;
  if (object.kind === 'Rollout') {
    if (ready.reason === 'RolloutFailed') return trouble('rollout-failed', ready);
    return ready.reason === 'ApprovalNeeded' ? trouble('approval', ready) : undefined;
  }
  if (stalled?.status === 'True') return trouble('stalled', stalled);
  if (object.health === 'Degraded') return trouble('degraded', ready);
  if (ready.status === 'Unknown') return trouble('unknown', ready);
  if (ready.status === 'False') {
    const isRetried = condition('Reconciling')?.reason === 'ProgressingWithRetry';
    if (isRetried) return trouble('retrying', ready);
    if (isStopping(object)) return trouble('stopping', ready);
    if (ready.reason === 'DriftDetected') return trouble('drifted', ready);
    return ready.reason === 'DeletionHeld' ? trouble('stalled', ready) : undefined;
  }
  const reach = condition('ConsumersReachable');
  return reach?.status === 'False' ? trouble('unreachable', reach) : undefined;
}

/** Whether tasks of the deployment that is in force stop, and ECS has not given it up yet; those of the one before it are no news. */
function isStopping({ health, cause, stops, deployment }: ObjectStatus): boolean {
  if (health !== 'Progressing' || cause === undefined) return false;
  const { lastAt } = stops ?? {};
  const { startedAt } = deployment ?? {};
  return lastAt === undefined || startedAt === undefined || lastAt >= startedAt;
}

/** Objects have a cause in common where one failure of AWS's meets several, or where it lies in their account; so have the instances of one definition. */
function keyOf({ object, reason }: Trouble, shared: ReadonlySet<string>): string {
  const { kind, name, environment, cause = '' } = object;
  if (isBadCredentials(reason)) return reason;
  if (shared.has(reason)) return `${reason}/${digestOf(cause)}`;
  if (OF_PLACE.has(reason)) return `${reason}/${environment}`;
  return `${kind}/${name}/${reason}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function problemOf(key: string, same: readonly Trouble[], courses: readonly Course[]): Problem {
  const [first] = same as readonly [Trouble];
  const objects = same.map(({ object, message }) => concerned(object, message));
  const { severity, settleMs } = same.reduce(
    (all, { sort, reason }) => ({
      severity: worse(all.severity, severityOf(sort, reason)),
      settleMs: Math.min(all.settleMs, settlingOf(sort, reason)),
    }),
    { severity: severityOf(first.sort, first.reason), settleMs: settlingOf(first.sort, first.reason) },
  );
  return {
    key,
    reason: first.reason,
    severity,
    what: whatOf(first),
    ...(first.object.cause === undefined ? {} : { cause: first.object.cause }),
    message: first.message,
    objects,
    environments: environmentsOf(objects, courses),
    settleMs,
  };
}

/** Credentials do not come back by waiting for the next pass. */
function settlingOf(sort: Sort, reason: string): number {
  return isBadCredentials(reason) ? 0 : SETTLE_MS[sort];
}

/** A Rollout is of no Environment, and concerns those that its definitions go through. */
export function environmentsOf(objects: readonly Concerned[], courses: readonly Course[]): readonly string[] {
  const names = objects.flatMap(({ kind, name, environment }) =>
    kind === 'Rollout'
      ? courses
          .filter(({ definition }) => definition.rollout === name)
          .flatMap(({ turns }) => [...turns.keys()])
      : [environment],
  );
  return [...new Set(names)];
}

/** An object as messages tell of it. */
export function concerned(object: ObjectStatus, message: string): Concerned {
  const { kind, name, environment, tasks, links, since, nextRetryAt } = object;
  return {
    kind,
    name,
    environment,
    message,
    since,
    ...(tasks === undefined ? {} : { tasks }),
    ...(links === undefined ? {} : { links }),
    ...(nextRetryAt === undefined ? {} : { nextRetryAt }),
  };
}

/** Codes of AWS's, which say less than the report's own few words do. */
const AWS_CODE = /Exception|Denied|Unauthorized|Throttl|Limit|Quota|Error$|^NotAnswering$/;

/** Reasons that say less in a title than a few other words do. */
const WORDS: Readonly<Record<string, string>> = {
  ApprovalNeeded: 'rollout waits for approval',
  Blocked: 'consumers cannot reach it',
  Contested: 'somebody keeps changing it in AWS',
  DeletionHeld: 'deletion held',
  DriftDetected: 'changed in AWS',
  NotOurs: 'another owner has it',
  Unseen: 'cannot be read',
};

function whatOf({ object, sort, reason }: Trouble): string {
  const known = WORDS[reason];
  if (known !== undefined) return known;
  if (/Expired/.test(reason) && isBadCredentials(reason)) return 'credentials expired';
  if (isBadCredentials(reason)) return `AWS refuses the credentials (${reason})`;
  if (object.cause === undefined) return reasonInWords(reason);
  if (AWS_CODE.test(reason)) return object.cause;
  const [first = '', second] = object.cause.split(': ');
  if (sort === 'stopping') return `tasks stop, ${first}`;
  return reason === 'RolledBack' && second !== undefined ? `rolled back, ${second}` : reasonInWords(reason);
}

/** `image not found` for `ImageNotFound`; a word in capitals stays one. */
export function reasonInWords(reason: string): string {
  return reason
    .split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}

/** Documents that are named in one message. */
const ERRORS_SHOWN = 3;

function sourceProblems({ source, objects }: StatusReport): readonly Problem[] {
  const whole = source.errors.find(({ file }) => file === '');
  const located = source.errors.filter(({ file }) => file !== '');
  const [first] = located;
  const problems: Problem[] = [];
  if (whole !== undefined) {
    const [, code, message] = /^([A-Za-z]+): (.*)$/s.exec(whole.message) ?? [];
    problems.push({
      key: 'source',
      reason: code ?? 'SourceUnreachable',
      severity: severityOf('source', ''),
      what: `manifests cannot be read (${code ?? 'SourceUnreachable'})`,
      message: `${source.url}: ${message ?? whole.message}`,
      objects: [],
      environments: [],
      next: 'Stationkeeper keeps what the last good revision asked for and reads again in every pass.',
      settleMs: SETTLE_MS.source,
    });
  }
  if (first !== undefined) {
    const invalid = objects
      .filter(({ conditions }) => conditions.some(({ reason }) => reason === 'SourceInvalid'))
      .map((object) => concerned(object, ''));
    const more = located.length - ERRORS_SHOWN;
    const shown = located
      .slice(0, ERRORS_SHOWN)
      .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    problems.push({
      key: 'source/invalid',
      reason: 'SourceInvalid',
      severity: severityOf('source', ''),
      what: located.length === 1 ? `invalid manifest ${first.file}` : `${located.length} errors in manifests`,
      message: [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
      objects: invalid,
      environments: environmentsOf(invalid, []),
      next: 'Push a fix; Stationkeeper changes nothing of these objects until then.',
      settleMs: 0,
    });
  }
  return problems;
}

function removalProblems({ confirmation, objects }: StatusReport): readonly Problem[] {
  if (confirmation === undefined) return [];
  const held = objects
    .filter(({ conditions }) => conditions.some(({ reason }) => reason === 'PruneBudgetExceeded'))
    .map((object) => concerned(object, ''));
  const count = confirmation.objects.length;
  return [
    {
      key: 'removals',
      reason: 'ConfirmationNeeded',
      severity: severityOf('removals', ''),
      what: `${count} ${count === 1 ? 'object waits' : 'objects wait'} for a confirmation to be deleted`,
      message: `${confirmation.why.join('\n')}\n${(confirmation.folded ?? confirmation.objects).slice(0, ERRORS_SHOWN).join('\n')}`,
      objects: held,
      environments: environmentsOf(held, []),
      next: `Confirm with ${confirmation.request}, or restore the manifests.`,
      settleMs: 0,
    },
  ];
}

/** What a problem is about, without where: `xray`, `13 objects`; empty where it is about no object. */
export function shownSubject(objects: readonly Concerned[]): string {
  const names = new Set(objects.map(shownName));
  if (names.size === 0) return '';
  return names.size === 1 ? [...names].join('') : `${objects.length} objects`;
}
