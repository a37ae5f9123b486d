import { likeness } from '../iam/likeness.ts';
import { meetsConditions } from './conditions.ts';
import type { ConditionKeys } from './conditions.ts';

/** One statement of a policy document that has been checked. */
export type Statement = Readonly<Record<string, unknown>>;

/** One question that a service asks IAM while it performs a call. */
export interface IamRequest {
  readonly action: string;
  /** An ARN, or `*` where the action is about nothing in particular. */
  readonly resource: string;
  readonly keys: ConditionKeys;
}

/** What policies say of a request: a statement that denies it, none that allows it, or neither. */
export type Decision = 'explicit deny' | 'implicit deny' | 'allow';

/** Decides as IAM does of policies that stand beside each other: a denial outweighs all that allows (IAM user guide, policy evaluation logic). */
export function decisionOf(statements: readonly Statement[], request: IamRequest): Decision {
  const speaks = (effect: string): boolean =>
    statements.some((statement) => statement['Effect'] === effect && matches(statement, request));
  if (speaks('Deny')) return 'explicit deny';
  return speaks('Allow') ? 'allow' : 'implicit deny';
}

/** The statements of a document's JSON text. */
export function statementsIn(document: string): readonly Statement[] {
  const { Statement: found } = JSON.parse(document) as { readonly Statement: unknown };
  return [found].flat() as readonly Statement[];
}

function matches(statement: Statement, { action, resource, keys }: IamRequest): boolean {
  return (
    isAbout(statement, action) && isOn(statement, resource) && meetsConditions(statement['Condition'], keys)
  );
}

export function isAbout({ Action: actions, NotAction: others }: Statement, action: string): boolean {
  const covers = (pattern: string) => likeness(pattern.toLowerCase()).test(action.toLowerCase());
  return actions === undefined ? !textsOf(others).some(covers) : textsOf(actions).some(covers);
}

function isOn({ Resource: resources, NotResource: others }: Statement, resource: string): boolean {
  const covers = (pattern: string) => likeness(pattern).test(resource);
  return resources === undefined ? !textsOf(others).some(covers) : textsOf(resources).some(covers);
}

export function textsOf(value: unknown): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
