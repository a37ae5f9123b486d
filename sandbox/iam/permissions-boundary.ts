import type {
  DeleteRolePermissionsBoundaryCommandInput,
  DeleteRolePermissionsBoundaryCommandOutput,
  PutRolePermissionsBoundaryCommandInput,
  PutRolePermissionsBoundaryCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkModifiable } from './checks.ts';
import { requireBoundary } from './policy-store.ts';
import { requireRole } from './role-store.ts';

/** Throws NoSuchEntity, InvalidInput, UnmodifiableEntity. */
export function putRolePermissionsBoundary(
  input: PutRolePermissionsBoundaryCommandInput,
  { account: { iam } }: CallContext,
): Answer<PutRolePermissionsBoundaryCommandOutput> {
  const role = requireRole(iam, input.RoleName);
  checkModifiable(role);
  role.permissionsBoundary = requireBoundary(iam, input.PermissionsBoundary);
  return {};
}

/** Throws NoSuchEntity, also for a role without boundary; UnmodifiableEntity. */
export function deleteRolePermissionsBoundary(
  input: DeleteRolePermissionsBoundaryCommandInput,
  { account: { iam } }: CallContext,
): Answer<DeleteRolePermissionsBoundaryCommandOutput> {
  const role = requireRole(iam, input.RoleName);
  checkModifiable(role);
  if (role.permissionsBoundary === undefined) {
    throw new AwsError(
      'NoSuchEntity',
      `The role with name ${role.roleName} does not have a permissions boundary.`,
      404,
    );
  }
  role.permissionsBoundary = undefined;
  return {};
}
