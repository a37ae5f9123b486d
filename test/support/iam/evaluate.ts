import type { PolicyJson } from '../../../controller/policy/documents.ts';

/** One question that a service asks IAM while it performs a call. */
export interface IamRequest {
  readonly action: string;
  /** An ARN, or `*` where the action is about nothing in particular. */
  readonly resource: string;
  /** By condition key; a key that is missing was not in the request. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

type Statement = PolicyJson['Statement'][number];

/** Whether identity policies allow a request, as IAM evaluates them: one statement that matches whole is enough (IAM: policy evaluation logic). */
export function isAllowed(policies: readonly PolicyJson[], request: IamRequest): boolean {
  return policies.some(({ Statement }) => Statement.some((statement) => matches(statement, request)));
}

function matches(statement: Statement, { action, resource, context }: IamRequest): boolean {
  return (
    listOf(statement.Action).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    listOf(statement.Resource ?? []).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], listOf(values))),
    )
  );
}

/** The operators that our policies use; another one is a mistake, and IAM's own condition keys are always there. */
function holds(operator: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return actual !== undefined && actual.some((value) => wanted.includes(value));
    case 'ForAllValues:StringEquals':
      return (actual ?? []).every((value) => wanted.includes(value));
    case 'Null':
      return wanted.includes(String(actual === undefined));
    default:
      throw new Error(`the evaluator does not know ${operator}`);
  }
}

/** IAM's wildcards: `*` is any text, over colons and slashes too, `?` any character. */
function isLike(text: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
