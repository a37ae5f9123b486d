/**
 * An expression of ECS's cluster query language (ECS developer guide, "Create expressions to define container instances"), which says of a
 * container instance whether a task may be on it.
 */
export type Expression = Comparison | Negation | Compound;

/** One subject held against its arguments. */
export interface Comparison {
  readonly type: 'comparison';
  /** `attribute:ecs.os-type`, or one of SUBJECTS. */
  readonly subject: string;
  readonly operator: Operator;
  /** None of exists and not_exists, one of most, one or more of in and not_in. */
  readonly arguments: readonly string[];
  /** Where it begins in the text it was read from, from 1 on. */
  readonly column: number;
}

export interface Negation {
  readonly type: 'not';
  readonly of: Expression;
}

export interface Compound {
  readonly type: 'and' | 'or';
  readonly parts: readonly Expression[];
}

/** Operators by their words, and as they are written most. */
export const OPERATORS = {
  equals: '==',
  not_equals: '!=',
  greater_than: '>',
  greater_than_equal: '>=',
  less_than: '<',
  less_than_equal: '<=',
  exists: 'exists',
  not_exists: '!exists',
  in: 'in',
  not_in: '!in',
  matches: '=~',
  not_matches: '!~',
} as const;
export type Operator = keyof typeof OPERATORS;

/** What begins the name of an attribute. */
export const ATTRIBUTE = 'attribute:';

const IDENTITIES: readonly Operator[] = ['equals', 'not_equals'];
const ORDERS: readonly Operator[] = ['greater_than', 'greater_than_equal', 'less_than', 'less_than_equal'];
const CHOICES: readonly Operator[] = ['in', 'not_in', 'matches', 'not_matches'];
const ANY: readonly Operator[] = Object.keys(OPERATORS) as Operator[];

/** Each subject that is no attribute, and the operators that AWS documents for it. */
export const SUBJECTS: Readonly<Record<string, readonly Operator[]>> = {
  agentConnected: [...IDENTITIES, ...CHOICES],
  agentVersion: [...IDENTITIES, ...ORDERS],
  ec2InstanceId: [...IDENTITIES, ...CHOICES],
  registeredAt: [...IDENTITIES, ...ORDERS],
  runningTasksCount: [...IDENTITIES, ...ORDERS],
  'task:group': ANY,
};

/** The operators that AWS documents for a subject. */
export function operatorsOf(subject: string): readonly Operator[] {
  return SUBJECTS[subject] ?? ANY;
}

/** Attributes that ECS itself gives container instances (ECS developer guide, container instance attributes). */
export const BUILT_IN_ATTRIBUTES: readonly string[] = [
  'ecs.ami-id',
  'ecs.availability-zone',
  'ecs.awsvpc-trunk-id',
  'ecs.capability.external',
  'ecs.cpu-architecture',
  'ecs.instance-type',
  'ecs.os-family',
  'ecs.os-type',
  'ecs.outpost-arn',
  'ecs.subnet-id',
  'ecs.vpc-id',
];

/** What can stand without quotes and is read back as it is, also in a list. */
const PLAIN = /^[\w./\\:@^$.*+?-]+$/;

/** The text of an expression, which is read back as the same. Arguments that hold both sorts of quotes cannot be written. */
export function printed(expression: Expression): string {
  switch (expression.type) {
    case 'comparison':
      return printedComparison(expression);
    case 'not':
      return `not(${printed(expression.of)})`;
    case 'and':
    case 'or':
      return expression.parts.map(asPart).join(` ${expression.type} `);
  }
}

function asPart(expression: Expression): string {
  const isCompound = expression.type === 'and' || expression.type === 'or';
  return isCompound ? `(${printed(expression)})` : printed(expression);
}

function printedComparison({ subject, operator, arguments: list }: Comparison): string {
  const sign = OPERATORS[operator];
  const [first] = list;
  if (operator === 'in' || operator === 'not_in') {
    return `${subject} ${sign} [${list.map(quoted).join(', ')}]`;
  }
  return first === undefined ? `${subject} ${sign}` : `${subject} ${sign} ${quoted(first)}`;
}

function quoted(argument: string): string {
  if (PLAIN.test(argument)) return argument;
  return argument.includes("'") ? `"${argument}"` : `'${argument}'`;
}
