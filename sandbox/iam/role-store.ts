import type { Role as RoleShape, Tag as TagShape } from '@aws-sdk/client-iam';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { checkRoleName } from './checks.ts';
import { encodePolicy } from './policy-encoding.ts';
import { trusts } from './trust.ts';
import type { IamState, Role, Tag } from './state.ts';

/** The most that AWS raises RolesPerAccount to; its default of 1000 would stop at 500 daemons (IAM and AWS STS quotas). */
const MAX_ROLES = 5000;
const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The role with exactly this ARN, its path included. */
export function findRoleByArn(state: IamState, arn: string): Role | undefined {
  const role = state.roles.get(arn.slice(arn.lastIndexOf('/') + 1).toLowerCase());
  return role?.arn === arn ? role : undefined;
}

/**
 * What ECS makes of a role for tasks: `unknown` to it (absent, or too young even to be passed), `passable` but not assumed, as yet or because
 * it does not trust tasks, or `assumable` (IAM User Guide, eventual consistency; reference: hazards, new roles). Roles of other accounts are
 * taken on trust.
 */
export function roleReadiness(
  { account, accountId, region, world }: CallContext,
  arn: string,
): 'unknown' | 'passable' | 'assumable' {
  if (arn.split(':')[4] !== accountId) return 'assumable';
  const role = findRoleByArn(account.iam, arn);
  if (role === undefined || world.now() < role.passableFrom) return 'unknown';
  const isTrusting = trusts(role, {
    by: { service: 'ecs-tasks.amazonaws.com' },
    actions: ['sts:AssumeRole'],
    // ECS tells for whom it asks, and of no cluster more than that (ECS Developer Guide, task IAM role: the confused deputy).
    keys: new Map([
      ['aws:sourceaccount', [accountId]],
      ['aws:sourcearn', [`arn:${partitionOf(region)}:ecs:${region}:${accountId}:*`]],
    ]),
  });
  return world.now() < role.assumableFrom || !isTrusting ? 'passable' : 'assumable';
}

/** Throws ValidationError, NoSuchEntity. */
export function requireRole(state: IamState, roleName: string | undefined): Role {
  const name = checkRoleName(roleName);
  const role = state.roles.get(name.toLowerCase());
  if (role === undefined) {
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }
  return role;
}

/** What a request says of a role; the rest is the world's. */
export type NewRole = Omit<Role, 'roleId' | 'arn' | 'createDate' | 'passableFrom' | 'assumableFrom'>;

/** Throws EntityAlreadyExists, LimitExceeded. */
export function addRole({ account, accountId, region, world }: CallContext, role: NewRole): Role {
  const { roles } = account.iam;
  if (roles.has(role.roleName.toLowerCase())) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${role.roleName} already exists.`, 409);
  }
  if (roles.size >= MAX_ROLES) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${MAX_ROLES}`, 409);
  }
  const { passRole, propagation } = world.timing.iam;
  const added: Role = {
    ...role,
    passableFrom: world.now() + world.pick(passRole),
    assumableFrom: world.now() + world.pick(propagation),
    roleId: roleIdFrom(() => world.random()),
    arn: `arn:${partitionOf(region)}:iam::${accountId}:role${role.path}${role.roleName}`,
    createDate: wholeSecond(world.now()),
  };
  roles.set(added.roleName.toLowerCase(), added);
  return added;
}

export function roleIdFrom(random: () => number): string {
  return idFrom('AROA', random);
}

/** Makes an id from random numbers in [0, 1). */
export function idFrom(prefix: string, random: () => number): string {
  const letters = Array.from({ length: 17 }, () => ID_LETTERS[Math.floor(random() * ID_LETTERS.length)]);
  return `${prefix}${letters.join('')}`;
}

/** A date as IAM has it: without milliseconds. */
export function wholeSecond(epochMs: number): Date {
  return new Date(Math.floor(epochMs / 1000) * 1000);
}

/** A role as CreateRole and GetRole answer it. */
export function wholeRole(role: Role): RoleShape {
  return {
    ...briefRole(role),
    ...boundaryMember(role),
    ...(role.tags.size === 0 ? {} : { Tags: [...role.tags.values()].map(tagShape) }),
  };
}

export function boundaryMember(role: Role): Pick<RoleShape, 'PermissionsBoundary'> {
  if (role.permissionsBoundary === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: role.permissionsBoundary,
    },
  };
}

/** A role as ListRoles answers it: without tags and permissions boundary. */
export function briefRole(role: Role): RoleShape {
  return {
    RoleName: role.roleName,
    RoleId: role.roleId,
    Path: role.path,
    Arn: role.arn,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodePolicy(role.assumeRolePolicyDocument),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  };
}

export function tagShape(tag: Tag): TagShape {
  return { Key: tag.key, Value: tag.value };
}
