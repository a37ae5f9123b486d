import { createHash } from 'node:crypto';
import type { StatusReport } from '../status/schema.ts';
import { NO_INCIDENTS, withSighting } from './incidents.ts';
import type { Change, Incidents } from './incidents.ts';
import { narrowed } from './match.ts';
import type { Match } from './match.ts';
import type { Notice, NoticeType } from './notice.ts';
import type { Happening, Problem } from './problem.ts';
import { worse } from './severity.ts';
import { digestWords, happeningWords, incidentWords, inOrderOfNeed } from './words.ts';

/** What decides which messages a receiver gets. */
export interface ReceiverRules {
  readonly name: string;
  readonly match: Match;
  readonly sendResolved: boolean;
  readonly sendUpdates: boolean;
  /** Messages that it takes within a minute; what is more becomes one digest. */
  readonly maxPerMinute: number;
}

/** What was decided for a receiver so far; immutable. */
export interface ReceiverMemory {
  readonly incidents: Incidents;
  /** Epoch milliseconds of the messages of the last minute. */
  readonly sentAt: readonly number[];
  /** Messages that there was no room for, by subject. */
  readonly waiting: readonly Notice[];
  readonly lastSequence: number;
}

export const NO_MEMORY: ReceiverMemory = {
  incidents: NO_INCIDENTS,
  sentAt: [],
  waiting: [],
  lastSequence: 0,
};

/** What a report brings, before it is asked who takes it. */
export interface News {
  readonly problems: readonly Problem[];
  readonly happenings: readonly Happening[];
  readonly source: StatusReport['source'];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly isStart: boolean;
}

const MINUTE_MS = 60_000;

const OF_CHANGE: Readonly<Record<Change['type'], NoticeType>> = {
  opened: 'incident.opened',
  updated: 'incident.updated',
  resolved: 'incident.resolved',
};

const OF_HAPPENING: Readonly<Record<Happening['type'], NoticeType>> = {
  applied: 'change.applied',
  deleted: 'change.deleted',
  healed: 'drift.healed',
  'rollout-done': 'rollout.done',
};

/**
 * The messages that a receiver gets for a report, in the order in which it gets them. Pure. No more than the receiver takes within a
 * minute: where there are more, all of them become one digest, and where there is no room even for that they wait for the next report.
 */
export function newsFor(
  { name, match, sendResolved, sendUpdates, maxPerMinute }: ReceiverRules,
  before: ReceiverMemory,
  { problems, happenings, source, now, isStart }: News,
): { readonly memory: ReceiverMemory; readonly notices: readonly Notice[] } {
  const own = problems.flatMap((problem) => narrowed(problem, match) ?? []);
  const { incidents, changes } = withSighting(before.incidents, {
    problems: own,
    now,
    isStart,
    takesUpdates: sendUpdates,
  });
  const sequence = Math.max(now, before.lastSequence + 1);
  const make = (type: NoticeType, subject: string, rest: Content): Notice => ({
    id: idOf(name, subject, sequence),
    type,
    subject,
    sequence,
    time: new Date(now).toISOString(),
    ...rest,
  });
  const fresh = [
    ...changes
      .filter(({ type }) => sendResolved || type !== 'resolved')
      .map((change) =>
        make(OF_CHANGE[change.type], change.incident.subject, contentOfChange(change, source, now)),
      ),
    ...happenings
      .flatMap((happening) => narrowed({ ...happening, severity: 'info' as const }, match) ?? [])
      .map((happening, index) =>
        make(
          OF_HAPPENING[happening.type],
          // Nothing follows it, so that each is a subject of its own.
          `${happening.reason}/${sequence}-${index}`,
          contentOfHappening(happening, source),
        ),
      ),
  ];
  const due = joined(before.waiting, fresh);
  const sentAt = before.sentAt.filter((at) => now - at < MINUTE_MS);
  const room = maxPerMinute - sentAt.length;
  const memory = { incidents, lastSequence: due.length === 0 ? before.lastSequence : sequence };
  if (due.length === 0 || room <= 0) return { memory: { ...memory, sentAt, waiting: due }, notices: [] };
  // Where nothing can be edited, what a start finds is one message: most of it was told before.
  const isOne = due.length > room || (isStart && !sendUpdates && due.length > 1);
  const notices = isOne
    ? [make('digest', `digest/${sequence}`, contentOfDigest(due.toSorted(inOrderOfNeed)))]
    : due;
  return { memory: { ...memory, sentAt: [...sentAt, ...notices.map(() => now)], waiting: [] }, notices };
}

/** Of what waits and what is new about the same subject the new is told; what began and ended meanwhile is not. */
function joined(waiting: readonly Notice[], fresh: readonly Notice[]): readonly Notice[] {
  const bySubject = new Map(waiting.map((notice) => [notice.subject, notice]));
  for (const notice of fresh) {
    const former = bySubject.get(notice.subject);
    bySubject.delete(notice.subject);
    if (former === undefined) bySubject.set(notice.subject, notice);
    else if (notice.type === 'incident.resolved' && former.type === 'incident.opened') continue;
    else if (former.type === 'incident.opened')
      bySubject.set(notice.subject, { ...notice, type: former.type });
    else bySubject.set(notice.subject, notice);
  }
  return [...bySubject.values()];
}

/** A digest of what makes a message unique: SNS takes 128 characters of few sorts. */
export function idOf(receiver: string, subject: string, sequence: number): string {
  return createHash('sha256').update(`${receiver}\n${subject}\n${sequence}`).digest('hex').slice(0, 32);
}

type Content = Omit<Notice, 'id' | 'type' | 'subject' | 'sequence' | 'time'>;

function contentOfChange(change: Change, source: News['source'], now: number): Content {
  const { problem, openedAt, foundAtStart } = change.incident;
  const { severity, reason, objects, environments } = problem;
  const [known] = objects.flatMap(({ since }) => (since === '' ? [] : [since])).toSorted();
  return {
    severity: change.type === 'resolved' ? 'info' : severity,
    reason,
    ...incidentWords(change, source, now),
    objects,
    environments,
    ...(foundAtStart ? {} : { since: known ?? new Date(openedAt).toISOString() }),
    foundAtStart,
    members: [],
  };
}

function contentOfHappening(happening: Happening, source: News['source']): Content {
  const { reason, objects, environments } = happening;
  return {
    severity: 'info',
    reason,
    ...happeningWords(happening, source),
    objects,
    environments,
    foundAtStart: false,
    members: [],
  };
}

function contentOfDigest(members: readonly Notice[]): Content {
  return {
    severity: members.reduce((all, { severity }) => worse(all, severity), 'info' as Notice['severity']),
    reason: 'Digest',
    ...digestWords(members),
    objects: [],
    environments: [...new Set(members.flatMap(({ environments }) => environments))],
    foundAtStart: members.every(({ foundAtStart }) => foundAtStart),
    members,
  };
}
