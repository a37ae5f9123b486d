import type { Condition } from '../core/authorization.ts';
import { canonicalJson } from '../core/ownership.ts';
import { saidInOne } from './statements.ts';
import type { Statement } from './statements.ts';

/** A policy as IAM takes it: a list of one is written as its only member. */
export interface PolicyJson {
  readonly Version: '2012-10-17';
  readonly Statement: readonly StatementJson[];
}

type OneOrMore = string | readonly string[];

interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

/** Most characters of a managed policy, without white space (IAM quotas). */
export const MOST_CHARACTERS = 6144;

/** A managed policy, and how much of one it fills. */
export interface Packed {
  readonly policy: PolicyJson;
  /** As IAM counts them against its quota: without white space. */
  readonly characters: number;
}

/** What a policy weighs against IAM's quotas. */
export function charactersOf(policy: PolicyJson): number {
  return JSON.stringify(policy).replaceAll(/\s/g, '').length;
}

/**
 * The statements in as few documents as they fit into: each by itself, as people read them best, or else what may be said together in one
 * where that takes fewer documents.
 */
export function packed(statements: readonly Statement[]): readonly Packed[] {
  const plain = inDocuments(statements);
  if (plain.length === 1) return plain;
  const together = inDocuments(joined(statements));
  return together.length < plain.length ? together : plain;
}

function inDocuments(statements: readonly Statement[]): readonly Packed[] {
  const found: Statement[][] = [];
  for (const statement of statements.flatMap(fitting)) {
    const last = found.at(-1);
    if (last !== undefined && charactersOf(documentOf([...last, statement])) <= MOST_CHARACTERS)
      last.push(statement);
    else found.push([statement]);
  }
  return found.map((each) => {
    const policy = documentOf(each);
    return { policy, characters: charactersOf(policy) };
  });
}

/** Statements of one condition that have resources in common as one, where no action is allowed on anything more by it. */
function joined(statements: readonly Statement[]): readonly Statement[] {
  const found: Statement[] = [];
  for (const statement of statements) {
    const at = found.findIndex((other) => canBeOne(other, statement));
    const other = found[at];
    if (other === undefined) found.push(statement);
    else found[at] = saidInOne(other, statement);
  }
  return found;
}

/** Whether both, in one statement, are shorter and allow what they allow by themselves. */
function canBeOne(a: Statement, b: Statement): boolean {
  const resources = [...a.Resource, ...b.Resource];
  const overlap = a.Resource.some((arn) => b.Resource.includes(arn));
  const isAlike = canonicalJson(a.Condition ?? {}) === canonicalJson(b.Condition ?? {});
  const widens = ({ Action, Resource }: Statement): boolean =>
    Action.map(serviceOf).some((service) =>
      resources.some((arn) => isOf(service, arn) && !Resource.includes(arn)),
    );
  return overlap && isAlike && !widens(a) && !widens(b);
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

/** An action is about the resources of its service alone (Service Authorization Reference). */
function isOf(service: string, arn: string): boolean {
  return arn === '*' || arn.split(':')[2] === service;
}

/** The statement, in halves where its resources alone are too many. */
function fitting(statement: Statement): readonly Statement[] {
  const { Resource: all } = statement;
  if (all.length < 2 || charactersOf(documentOf([statement])) <= MOST_CHARACTERS) return [statement];
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)].flatMap((Resource) => fitting({ ...statement, Resource }));
}

function documentOf(statements: readonly Statement[]): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ Action, Resource, Condition, ...rest }) => ({
      ...rest,
      Action: oneOrMore(Action),
      Resource: oneOrMore(Resource),
      ...(Condition === undefined ? {} : { Condition: conditionJson(Condition) }),
    })),
  };
}

function conditionJson(condition: Condition): NonNullable<StatementJson['Condition']> {
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, oneOrMore(values)])),
    ]),
  );
}

function oneOrMore(list: readonly string[]): OneOrMore {
  const [only, ...others] = list;
  return only !== undefined && others.length === 0 ? only : list;
}
