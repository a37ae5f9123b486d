import type {
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
  RoleDetail,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { iamPage, pageMembers } from './checks.ts';
import { encodePolicy } from './policy-document.ts';
import { boundaryMember, tagShape } from './role-store.ts';
import type { Role } from './state.ts';

/** Everything about every role, page by page. The sandbox has no users, groups or managed policies of its own. */
export function getAccountAuthorizationDetails(
  input: GetAccountAuthorizationDetailsCommandInput,
  { account }: CallContext,
): Answer<GetAccountAuthorizationDetailsCommandOutput> {
  const asked = input.Filter === undefined || input.Filter.length === 0 || input.Filter.includes('Role');
  const page = iamPage(input, (start) => (asked ? account.iam.roles.from(start) : []));
  return {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: page.items.map(roleDetail),
    Policies: [],
    ...pageMembers(page),
  };
}

function roleDetail(role: Role): RoleDetail {
  return {
    RoleName: role.roleName,
    RoleId: role.roleId,
    Path: role.path,
    Arn: role.arn,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodePolicy(role.assumeRolePolicyDocument),
    ...boundaryMember(role),
    InstanceProfileList: [],
    RolePolicyList: [...role.inlinePolicies.from('')].map(([name, document]) => ({
      PolicyName: name,
      PolicyDocument: encodePolicy(document),
    })),
    AttachedManagedPolicies: [...role.attachedPolicies.values()].map(({ policyName, policyArn }) => ({
      PolicyName: policyName,
      PolicyArn: policyArn,
    })),
    Tags: [...role.tags.values()].map(tagShape),
    RoleLastUsed: {},
  };
}
