import { regionalArn } from '../../core/arn.ts';
import type { Place } from '../../core/arn.ts';
import type { KindModel } from '../../core/kind.ts';
import { canonicalPolicy } from '../../core/policy-document.ts';
import type { PolicyDocument } from '../../core/policy-document.ts';
import type { FieldChange, Observed } from '../../core/resource.ts';
import { saidIn } from '../../core/said-fields.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { policyChanges } from '../../plan/policy-changes.ts';
import { withoutSecretSources } from '../../plan/secret-sources.ts';
import { roleFacts } from './facts.ts';
import type { OptionalField, PolicyResource, RoleSpec } from './spec.ts';

/** A role as AWS has it. GetAccountAuthorizationDetails returns no description, so there is none to compare. */
export interface RoleState {
  readonly trustPolicy: PolicyDocument;
  /** By policy name. */
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of managed policies. */
  readonly attachedPolicies: readonly string[];
  readonly path: string;
  /** ARN of a managed policy; null: there is none. */
  readonly permissionsBoundary: string | null;
}

/** Where ARNs lie is no word of git. */
const ANYWHERE: Place = { accountId: '', partition: '', region: '' };

export const roleModel: KindModel<RoleSpec, RoleState> = {
  facts: roleFacts,
  updateChangesOutputs: false,
  replaceInterrupts:
    'every task that uses the role: it loses its permissions until its service is redeployed; with another name the controller creates it beside the old one, and interrupts nothing',
  replacedWhileUsed: true,
  needs: ({ spec }) => [spec.environment, ...(spec.policies ?? [])],
  says: ({ spec }) => ({
    trustPolicy: trustPolicyOf(spec),
    inlinePolicies: inlinePolicyOf(spec, ANYWHERE),
    attachedPolicies: spec.managedPolicyArns && attachments(spec.managedPolicyArns),
    path: spec.path,
    permissionsBoundary: spec.permissionsBoundary,
  }),
  diff(desired, observed, needs) {
    const { trustPolicy, inlinePolicies } = observed.state;
    const { managedPolicyArns, path, permissionsBoundary } = optionalOf(desired.spec, observed);
    const place = needs(desired.spec.environment);
    const wanted = place && inlinePolicyOf(desired.spec, place);
    return [
      ...policyChanges('trustPolicy', canonicalPolicy(trustPolicyOf(desired.spec)), trustPolicy),
      ...(wanted === undefined ? [] : inlineChanges(canonicalPolicies(wanted), inlinePolicies)),
      ...attachedChanges(desired.spec.name, managedPolicyArns, observed.state),
      ...compareFields({ path, permissionsBoundary }, observed.state, { replace: ['path'] }),
    ];
  },
};

/** What a manifest says, or said before, of the fields that are ours only then. */
function optionalOf(spec: RoleSpec, { tags }: Observed) {
  const said = saidIn(tags);
  const of = <Field extends OptionalField, Default>(field: Field, fallback: Default) =>
    spec[field] === undefined && said.has(field) ? fallback : spec[field];
  return {
    managedPolicyArns: of('managedPolicyArns', []),
    path: of('path', '/'),
    permissionsBoundary: of('permissionsBoundary', null),
  };
}

function attachments(arns: readonly string[]): Readonly<Record<string, 'attached'>> {
  return Object.fromEntries(arns.map((arn) => [arn, 'attached']));
}

function attachedChanges(
  role: string,
  wanted: readonly string[] | undefined,
  { attachedPolicies }: RoleState,
): readonly FieldChange[] {
  return wanted === undefined
    ? attachedPolicies.map((arn) => attachedByOthers(role, arn))
    : compareCollection('attachedPolicies', attachments(wanted), attachments(attachedPolicies));
}

function attachedByOthers(role: string, arn: string): FieldChange {
  return {
    path: `attachedPolicies[${arn}]`,
    from: 'attached',
    to: null,
    by: 'update',
    held: `somebody attached ${arn} to the role, and the controller leaves it: detach it (aws iam detach-role-policy --role-name ${role} --policy-arn ${arn}), name it in managedPolicyArns, or ignore it with stationkeeper.dev/ignore-drift: attachedPolicies`,
  };
}

/** The document that lets the trusted service, and nobody else, assume the role. */
export function trustPolicyOf({
  trustedService,
  trustConditions,
}: Pick<RoleSpec, 'trustedService' | 'trustConditions'>): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: trustedService },
        Action: 'sts:AssumeRole',
        ...(trustConditions === undefined ? {} : { Condition: trustConditions }),
      },
    ],
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
    const { logGroup, region = place.region } = resource;
    return [regionalArn({ ...place, region }, 'logs', `log-group:${logGroup}:*`)];
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
    ...both.flatMap((name) => policyChanges(`inlinePolicies[${name}]`, wanted[name]!, actual[name]!)),
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
