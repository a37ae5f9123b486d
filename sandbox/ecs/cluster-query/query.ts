/** What can be asked of a container instance (developer guide, cluster query language). */
export type Subject = { readonly attribute: string } | { readonly field: Field };

export type Field =
  | 'agentConnected'
  | 'agentVersion'
  | 'ec2InstanceId'
  | 'registeredAt'
  | 'runningTasksCount'
  | 'task:group';

/** Without the negated ones, which are `not` of these. */
export type Operator = '==' | '>' | '>=' | '<' | '<=' | 'exists' | 'in' | '=~';

/** An expression, understood. It is plain data, and can be kept with a service. */
export type Query =
  | { readonly and: readonly Query[] }
  | { readonly or: readonly Query[] }
  | { readonly not: Query }
  | { readonly subject: Subject; readonly operator: Operator; readonly values: readonly string[] };

const COMPARISONS: readonly Operator[] = ['>', '>=', '<', '<='];
const NAMES: readonly Operator[] = ['==', 'in', '=~'];

/** The operators that the guide has for each field; attributes take all of them. */
const OPERATORS_OF: Readonly<Record<Field, readonly Operator[]>> = {
  agentConnected: NAMES,
  agentVersion: ['==', ...COMPARISONS],
  ec2InstanceId: NAMES,
  registeredAt: ['==', ...COMPARISONS],
  runningTasksCount: ['==', ...COMPARISONS],
  'task:group': NAMES,
};

/** The field of that name; undefined where there is none. */
export function fieldOf(name: string): Field | undefined {
  return Object.hasOwn(OPERATORS_OF, name) ? (name as Field) : undefined;
}

export function takes(subject: Subject, operator: Operator): boolean {
  return 'attribute' in subject || OPERATORS_OF[subject.field].includes(operator);
}
