import { partitionOf } from '../aws/partitions.ts';
import type { Condition, PolicyPlace } from '../core/authorization.ts';
import { groupBy } from '../core/order.ts';
import { isEnvironment } from '../core/reference.ts';
import type { EnvironmentSpec } from '../kinds/environment/model.ts';
import { FACTS } from '../kinds/facts.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import type { Expansion } from '../manifest/expand/index.ts';
import { statementsFor } from './statements.ts';
import type { Statement } from './statements.ts';
import { daemonsToCome } from './to-come.ts';
import type { Demand } from './uses.ts';

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

/** A document to be given to IAM. */
export interface PolicyDocument {
  /** `controller`, `Environment/production`; from the second part on with a number, a trust policy with `/trust`. */
  readonly name: string;
  /** Who gets it, in words. */
  readonly of: string;
  readonly type: 'permissions' | 'trust';
  /** As IAM counts them against its quota: without white space. */
  readonly characters: number;
  readonly policy: PolicyJson;
}

export interface PermissionOptions extends Pick<Demand, 'access' | 'scope'> {
  readonly owner: string;
  /** The Region of environments that name none; undefined: any. */
  readonly region: string | undefined;
  /** What the names of daemon services begin with that are still to come; undefined: there are only those of the manifests. */
  readonly anyName?: string | undefined;
}

/** Most characters of a managed policy, without white space (IAM quotas). */
export const MOST_CHARACTERS = 6144;

/**
 * What everybody who acts for these manifests is to be allowed: the controller itself, which acts in every environment
 * that names no role, and may assume the roles that the others name; and each of those roles. What does not fit
 * into one managed policy comes in several.
 */
export function permissionDocuments(
  { environments, desired, iam }: Pick<Expansion, 'environments' | 'desired' | 'iam'>,
  { owner, region, access, scope, anyName }: PermissionOptions,
): readonly PolicyDocument[] {
  const statementsOf = (target: EnvironmentTarget): readonly Statement[] => {
    const own = desired.filter(({ id }) => id.environment === target.name);
    const place = placeOf(target, region, own);
    return statementsFor({
      kinds: FACTS,
      desired:
        anyName === undefined
          ? own
          : [...own, ...daemonsToCome(anyName, target.name, iam?.get(target.name) ?? {})],
      moreToCome: anyName !== undefined,
      access,
      scope,
      place,
      owner,
      environment: target.name,
    });
  };
  const direct = environments.filter(({ roleArn }) => roleArn === undefined);
  const assumed = environments.flatMap((target) =>
    target.roleArn === undefined ? [] : [{ ...target, roleArn: target.roleArn }],
  );
  const labels = direct.length > 1 ? labelsOf(direct.map(({ name }) => name)) : new Map<string, string>();
  const controller = [
    ...(assumed.length === 0 ? [] : [assumes(assumed.map(({ roleArn }) => roleArn))]),
    ...direct.flatMap((target) =>
      statementsOf(target).map((statement) => ({
        ...statement,
        Sid: `${statement.Sid}${labels.get(target.name) ?? ''}`,
      })),
    ),
  ];
  return [
    ...parts(controller).map((part, nth) => ({
      ...part,
      name: partName('controller', nth),
      of: THE_CONTROLLER,
    })),
    ...assumed.flatMap((target) =>
      parts(statementsOf(target)).map((part, nth) => ({
        ...part,
        name: partName(`Environment/${target.name}`, nth),
        of: target.roleArn,
      })),
    ),
  ];
}

export const THE_CONTROLLER = 'the role or user that the controller runs as';

/** What a policy weighs against IAM's quotas. */
export function charactersOf(policy: PolicyJson): number {
  return JSON.stringify(policy).replaceAll(/\s/g, '').length;
}

function assumes(roles: readonly string[]): Statement {
  return {
    Sid: 'AssumeRoles',
    Effect: 'Allow',
    Action: ['sts:AssumeRole'],
    Resource: [...new Set(roles)],
  };
}

function placeOf(
  { region: own, account, roleArn }: EnvironmentTarget,
  fallback: string | undefined,
  desired: Expansion['desired'],
): PolicyPlace {
  const region = own ?? fallback ?? '*';
  const vpcs = desired.flatMap(({ id, spec }) => (isEnvironment(id) ? [(spec as EnvironmentSpec).vpc] : []));
  const [vpc] = vpcs.flatMap((one) => (typeof one === 'object' && 'id' in one ? [one.id] : []));
  return {
    partition: roleArn?.split(':')[1] ?? partitionOf(region),
    region,
    accountId: account ?? roleArn?.split(':')[4] ?? '*',
    vpcId: vpc ?? '*',
  };
}

/** Environments by what their statements' ids end with: `production-eu` → `ProductionEu`. */
function labelsOf(names: readonly string[]): ReadonlyMap<string, string> {
  const camel = (name: string): string =>
    name
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('');
  return new Map(
    [...groupBy(names, camel)].flatMap(([label, same]) =>
      same.map((name, nth) => [name, nth === 0 ? label : `${label}${nth + 1}`] as const),
    ),
  );
}

function partName(name: string, nth: number): string {
  return nth === 0 ? name : `${name}/${nth + 1}`;
}

type Part = Pick<PolicyDocument, 'type' | 'characters' | 'policy'>;

/** Packs the statements, one after the other, into as few documents as they fit into. */
function parts(statements: readonly Statement[]): readonly Part[] {
  const found: Statement[][] = [];
  for (const statement of statements.flatMap(fitting)) {
    const last = found.at(-1);
    if (last !== undefined && charactersOf(documentOf([...last, statement])) <= MOST_CHARACTERS)
      last.push(statement);
    else found.push([statement]);
  }
  return found.map((each) => {
    const policy = documentOf(each);
    return { type: 'permissions', characters: charactersOf(policy), policy };
  });
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
