import type { IamState, Role } from './state.ts';

/** The role with exactly this ARN, its path included. */
export function findRoleByArn(state: IamState, arn: string): Role | undefined {
  const role = state.roles.get(arn.slice(arn.lastIndexOf('/') + 1).toLowerCase());
  return role?.arn === arn ? role : undefined;
}
