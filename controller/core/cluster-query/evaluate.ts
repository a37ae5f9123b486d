import { ATTRIBUTE } from './expression.ts';
import type { Comparison, Expression, Operator } from './expression.ts';
import { wholeMatch } from './java-pattern.ts';

/** What expressions ask of a container instance. What AWS did not tell is undefined. */
export interface QueriedInstance {
  /** The value of each, which may be empty. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly agentConnected?: boolean | undefined;
  /** `1.89.2`. */
  readonly agentVersion?: string | undefined;
  /** Null where it is no instance of EC2. */
  readonly ec2InstanceId?: string | null | undefined;
  /** Epoch milliseconds by AWS's clock. */
  readonly registeredAt?: number | undefined;
  readonly runningTasksCount?: number | undefined;
  /** Of the tasks that run on it: `service:web`. */
  readonly taskGroups?: readonly string[] | undefined;
}

/** Whether something is true of an instance; undefined where that cannot be told. */
type Question = (instance: QueriedInstance) => boolean | undefined;

/**
 * What the expression asks of an instance. It cannot be told where AWS did not say what it asks for, and where it asks for what cannot be
 * decided here (java-pattern.ts). AWS does not document what a comparison says of a subject that is not there: as Java has it, it equals
 * nothing, so that the denying operators are true of it. A subject of several values, task:group, equals what one of them equals.
 */
export function questionOf(expression: Expression): Question {
  switch (expression.type) {
    case 'comparison':
      return comparing(expression);
    case 'not': {
      const inner = questionOf(expression.of);
      return (instance) => negated(inner(instance));
    }
    case 'and': {
      const parts = expression.parts.map(questionOf);
      return (instance) => everyOf(parts.map((part) => part(instance)));
    }
    case 'or': {
      const parts = expression.parts.map(questionOf);
      return (instance) => negated(everyOf(parts.map((part) => negated(part(instance)))));
    }
  }
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

/** One that is false decides, whatever is not known. */
function everyOf(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

/** What denies another operator. */
const DENIALS: Readonly<Partial<Record<Operator, Operator>>> = {
  not_equals: 'equals',
  not_exists: 'exists',
  not_in: 'in',
  not_matches: 'matches',
};

function comparing(comparison: Comparison): Question {
  const { subject, operator } = comparison;
  const denied = DENIALS[operator];
  if (denied !== undefined) {
    const question = comparing({ ...comparison, operator: denied });
    return (instance) => negated(question(instance));
  }
  const isTrueOf = comparingValues(comparison);
  return (instance) => {
    const values = valuesOf(subject, instance);
    if (values === undefined) return undefined;
    let isUnsure = false;
    for (const value of values) {
      const holds = isTrueOf(value);
      if (holds === true) return true;
      if (holds === undefined) isUnsure = true;
    }
    return isUnsure ? undefined : false;
  };
}

/** Undefined where AWS did not tell. */
function valuesOf(subject: string, instance: QueriedInstance): readonly string[] | undefined {
  if (subject.startsWith(ATTRIBUTE)) {
    const value = instance.attributes.get(subject.slice(ATTRIBUTE.length));
    return value === undefined ? [] : [value];
  }
  const { ec2InstanceId, agentConnected, agentVersion, registeredAt, runningTasksCount } = instance;
  switch (subject) {
    case 'task:group':
      return instance.taskGroups;
    case 'ec2InstanceId':
      return ec2InstanceId === null ? [] : oneOf(ec2InstanceId);
    case 'agentConnected':
      return oneOf(agentConnected);
    case 'agentVersion':
      return oneOf(agentVersion);
    case 'registeredAt':
      return oneOf(registeredAt);
    case 'runningTasksCount':
      return oneOf(runningTasksCount);
    default:
      return undefined;
  }
}

function oneOf(value: string | number | boolean | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [String(value)];
}

/** Whose values are no texts, and are the same in several spellings. */
const MEASURED: ReadonlySet<string> = new Set(['registeredAt', 'runningTasksCount']);

/** Of an operator that denies nothing. */
function comparingValues({
  subject,
  operator,
  arguments: list,
}: Comparison): (value: string) => boolean | undefined {
  const [argument = ''] = list;
  switch (operator) {
    case 'exists':
      return () => true;
    case 'in':
      return (value) => list.includes(value);
    case 'matches': {
      const pattern = wholeMatch(argument);
      return (value) => pattern?.test(value);
    }
    case 'equals':
      return (value) =>
        value === argument || (MEASURED.has(subject) && orderOf(subject, value, argument) === 0);
    case 'greater_than':
      return ordering((order) => order > 0);
    case 'greater_than_equal':
      return ordering((order) => order >= 0);
    case 'less_than':
      return ordering((order) => order < 0);
    case 'less_than_equal':
      return ordering((order) => order <= 0);
    case 'not_equals':
    case 'not_exists':
    case 'not_in':
    case 'not_matches':
      throw new Error(`${operator} denies another operator, which is asked instead`);
  }

  function ordering(isMeant: (order: number) => boolean): (value: string) => boolean | undefined {
    return (value) => {
      const order = orderOf(subject, value, argument);
      return order === undefined ? undefined : isMeant(order);
    };
  }
}

/** Less than 0 where the value comes before the argument; undefined where the two have no order that is sure. */
function orderOf(subject: string, value: string, argument: string): number | undefined {
  switch (subject) {
    case 'runningTasksCount':
      return numeric(Number(value), argument.trim() === '' ? Number.NaN : Number(argument));
    case 'registeredAt':
      return numeric(Number(value), timeOf(argument));
    case 'agentVersion':
      return orderOfVersions(value, argument);
    default:
      return orderOfTexts(value, argument);
  }
}

function numeric(a: number, b: number): number | undefined {
  return Number.isNaN(a - b) ? undefined : a - b;
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** One of the four forms of the developer guide, in UTC where it names no zone; NaN for others. */
function timeOf(text: string): number {
  const [whole, time, , zone] = TIME.exec(text) ?? [];
  if (whole === undefined) return Number.NaN;
  return Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
}

function orderOfVersions(a: string, b: string): number | undefined {
  const [ours, theirs] = [a, b].map((version) =>
    /^v?\d+(\.\d+)*$/.test(version) ? version.replace('v', '').split('.').map(Number) : undefined,
  );
  if (ours === undefined || theirs === undefined) return undefined;
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    const difference = (ours[at] ?? 0) - (theirs[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** AWS does not say whether attributes are compared as texts or as numbers: sure is what is the same either way. */
function orderOfTexts(a: string, b: string): number | undefined {
  const asTexts = a === b ? 0 : a < b ? -1 : 1;
  const asNumbers = numeric(
    a.trim() === '' ? Number.NaN : Number(a),
    b.trim() === '' ? Number.NaN : Number(b),
  );
  return asNumbers === undefined || Math.sign(asNumbers) === asTexts ? asTexts : undefined;
}
