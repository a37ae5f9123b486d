import { objectKey } from '../core/resource.ts';
import type { Problem } from './problem.ts';
import { worse } from './severity.ts';
import type { Severity } from './severity.ts';

/** A problem from its first sight to its end, as one receiver is told of it. Times are epoch milliseconds. */
export interface Incident {
  /** Names it in every message, and after a restart of the controller too. */
  readonly subject: string;
  /** As it was last seen. */
  readonly problem: Problem;
  readonly openedAt: number;
  /** What the receiver was last told; absent as long as it was told nothing. */
  readonly told?: Told;
  /** Absent while it lasts. */
  readonly absentSince?: number;
  /** How often it came back after it was told to be over. */
  readonly returns: number;
  /** The controller found it when it started, so that it may be older. */
  readonly foundAtStart: boolean;
}

interface Told {
  readonly at: number;
  readonly severity: Severity;
  readonly reason: string;
  /** By object key. */
  readonly objects: ReadonlySet<string>;
}

/** All incidents of one receiver, in the order in which they began; immutable. */
export interface Incidents {
  readonly open: readonly Incident[];
  /** Told to be over, and remembered for a while: what comes back is no new one. */
  readonly closed: readonly Incident[];
}

export const NO_INCIDENTS: Incidents = { open: [], closed: [] };

/** One thing that a receiver is to be told. */
export interface Change {
  readonly type: 'opened' | 'updated' | 'resolved';
  readonly incident: Incident;
}

export interface Sighting {
  /** What the receiver asked for of all that is wrong. */
  readonly problems: readonly Problem[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** The controller has only just started: what it sees may have been there before. */
  readonly isStart: boolean;
  /** Whether the receiver takes every change of an incident, or only that it grows worse. */
  readonly takesUpdates: boolean;
}

/** What has ended must stay so for this long before it is told; twice as long each time that it came back. */
const CALM_MS = 120_000;
const MOST_CALM_MS = 3_600_000;
/** What comes back within this time goes on. */
const REMEMBERED_MS = 3_600_000;
/** An incident has no two updates within this time. */
const UPDATE_MS = 60_000;

/**
 * What changes for a receiver from one report to the next. Pure. One incident goes on as long as its cause is seen, however its objects
 * change, and as long as most of its objects stay unwell, whatever is found to be the cause.
 */
export function withSighting(
  before: Incidents,
  sighting: Sighting,
): { readonly incidents: Incidents; readonly changes: readonly Change[] } {
  const { now } = sighting;
  const seen = matchedTo(before.open, sighting.problems);
  const changes: Change[] = [];
  const open: Incident[] = [];
  const closed = before.closed.filter(({ absentSince = now }) => now - absentSince < REMEMBERED_MS);
  const tell = (type: Change['type'], incident: Incident): Incident => {
    const told = { ...incident, told: toldOf(incident.problem, now) };
    changes.push({ type, incident: told });
    return told;
  };
  for (const incident of before.open) {
    const problem = seen.get(incident);
    const { absentSince: _over, ...lasting } = incident;
    if (problem !== undefined) {
      open.push(continued({ ...lasting, problem }, sighting, tell));
    } else if (isHidden(incident, before.open, seen)) {
      open.push(lasting);
    } else if (incident.told !== undefined) {
      const gone = { ...incident, absentSince: incident.absentSince ?? now };
      if (now - gone.absentSince < calmOf(gone)) open.push(gone);
      else closed.push(tell('resolved', gone));
    }
  }
  const known = new Set(seen.values());
  for (const problem of sighting.problems) {
    if (known.has(problem)) continue;
    const former = closed.findIndex((one) => one.problem.key === problem.key);
    const [returned] = former === -1 ? [] : closed.splice(former, 1);
    open.push(continued(begun(problem, returned, open, sighting), sighting, tell));
  }
  return { incidents: { open, closed }, changes };
}

/** Which of the problems each incident goes on as. */
function matchedTo(open: readonly Incident[], problems: readonly Problem[]): ReadonlyMap<Incident, Problem> {
  const byKey = new Map(problems.map((problem) => [problem.key, problem]));
  const seen = new Map<Incident, Problem>();
  const left = new Set(problems);
  for (const incident of open) {
    const same = byKey.get(incident.problem.key);
    if (same === undefined || !left.delete(same)) continue;
    seen.set(incident, same);
  }
  for (const incident of open) {
    if (seen.has(incident)) continue;
    const heir = [...left].find((problem) => isMostlySame(incident.problem, problem));
    if (heir === undefined) continue;
    seen.set(incident, heir);
    left.delete(heir);
  }
  return seen;
}

/** Whether half of the objects of either are objects of the other. */
function isMostlySame(a: Problem, b: Problem): boolean {
  const keys = keysOf(a);
  const common = [...keysOf(b)].filter((key) => keys.has(key)).length;
  return common > 0 && common * 2 >= a.objects.length && common * 2 >= b.objects.length;
}

function keysOf({ objects }: Problem): ReadonlySet<string> {
  return new Set(objects.map((object) => objectKey(object.environment, object)));
}

/**
 * Whether an incident is only out of sight: an object of it has a trouble that began later, such as credentials that expired, and nobody
 * knows whether it is well beside that.
 */
function isHidden(
  incident: Incident,
  open: readonly Incident[],
  seen: ReadonlyMap<Incident, Problem>,
): boolean {
  const own = keysOf(incident.problem);
  return open.slice(open.indexOf(incident) + 1).some((later) => {
    const problem = seen.get(later);
    return problem !== undefined && [...keysOf(problem)].some((key) => own.has(key));
  });
}

function calmOf({ returns }: Incident): number {
  return Math.min(MOST_CALM_MS, CALM_MS * 2 ** returns);
}

function begun(
  problem: Problem,
  returned: Incident | undefined,
  open: readonly Incident[],
  { now, isStart }: Sighting,
): Incident {
  const taken = new Set(open.map(({ subject }) => subject));
  const returns = returned === undefined ? 0 : returned.returns + 1;
  const subject = freeSubject(returned?.subject ?? problem.key, taken);
  return { subject, problem, openedAt: now, returns, foundAtStart: isStart && returned === undefined };
}

/** Another incident may have begun with the same cause and gone on with another. */
function freeSubject(wanted: string, taken: ReadonlySet<string>): string {
  let subject = wanted;
  for (let count = 2; taken.has(subject); count += 1) subject = `${wanted}#${count}`;
  return subject;
}

/** An incident whose problem is there, after telling what there is to tell of it. */
function continued(
  incident: Incident,
  { now, takesUpdates }: Sighting,
  tell: (type: Change['type'], incident: Incident) => Incident,
): Incident {
  const { told, problem, openedAt } = incident;
  if (told === undefined) return now - openedAt < problem.settleMs ? incident : tell('opened', incident);
  if (now - told.at < UPDATE_MS) return incident;
  const isNews = takesUpdates ? isDifferent(told, problem) : isWorse(told, problem);
  return isNews ? tell('updated', incident) : incident;
}

function toldOf(problem: Problem, now: number): Told {
  const { severity, reason } = problem;
  return { at: now, severity, reason, objects: keysOf(problem) };
}

function isDifferent(told: Told, problem: Problem): boolean {
  const keys = keysOf(problem);
  return (
    told.severity !== problem.severity ||
    told.reason !== problem.reason ||
    keys.size !== told.objects.size ||
    [...keys].some((key) => !told.objects.has(key))
  );
}

/** Worth another message where nothing can be edited: it is more severe, or concerns twice as many objects. */
function isWorse(told: Told, { severity, objects }: Problem): boolean {
  const isMoreSevere = severity !== told.severity && worse(severity, told.severity) === severity;
  return isMoreSevere || (told.objects.size > 0 && objects.length >= 2 * told.objects.size);
}
