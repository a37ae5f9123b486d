import type {
  CreateRoleCommandInput,
  CreateRoleCommandOutput,
  DeleteRoleCommandInput,
  DeleteRoleCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  UpdateAssumeRolePolicyCommandInput,
  UpdateAssumeRolePolicyCommandOutput,
  UpdateRoleCommandInput,
  UpdateRoleCommandOutput,
  UpdateRoleDescriptionCommandInput,
  UpdateRoleDescriptionCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { SortedMap } from '../sorted-map.ts';
import {
  checkDescription,
  checkModifiable,
  checkRolePath,
  checkPathPrefix,
  checkRoleName,
  checkSessionDuration,
  iamPage,
  missing,
  pageMembers,
} from './checks.ts';
import { profilesOf } from './instance-profile-store.ts';
import { checkTrustPolicy } from './policy-document.ts';
import { requireBoundary } from './policy-store.ts';
import { addRole, briefRole, requireRole, wholeRole } from './role-store.ts';
import { addTags } from './role-tags.ts';
import type { Tag } from './state.ts';

const DEFAULT_SESSION_SECONDS = 3600;

export function createRole(
  input: CreateRoleCommandInput,
  context: CallContext,
): Answer<CreateRoleCommandOutput> {
  const tags = new SortedMap<Tag>();
  addTags(tags, input.Tags ?? []);
  const role = addRole(context, {
    roleName: checkRoleName(input.RoleName),
    path: checkRolePath(input.Path),
    assumeRolePolicyDocument: checkTrustPolicy(input.AssumeRolePolicyDocument, context),
    description: checkDescription(input.Description),
    maxSessionDuration: checkSessionDuration(input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS),
    permissionsBoundary:
      input.PermissionsBoundary === undefined
        ? undefined
        : requireBoundary(context.account.iam, input.PermissionsBoundary),
    inlinePolicies: new SortedMap(),
    attachedPolicies: new SortedMap(),
    tags,
  });
  return { Role: wholeRole(role) };
}

export function getRole(input: GetRoleCommandInput, { account }: CallContext): Answer<GetRoleCommandOutput> {
  return { Role: { ...wholeRole(requireRole(account.iam, input.RoleName)), RoleLastUsed: {} } };
}

/** Lists roles without tags and permissions boundaries (reference: IAM role). */
export function listRoles(
  input: ListRolesCommandInput,
  { account }: CallContext,
): Answer<ListRolesCommandOutput> {
  const prefix = checkPathPrefix(input.PathPrefix);
  const page = iamPage(
    input,
    (start) => account.iam.roles.from(start),
    (role) => role.path.startsWith(prefix),
  );
  return { Roles: page.items.map(briefRole), ...pageMembers(page) };
}

/** What the request leaves out stays. A service-linked role can be described only (Update a service-linked role, IAM user guide). */
export function updateRole(
  input: UpdateRoleCommandInput,
  { account }: CallContext,
): Answer<UpdateRoleCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const { Description: description, MaxSessionDuration: seconds } = input;
  if (seconds !== undefined) checkModifiable(role);
  const maxSessionDuration = seconds === undefined ? role.maxSessionDuration : checkSessionDuration(seconds);
  if (description !== undefined) role.description = checkDescription(description);
  role.maxSessionDuration = maxSessionDuration;
  return {};
}

/** The older form of UpdateRole. */
export function updateRoleDescription(
  input: UpdateRoleDescriptionCommandInput,
  { account }: CallContext,
): Answer<UpdateRoleDescriptionCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  if (input.Description === undefined) throw missing('description');
  role.description = checkDescription(input.Description);
  return { Role: wholeRole(role) };
}

export function updateAssumeRolePolicy(
  input: UpdateAssumeRolePolicyCommandInput,
  context: CallContext,
): Answer<UpdateAssumeRolePolicyCommandOutput> {
  const role = requireRole(context.account.iam, input.RoleName);
  checkModifiable(role);
  role.assumeRolePolicyDocument = checkTrustPolicy(input.PolicyDocument, context, 'policyDocument');
  return {};
}

/** Deletes a role, which has to be without policies and in no instance profile. */
export function deleteRole(
  input: DeleteRoleCommandInput,
  { account }: CallContext,
): Answer<DeleteRoleCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  checkModifiable(role);
  if (role.attachedPolicies.size > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
  }
  if (role.inlinePolicies.size > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  }
  if (profilesOf(account.iam, role).length > 0) {
    throw new AwsError(
      'DeleteConflict',
      'Cannot delete entity, must remove roles from instance profile first.',
      409,
    );
  }
  account.iam.roles.delete(role.roleName.toLowerCase());
  return {};
}
