import type { HostAttributes } from '../instances/state.ts';
import type { Operator, Query, Subject } from './query.ts';
import { remembered } from './remembered.ts';

/** What a query asks about, of one container instance. */
export interface QueryTarget {
  /** An attribute can be there without a value. */
  readonly attributes: Pick<HostAttributes, 'has' | 'get'>;
  readonly agentConnected: boolean;
  readonly agentVersion: string;
  readonly ec2InstanceId: string;
  readonly registeredAt: Date;
  readonly runningTasksCount: number;
  /** Groups of the tasks that run on it. */
  readonly groups: () => Iterable<string>;
}

/** Whether the instance is one of those that the query means. A missing attribute equals nothing, so that `!=` is true of it. */
export function matches(query: Query, target: QueryTarget): boolean {
  if ('and' in query) return query.and.every((part) => matches(part, target));
  if ('or' in query) return query.or.some((part) => matches(part, target));
  if ('not' in query) return !matches(query.not, target);
  return meets(query.subject, query.operator, query.values, target);
}

function meets(
  subject: Subject,
  operator: Operator,
  values: readonly string[],
  target: QueryTarget,
): boolean {
  if ('attribute' in subject) {
    if (operator === 'exists') return target.attributes.has(subject.attribute);
    const value = target.attributes.get(subject.attribute);
    return value !== undefined && compares(operator, value, values, naturalOrder);
  }
  switch (subject.field) {
    case 'agentConnected':
      return compares(operator, String(target.agentConnected), values, naturalOrder);
    case 'agentVersion':
      return compares(operator, target.agentVersion, values, versionOrder);
    case 'ec2InstanceId':
      return compares(operator, target.ec2InstanceId, values, naturalOrder);
    case 'registeredAt':
      return compares(operator, target.registeredAt.toISOString(), values, dateOrder);
    case 'runningTasksCount':
      return compares(operator, String(target.runningTasksCount), values, naturalOrder);
    case 'task:group':
      return [...target.groups()].some((group) => compares(operator, group, values, naturalOrder));
  }
}

type Order = (a: string, b: string) => number;

function compares(operator: Operator, value: string, values: readonly string[], order: Order): boolean {
  const [argument = ''] = values;
  switch (operator) {
    case '==':
      return order(value, argument) === 0;
    case '>':
      return order(value, argument) > 0;
    case '>=':
      return order(value, argument) >= 0;
    case '<':
      return order(value, argument) < 0;
    case '<=':
      return order(value, argument) <= 0;
    case 'in':
      return values.includes(value);
    case '=~':
      return patternOf(argument).test(value);
    case 'exists':
      return true;
  }
}

/** Numbers by size, all else by its letters. */
function naturalOrder(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined && x !== y) return x - y;
  return a < b ? -1 : 1;
}

function numberOf(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `1.9.0` comes before `1.10.0`. */
function versionOrder(a: string, b: string): number {
  const [one, other] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const order = naturalOrder(one[index] ?? '0', other[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** In whole seconds, as AWS writes them. A date without a zone is one of UTC. */
function dateOrder(a: string, b: string): number {
  return secondsOf(a) - secondsOf(b);
}

function secondsOf(text: string): number {
  const hasZone = !text.includes('T') || /(Z|[+-]\d\d:\d\d)$/.test(text);
  return Math.floor(Date.parse(hasZone ? text : `${text}Z`) / 1000);
}

/** The whole value has to match, as with Java's `matches`. */
const patternOf = remembered((text) => new RegExp(`^(?:${text})$`));
