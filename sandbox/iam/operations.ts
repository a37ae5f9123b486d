import { getAccountAuthorizationDetails } from './account-details.ts';
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  putRolePolicy,
} from './role-policies.ts';
import { listRoleTags, tagRole, untagRole } from './role-tags.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listInstanceProfilesForRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
} from './roles.ts';
import { createServiceLinkedRole } from './service-linked-roles.ts';

export const iamOperations = {
  AttachRolePolicy: attachRolePolicy,
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  DeleteRole: deleteRole,
  DeleteRolePolicy: deleteRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListRolePolicies: listRolePolicies,
  ListRoleTags: listRoleTags,
  ListRoles: listRoles,
  PutRolePolicy: putRolePolicy,
  TagRole: tagRole,
  UntagRole: untagRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
} as const;
