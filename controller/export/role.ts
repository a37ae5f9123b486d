import type { RoleDetail } from '@aws-sdk/client-iam';
import { POLICY_ARN, ROLE_PATH } from '../core/arn.ts';
import type { Place } from '../core/arn.ts';
import { canonicalJson } from '../core/ownership.ts';
import { inlinePolicyOf, trustPolicyOf } from '../kinds/role/model.ts';
import type { PolicyStatement } from '../kinds/role/spec.ts';
import { canonicalPolicy, parsePolicy } from '../core/policy-document.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import type { IamDefaults } from '../manifest/expand/roles.ts';
import { IAM_ACTION, IAM_RESOURCE } from '../manifest/schema/role.ts';
import type { ConditionsManifest, RoleManifest, StatementManifest } from '../manifest/schema/role.ts';

/** What is known around a role. */
export interface RolePlace {
  readonly roles: readonly RoleDetail[];
  readonly isShared: boolean;
  /** The name and the policy name that a manifest does not have to say. */
  readonly derivedName: string;
  /** What Stationkeeper puts before the manifest's own statements. */
  readonly given: readonly PolicyStatement[];
  /** What its Environment says of all roles. */
  readonly iam: IamDefaults;
  readonly place: Place;
}

const DEFAULT_POLICY_NAME = 'stationkeeper';
const TRUST = canonicalPolicy(trustPolicyOf({ trustedService: 'ecs-tasks.amazonaws.com' }));

/** A role as a manifest has it: taken over where that says all of it, else used by its ARN and never changed. */
export function exportRole(
  arn: string,
  around: RolePlace,
): { readonly spec: RoleManifest; readonly notes: readonly string[] } {
  const role = around.roles.find(({ Arn }) => Arn === arn);
  const why = whyOnlyUsed(role, around);
  if (role === undefined || why !== undefined) {
    return {
      spec: { arn },
      notes: [`role ${arn.split('/').at(-1)} stays as it is and is named by its ARN: ${why}`],
    };
  }
  const [policy] = role.RolePolicyList ?? [];
  const { statements = [] } = policy === undefined ? {} : ownStatements(policy.PolicyDocument, around);
  const policyName = policy?.PolicyName ?? DEFAULT_POLICY_NAME;
  return {
    spec: {
      ...(role.RoleName === undefined || role.RoleName === around.derivedName ? {} : { name: role.RoleName }),
      ...(policyName === DEFAULT_POLICY_NAME ? {} : { policyName }),
      ...(statements.length === 0 ? {} : { statements: [...statements] }),
      ...optionalFields(role, around.iam),
    },
    notes: [],
  };
}

/** What a manifest says only where it is otherwise than in the Environment. */
function optionalFields(
  { AttachedManagedPolicies: attached = [], Path: path = '/', ...role }: RoleDetail,
  iam: IamDefaults,
): Partial<RoleManifest> {
  const managedPolicyArns = attached.flatMap(({ PolicyArn }) => PolicyArn ?? []);
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn ?? 'none';
  const conditions = conditionsOf(role);
  return {
    ...(managedPolicyArns.length === 0 ? {} : { managedPolicyArns }),
    ...(path === (iam.path ?? '/') ? {} : { path }),
    ...(boundary === (iam.permissionsBoundary ?? 'none') ? {} : { permissionsBoundary: boundary }),
    ...(conditions === undefined ? {} : { trust: { conditions } }),
  };
}

/** The conditions under which ECS may take the role, and nobody else at all; undefined where there are none, or no manifest can say it. */
function conditionsOf(role: Pick<RoleDetail, 'AssumeRolePolicyDocument'>): ConditionsManifest | undefined {
  const [statement, ...others] = parsePolicy(role.AssumeRolePolicyDocument ?? '{}').Statement;
  return others.length > 0 ? undefined : (statement?.['Condition'] as ConditionsManifest | undefined);
}

function trustsEcsAlone(role: RoleDetail): boolean {
  const { Statement, ...document } = parsePolicy(role.AssumeRolePolicyDocument ?? '{}');
  const [statement = {}, ...others] = Statement;
  const { Condition: _conditions, ...unconditioned } = statement;
  return canonicalJson({ ...document, Statement: [unconditioned, ...others] }) === canonicalJson(TRUST);
}

function whyOnlyUsed(role: RoleDetail | undefined, around: RolePlace): string | undefined {
  if (role === undefined) return 'it belongs to another account, or is gone';
  if (around.isShared) return 'it is used more than once';
  if ((role.InstanceProfileList ?? []).length > 0) return 'it is in an instance profile';
  const unsaid = unsaidIn(role);
  if (unsaid !== undefined) return unsaid;
  if (!trustsEcsAlone(role)) {
    return 'its trust policy is not the one for ECS tasks';
  }
  const policies = role.RolePolicyList ?? [];
  if (policies.length > 1) return `it has ${policies.length} inline policies`;
  const [policy] = policies;
  if (policy === undefined) {
    const needed = resolved(around.given, around.place).map(statementText);
    return needed.length === 0
      ? undefined
      : `it has no policy, and an execution role has ${needed.join('; ')}`;
  }
  const { why } = ownStatements(policy.PolicyDocument, around);
  return why === undefined ? undefined : `its policy ${policy.PolicyName} ${why}`;
}

/** What no manifest takes of a role, as a schema and its checks have it. */
function unsaidIn({
  Path: path = '/',
  AttachedManagedPolicies: attached = [],
}: RoleDetail): string | undefined {
  if (!new RegExp(ROLE_PATH).test(path)) return `it has the path ${path}`;
  const odd = attached.find(({ PolicyArn = '' }) => !new RegExp(`^${POLICY_ARN}$`).test(PolicyArn));
  return odd && `the managed policy ${odd.PolicyName} is attached to it`;
}

/** The statements after those that Stationkeeper gives; or why no manifest can say the policy: completes "its policy …". */
function ownStatements(
  encoded: string | undefined,
  { given, place }: RolePlace,
): { readonly statements?: readonly StatementManifest[]; readonly why?: string } {
  const document = parsePolicy(encoded ?? '{}');
  if (document.Version !== '2012-10-17') {
    return { why: `is of version ${document.Version}, and manifests write 2012-10-17` };
  }
  const expected = resolved(given, place);
  const has = (one: PolicyDocument['Statement'][number], among: PolicyDocument['Statement']) =>
    among.some((other) => canonicalJson(other) === canonicalJson(one));
  const missing = expected.filter((one) => !has(one, document.Statement));
  if (missing.length > 0) {
    return {
      why: `does not have, as statements of their own, those of an execution role here: ${missing.map(statementText).join('; ')}`,
    };
  }
  const first = document.Statement.slice(0, expected.length);
  if (canonicalJson(first) !== canonicalJson(expected)) {
    return {
      why: `has what an execution role here begins with (${statementText(expected[0]!)} …) in another order`,
    };
  }
  const own = document.Statement.slice(expected.length);
  const statements = own.flatMap((statement) => statementOf(statement) ?? []);
  const unsaid = own.find((statement) => statementOf(statement) === undefined);
  return unsaid === undefined
    ? { statements }
    : { why: `has a statement that no manifest can express: ${statementText(unsaid)}` };
}

/** Most characters of a statement in a note. */
const MOST_SHOWN = 160;

/** `Allow ecr:GetAuthorizationToken on *`: a statement in short, with what else it has by name. */
function statementText(statement: PolicyDocument['Statement'][number]): string {
  const { Sid, Effect, Action, Resource, ...rest } = statement;
  const list = (value: unknown): string => [value].flat().map(String).join(', ');
  const others = Object.keys(rest);
  const text = [
    list(Effect),
    ...(Action === undefined ? [] : [list(Action)]),
    ...(Resource === undefined ? [] : [`on ${list(Resource)}`]),
    ...(others.length === 0 ? [] : [`with ${others.join(', ')}`]),
    ...(Sid === undefined ? [] : [`(${list(Sid)})`]),
  ].join(' ');
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text;
}

function resolved(statements: readonly PolicyStatement[], place: Place): PolicyDocument['Statement'] {
  const document = inlinePolicyOf({ policyName: 'all', statements }, place)['all'];
  return document === undefined ? [] : canonicalPolicy(document).Statement;
}

const MEMBERS = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

/** A statement as manifests have it, of one that canonicalPolicy leaves with lists of texts. */
function statementOf(statement: PolicyDocument['Statement'][number]): StatementManifest | undefined {
  const { Sid, Effect, Action, Resource, Condition } = statement as {
    readonly Sid?: string;
    readonly Effect?: string;
    readonly Action?: readonly string[];
    readonly Resource?: readonly string[];
    readonly Condition?: NonNullable<StatementManifest['conditions']>;
  };
  if (Object.keys(statement).some((member) => !MEMBERS.has(member))) return undefined;
  if (Effect !== 'Allow' && Effect !== 'Deny') return undefined;
  if (Sid !== undefined && !/^[0-9A-Za-z]+$/.test(Sid)) return undefined;
  if (!allMatch(Action, IAM_ACTION) || !allMatch(Resource, IAM_RESOURCE)) return undefined;
  return {
    ...(Sid === undefined ? {} : { sid: Sid }),
    ...(Effect === 'Allow' ? {} : { effect: Effect }),
    actions: [...Action],
    resources: [...Resource],
    ...(Condition === undefined ? {} : { conditions: Condition }),
  };
}

function allMatch(texts: readonly string[] | undefined, pattern: string): texts is readonly string[] {
  return texts !== undefined && texts.length > 0 && texts.every((text) => new RegExp(pattern).test(text));
}
