import { groupBy } from '../core/order.ts';
import { printable } from '../core/printable.ts';
import { durationText } from '../core/duration.ts';
import { someOf } from '../core/some-of.ts';
import type { StatusReport } from '../status/schema.ts';
import { shortRevision } from './happenings.ts';
import type { Incident, Change } from './incidents.ts';
import type { Link, Notice } from './notice.ts';
import { shownName } from './problem.ts';
import type { Concerned, Happening } from './problem.ts';
import { shownSubject } from './problems.ts';
import { SEVERITIES } from './severity.ts';

/** The words of a message: what fits a phone's width, and a few lines below. */
export interface Words {
  readonly title: string;
  readonly lines: readonly string[];
  readonly links: readonly Link[];
}

/** A title is read in a list, or on a locked screen. */
const LONGEST_TITLE = 80;
const LONGEST_LINE = 300;
const LEAST_NAME = 20;
/** Messages that a digest names. */
const TITLES_IN_DIGEST = 10;
const REASONS_IN_DIGEST = 4;

type Source = StatusReport['source'];

/** The words for a change of an incident. */
export function incidentWords({ type, incident }: Change, source: Source, now: number): Words {
  const { problem, openedAt, foundAtStart, returns } = incident;
  const { objects, environments, what, cause, message, next } = problem;
  const isOver = type === 'resolved';
  const again = type === 'opened' && returns > 0;
  const prefix = isOver ? 'Resolved: ' : again ? 'Again: ' : '';
  const [retryAt] = objects.flatMap(({ nextRetryAt }) => nextRetryAt ?? []).toSorted();
  const ended = incident.absentSince ?? now;
  return {
    title: titleOf(prefix, objects, environments, what, isOver ? '' : tasksOf(objects)),
    lines: linesOf([
      ...(isOver ? [] : [...causeOf(cause, message), message]),
      ...membersOf(objects, environments),
      ...(isOver
        ? [`It lasted ${lastingText(ended - openedAt)}.`]
        : [sinceText(incident), ...(again ? [`It came back ${timesText(returns)} within an hour.`] : [])]),
      ...(isOver || retryAt === undefined ? [] : [`Stationkeeper retries at ${clockText(retryAt)}.`]),
      ...(isOver || next === undefined ? [] : [next]),
      ...(isOver || foundAtStart ? [] : commitOf(source)),
    ]),
    links: linksOf(objects, source),
  };
}

/** The cause and what to do, before the whole message, which a phone cuts. */
function causeOf(cause: string | undefined, message: string): readonly string[] {
  return cause === undefined || message.startsWith(cause) ? [] : [`${capitalized(cause)}.`];
}

/** The words for something that happened. */
export function happeningWords(happening: Happening, source: Source): Words {
  const { objects, environments, what, message, type } = happening;
  return {
    title: titleOf('', objects, environments, what, ''),
    lines: linesOf([message, ...membersOf(objects, environments)]),
    links: type === 'deleted' ? [] : linksOf(objects, source),
  };
}

/** The words for many messages at once, which counts them. */
export function digestWords(members: readonly Notice[]): Words {
  const counts = [
    countText(members, ['incident.opened'], 'problem', 'problems'),
    countText(members, ['incident.updated'], 'problem changed', 'problems changed'),
    countText(members, ['incident.resolved'], 'resolved', 'resolved'),
    countText(
      members,
      ['change.applied', 'change.deleted', 'drift.healed', 'rollout.done'],
      'change',
      'changes',
    ),
  ].flat();
  const reasons = [...groupBy(members, ({ reason }) => reason)]
    .map(([reason, same]) => ({ reason, count: same.length }))
    .toSorted((a, b) => b.count - a.count);
  const environments = [...new Set(members.flatMap((one) => one.environments))];
  const more = members.length - TITLES_IN_DIGEST;
  const critical = members.filter(({ severity }) => severity === 'critical').length;
  return {
    title: cut(`${counts.join(', ')}${placeText(environments)}`, LONGEST_TITLE),
    lines: linesOf([
      `${members.length} messages in one: ${someOf(
        reasons.map(({ reason, count }) => `${count} ${reason}`),
        REASONS_IN_DIGEST,
      )}.${critical === 0 ? '' : ` ${critical} ${critical === 1 ? 'is' : 'are'} critical.`}`,
      ...members.slice(0, TITLES_IN_DIGEST).map(({ title }) => `• ${title}`),
      ...(more > 0 ? [`and ${more} more; stationkeeper status lists them.`] : []),
    ]),
    links: [],
  };
}

/** The worst first, and of those the newest incidents before what is over. */
export function inOrderOfNeed(a: Notice, b: Notice): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

function countText(
  members: readonly Notice[],
  types: readonly Notice['type'][],
  one: string,
  many: string,
): readonly string[] {
  const count = members.filter(({ type }) => types.includes(type)).length;
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** `xray in prod-eu: image not found (0 of 2 tasks)`. */
function titleOf(
  prefix: string,
  objects: readonly Concerned[],
  environments: readonly string[],
  what: string,
  tail: string,
): string {
  const subject = shownSubject(objects);
  // Of no Environment, and yet somewhere: a Rollout.
  const isPlaced = objects.some(({ environment }) => environment !== '');
  const where = isPlaced ? placeText(environments) : '';
  if (subject === '')
    return cut(printable(prefix === '' ? capitalized(what) : `${prefix}${what}`), LONGEST_TITLE);
  const rest = printable(`${where}: ${what}`);
  const room = LONGEST_TITLE - prefix.length - tail.length;
  // A long name says less than what is wrong with it.
  const name = cut(printable(subject), Math.max(LEAST_NAME, room - rest.length));
  return `${prefix}${cut(`${name}${rest}`, room)}${tail}`;
}

/** The implicit Environment has a name that nobody wrote. */
function placeText(environments: readonly string[]): string {
  const [first, ...others] = environments;
  if (first === undefined || (first === 'default' && others.length === 0)) return '';
  return others.length === 0 ? ` in ${first}` : ` in ${environments.length} Environments`;
}

function tasksOf(objects: readonly Concerned[]): string {
  const [first, ...others] = objects;
  if (first?.tasks === undefined || others.length > 0) return '';
  const { running, desired } = first.tasks;
  return running < desired ? ` (${running} of ${desired} ${desired === 1 ? 'task' : 'tasks'})` : '';
}

/** Which objects and which Environments, where the title only counts them. */
function membersOf(objects: readonly Concerned[], environments: readonly string[]): readonly string[] {
  const names = [...new Set(objects.map(shownName))];
  return [
    ...(names.length > 1 ? [`Objects: ${someOf(names)}`] : []),
    ...(environments.length > 1 ? [`Environments: ${someOf(environments)}`] : []),
  ];
}

function sinceText({ problem, openedAt, foundAtStart }: Incident): string {
  if (foundAtStart) return 'The controller found it when it started; it may be older.';
  const [since] = problem.objects.flatMap((one) => (one.since === '' ? [] : [one.since])).toSorted();
  return `Since ${clockText(since ?? new Date(openedAt).toISOString())}.`;
}

/** `2026-12-01 03:34 UTC`. */
function clockText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** To the minute; what is shorter, to the second. */
function lastingText(ms: number): string {
  const unit = ms >= 60_000 ? 60_000 : 1000;
  return durationText(Math.max(unit, Math.floor(ms / unit) * unit));
}

function timesText(returns: number): string {
  return returns === 1 ? 'once' : `${returns} times`;
}

function commitOf({ revision, subject, author }: Source): readonly string[] {
  if (revision === undefined) return [];
  const by = author === undefined ? '' : ` (${author})`;
  return [`Commit ${shortRevision(revision)}${subject === undefined ? '' : ` ${subject}`}${by}`];
}

function linksOf(objects: readonly Concerned[], { link }: Source): readonly Link[] {
  const [only, ...others] = objects;
  const { console, logs } = (others.length === 0 ? only?.links : undefined) ?? {};
  return [
    ...(console === undefined ? [] : [{ label: 'Service in the ECS console', url: console }]),
    ...(logs === undefined ? [] : [{ label: 'Logs', url: logs }]),
    ...(link === undefined ? [] : [{ label: 'Commit', url: link }]),
  ];
}

function linesOf(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => cut(printable(line), LONGEST_LINE));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** No longer than that, and no half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
