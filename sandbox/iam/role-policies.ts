import type {
  AttachRolePolicyCommandInput,
  AttachRolePolicyCommandOutput,
  DeleteRolePolicyCommandInput,
  DeleteRolePolicyCommandOutput,
  DetachRolePolicyCommandInput,
  DetachRolePolicyCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  PutRolePolicyCommandInput,
  PutRolePolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import {
  checkModifiable,
  checkPolicyArn,
  checkPolicyName,
  checkPolicyPath,
  iamPage,
  pageMembers,
} from './checks.ts';
import { MAX_INLINE_POLICY_SIZE, checkIdentityPolicy, policySize } from './policy-document.ts';
import { encodePolicy } from './policy-encoding.ts';
import { attachedShape, requireAttachable } from './policy-store.ts';
import { requireRole } from './role-store.ts';
import type { Role } from './state.ts';

/** Managed policies per role, before any increase. */
const MAX_ATTACHED_POLICIES = 10;

export function putRolePolicy(
  input: PutRolePolicyCommandInput,
  context: CallContext,
): Answer<PutRolePolicyCommandOutput> {
  const role = requireRole(context.account.iam, input.RoleName);
  checkModifiable(role);
  const policyName = checkPolicyName(input.PolicyName);
  const document = checkIdentityPolicy(input.PolicyDocument, context);
  let size = policySize(document);
  for (const [name, other] of role.inlinePolicies.from(''))
    if (name !== policyName) size += policySize(other);
  if (size > MAX_INLINE_POLICY_SIZE) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${MAX_INLINE_POLICY_SIZE} bytes exceeded for role ${role.roleName}`,
      409,
    );
  }
  role.inlinePolicies.set(policyName, document);
  return {};
}

export function getRolePolicy(
  input: GetRolePolicyCommandInput,
  { account }: CallContext,
): Answer<GetRolePolicyCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const policyName = checkPolicyName(input.PolicyName);
  return {
    RoleName: role.roleName,
    PolicyName: policyName,
    PolicyDocument: encodePolicy(inlinePolicy(role, policyName)),
  };
}

export function listRolePolicies(
  input: ListRolePoliciesCommandInput,
  { account }: CallContext,
): Answer<ListRolePoliciesCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const page = iamPage(input, (start) => policyNames(role, start));
  return { PolicyNames: [...page.items], ...pageMembers(page) };
}

export function deleteRolePolicy(
  input: DeleteRolePolicyCommandInput,
  { account }: CallContext,
): Answer<DeleteRolePolicyCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  checkModifiable(role);
  const policyName = checkPolicyName(input.PolicyName);
  inlinePolicy(role, policyName);
  role.inlinePolicies.delete(policyName);
  return {};
}

/** Attaching what is attached changes nothing. */
export function attachRolePolicy(
  input: AttachRolePolicyCommandInput,
  { account }: CallContext,
): Answer<AttachRolePolicyCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  checkModifiable(role);
  const attached = requireAttachable(account.iam, input.PolicyArn);
  const { policyArn } = attached;
  if (!role.attachedPolicies.has(policyArn) && role.attachedPolicies.size >= MAX_ATTACHED_POLICIES) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED_POLICIES}`,
      409,
    );
  }
  role.attachedPolicies.set(policyArn, attached);
  return {};
}

export function detachRolePolicy(
  input: DetachRolePolicyCommandInput,
  { account }: CallContext,
): Answer<DetachRolePolicyCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  checkModifiable(role);
  const policyArn = checkPolicyArn(input.PolicyArn);
  if (!role.attachedPolicies.delete(policyArn)) {
    throw new AwsError('NoSuchEntity', `Policy ${policyArn} was not found.`, 404);
  }
  return {};
}

export function listAttachedRolePolicies(
  input: ListAttachedRolePoliciesCommandInput,
  { account }: CallContext,
): Answer<ListAttachedRolePoliciesCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const prefix = checkPolicyPath(input.PathPrefix, 'pathPrefix');
  const page = iamPage(
    input,
    (start) => role.attachedPolicies.from(start),
    ({ policyArn }) => pathOf(policyArn).startsWith(prefix),
  );
  return {
    AttachedPolicies: page.items.map(attachedShape),
    ...pageMembers(page),
  };
}

function inlinePolicy(role: Role, policyName: string): string {
  const document = role.inlinePolicies.get(policyName);
  if (document === undefined) {
    throw new AwsError('NoSuchEntity', `The role policy with name ${policyName} cannot be found.`, 404);
  }
  return document;
}

/** `/service-role/` of `arn:aws:iam::aws:policy/service-role/X`. */
function pathOf(policyArn: string): string {
  return policyArn.slice(policyArn.indexOf('/'), policyArn.lastIndexOf('/') + 1);
}

function* policyNames(role: Role, start: string): Generator<readonly [string, string]> {
  for (const [name] of role.inlinePolicies.from(start)) yield [name, name];
}
