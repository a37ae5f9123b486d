import type {
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
  ManagedPolicyDetail,
  RoleDetail,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import { checkEnum, iamPage, pageMembers } from './checks.ts';
import { briefProfile, profilesOf } from './instance-profile-store.ts';
import { encodePolicy } from './policy-encoding.ts';
import { attachedShape, briefPolicy, briefVersion, policyUsage } from './policy-store.ts';
import type { PolicyUsage } from './policy-store.ts';
import { boundaryMember, tagShape } from './role-store.ts';
import type { IamState, ManagedPolicy, Role } from './state.ts';

const TYPES = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

type Entity =
  | { readonly type: 'Role'; readonly role: Role }
  | { readonly type: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly policy: ManagedPolicy };

/** Roles and managed policies in use, page by page, whatever kind they are of. The sandbox has no users and groups. */
export function getAccountAuthorizationDetails(
  input: GetAccountAuthorizationDetailsCommandInput,
  { account: { iam } }: CallContext,
): Answer<GetAccountAuthorizationDetailsCommandOutput> {
  const asked: readonly string[] = input.Filter ?? [];
  for (const [index, type] of asked.entries()) {
    checkEnum(type, `filter.${index + 1}.member`, TYPES);
  }
  const usage = policyUsage(iam);
  const page = iamPage(
    input,
    (start) => entities(iam, usage, start),
    ({ type }) => asked.length === 0 || asked.includes(type),
  );
  return {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: page.items.flatMap((entity) =>
      entity.type === 'Role' ? [roleDetail(iam, entity.role)] : [],
    ),
    Policies: page.items.flatMap((entity) =>
      entity.type === 'Role' ? [] : [policyDetail(entity.policy, usage)],
    ),
    ...pageMembers(page),
  };
}

/** Walks entities by sort, then by name, from where a page begins: `2 arn:…` for the second sort. */
function* entities(
  iam: IamState,
  { attachments }: PolicyUsage,
  start: string,
): Generator<readonly [string, Entity]> {
  const [, firstKind = '1', firstKey = ''] = /^(\d) (.*)$/.exec(start) ?? [];
  const from = (kind: string): string => (kind === firstKind ? firstKey : '');
  if (firstKind === '1') {
    for (const [key, role] of iam.roles.from(from('1'))) yield [`1 ${key}`, { type: 'Role', role }];
  }
  if (firstKind <= '2') {
    for (const [arn, policy] of iam.policies.from(from('2')))
      yield [`2 ${arn}`, { type: 'LocalManagedPolicy', policy }];
  }
  for (const arn of [...attachments.keys()].toSorted()) {
    const policy = arn < from('3') ? undefined : awsManagedPolicy(arn);
    if (policy !== undefined) yield [`3 ${arn}`, { type: 'AWSManagedPolicy', policy }];
  }
}

function roleDetail(iam: IamState, role: Role): RoleDetail {
  return {
    RoleName: role.roleName,
    RoleId: role.roleId,
    Path: role.path,
    Arn: role.arn,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodePolicy(role.assumeRolePolicyDocument),
    ...boundaryMember(role),
    InstanceProfileList: profilesOf(iam, role).map(briefProfile),
    RolePolicyList: [...role.inlinePolicies.from('')].map(([name, document]) => ({
      PolicyName: name,
      PolicyDocument: encodePolicy(document),
    })),
    AttachedManagedPolicies: [...role.attachedPolicies.values()].map(attachedShape),
    Tags: [...role.tags.values()].map(tagShape),
    RoleLastUsed: {},
  };
}

function policyDetail(policy: ManagedPolicy, usage: PolicyUsage): ManagedPolicyDetail {
  return {
    ...briefPolicy(policy, usage),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    PolicyVersionList: [...policy.versions.values()].map((version) => ({
      ...(version.document === undefined ? {} : { Document: encodePolicy(version.document) }),
      ...briefVersion(policy, version),
    })),
  };
}
