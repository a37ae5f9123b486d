import { regionalArn } from '../../core/arn.ts';
import type { Place } from '../../core/arn.ts';
import type { KindModel } from '../../core/kind.ts';
import { isSameJson } from '../../core/ownership.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { FieldChange } from '../../core/resource.ts';
import { compareCollection } from '../../plan/compare.ts';
import { withoutSecretSources } from '../../plan/secret-sources.ts';
import { roleFacts } from './facts.ts';
import { canonicalPolicy } from './policy-document.ts';
import type { PolicyDocument } from './policy-document.ts';

/** A resource of a policy statement: literal, or one whose ARN needs the account and region of the environment. */
export type PolicyResource =
  | string
  | { readonly logGroup: string }
  /** An SSM parameter given by name. */
  | { readonly ssmParameter: string }
  /** A secret of Secrets Manager given by name. */
  | { readonly secretName: string };

export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly PolicyResource[];
  /** As IAM has it: operator → key → values. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * An IAM role that ECS tasks assume, with one inline policy. Inside an owned role every inline policy is ours; a managed policy
 * that somebody attached is theirs: it is told of, as it lets tasks do what git does not say, and only detached where the role is
 * deleted, which IAM demands.
 */
export interface RoleSpec {
  readonly name: string;
  readonly description: string;
  /** Account, partition and region for the statements' ARNs. */
  readonly environment: Reference<EnvironmentOutputs>;
  /** Who may assume it: `ecs-tasks.amazonaws.com`. */
  readonly trustedService: string;
  readonly policyName: string;
  /** No statements: no inline policy. */
  readonly statements: readonly PolicyStatement[];
}

/** A role as AWS has it. GetAccountAuthorizationDetails returns no description, so there is none to compare. */
export interface RoleState {
  readonly trustPolicy: PolicyDocument;
  /** By policy name. */
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of managed policies, which are not ours. */
  readonly attachedPolicies: readonly string[];
}

/** Where ARNs lie is no word of git. */
const ANYWHERE: Place = { accountId: '', partition: '', region: '' };

export const roleModel: KindModel<RoleSpec, RoleState> = {
  facts: roleFacts,
  updateChangesOutputs: false,
  replaceInterrupts:
    'every task that uses the role: it loses its permissions until its service is redeployed',
  needs: (desired) => [desired.spec.environment],
  says: ({ spec }) => ({ trustPolicy: trustPolicyOf(spec), inlinePolicies: inlinePolicyOf(spec, ANYWHERE) }),
  diff(desired, observed, needs) {
    const { trustPolicy, inlinePolicies, attachedPolicies } = observed.state;
    const place = needs(desired.spec.environment);
    const wanted = place && inlinePolicyOf(desired.spec, place);
    return [
      ...documentChanges('trustPolicy', canonicalPolicy(trustPolicyOf(desired.spec)), trustPolicy),
      ...(wanted === undefined ? [] : inlineChanges(canonicalPolicies(wanted), inlinePolicies)),
      ...attachedPolicies.map((arn) => attachedChange(desired.spec.name, arn)),
    ];
  },
};

function attachedChange(role: string, arn: string): FieldChange {
  return {
    path: `attachedPolicies[${arn}]`,
    from: 'attached',
    to: null,
    by: 'update',
    held: `somebody attached ${arn} to the role, and it is theirs: detach it (aws iam detach-role-policy --role-name ${role} --policy-arn ${arn}), or let it be by stationkeeper.dev/ignore-drift: attachedPolicies`,
  };
}

/** The document that lets the trusted service, and nobody else, assume the role. */
export function trustPolicyOf(spec: RoleSpec): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: spec.trustedService }, Action: 'sts:AssumeRole' }],
  };
}

/** What a role's State holds for documents that were written. */
function canonicalPolicies(
  policies: Readonly<Record<string, PolicyDocument>>,
): Readonly<Record<string, PolicyDocument>> {
  return Object.fromEntries(
    Object.entries(policies).map(([name, document]) => [name, canonicalPolicy(document)]),
  );
}

/** The wanted inline policies by name; none where there are no statements. */
export function inlinePolicyOf(
  spec: Pick<RoleSpec, 'policyName' | 'statements'>,
  place: Place,
): Readonly<Record<string, PolicyDocument>> {
  if (spec.statements.length === 0) return {};
  const Statement = spec.statements.map((statement) => ({
    ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
    Effect: statement.effect,
    Action: statement.actions,
    Resource: statement.resources.flatMap((resource) => resourceArns(resource, place)),
    ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
  }));
  return { [spec.policyName]: { Version: '2012-10-17', Statement } };
}

function resourceArns(resource: PolicyResource, place: Place): readonly string[] {
  if (typeof resource === 'string') return [resource];
  if ('logGroup' in resource) {
    // Writing goes to the group's streams, which the suffix names (CloudWatch Logs: IAM resource types).
    return [regionalArn(place, 'logs', `log-group:${resource.logGroup}:*`)];
  }
  if ('secretName' in resource) {
    // Secrets Manager adds a hyphen and six characters to the name (its user guide, IAM policy examples).
    return [regionalArn(place, 'secretsmanager', `secret:${resource.secretName}-??????`)];
  }
  const name = resource.ssmParameter.replace(/^\//, '');
  return [regionalArn(place, 'ssm', `parameter/${name}`)];
}

function inlineChanges(
  wanted: Readonly<Record<string, PolicyDocument>>,
  actual: Readonly<Record<string, PolicyDocument>>,
): readonly FieldChange[] {
  const both = Object.keys(wanted).filter((name) => actual[name] !== undefined);
  const without = (policies: Readonly<Record<string, PolicyDocument>>) =>
    Object.fromEntries(Object.entries(policies).filter(([name]) => !both.includes(name)));
  return [
    ...both.flatMap((name) => documentChanges(`inlinePolicies[${name}]`, wanted[name]!, actual[name]!)),
    // Nothing else in a policy is secret, whatever a condition key is called.
    ...compareCollection('inlinePolicies', without(wanted), without(actual), { sensitive: () => false }).map(
      (change) => ({
        ...change,
        from: withoutSecretSources(change.from),
        to: withoutSecretSources(change.to),
      }),
    ),
  ];
}

/** Statement by statement and member by member; a statement more or less shifts those that follow it. */
function documentChanges(at: string, wanted: PolicyDocument, actual: PolicyDocument): readonly FieldChange[] {
  const statements = Array.from({ length: Math.max(wanted.Statement.length, actual.Statement.length) });
  return [
    ...valueChanges(`${at}.Version`, wanted.Version, actual.Version),
    ...statements.flatMap((_, index) => {
      const path = `${at}.Statement[${index}]`;
      const to = wanted.Statement[index];
      const from = actual.Statement[index];
      if (to === undefined || from === undefined) return valueChanges(path, to, from);
      const members = new Set([...Object.keys(to), ...Object.keys(from)]);
      return [...members].flatMap((name) => valueChanges(`${path}.${name}`, to[name], from[name]));
    }),
  ];
}

/** A policy is whole: a member that one side lacks differs. */
function valueChanges(path: string, to: unknown, from: unknown): readonly FieldChange[] {
  if (to !== undefined && from !== undefined && isSameJson(to, from)) return [];
  const shown = (value: unknown): unknown => withoutSecretSources(value ?? null);
  return [{ path, from: shown(from), to: shown(to), by: 'update' }];
}
