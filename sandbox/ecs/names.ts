import { partitionOf } from '../partition.ts';
import type { CallContext } from '../sandbox.ts';
import { callerOf } from '../sts/caller.ts';

/** Whose ARNs are meant. */
export interface Owner {
  readonly region: string;
  readonly accountId: string;
}

/** Up to 255 letters, digits, hyphens and underscores: clusters, services, families and containers. */
export const ECS_NAME = /^[a-zA-Z0-9_-]{1,255}$/;

/** `arn:aws:ecs:us-east-1:385605022855:cluster/xray` for `cluster/xray`. */
export function ecsArn(owner: Owner, resource: string): string {
  return `arn:${partitionOf(owner.region)}:ecs:${owner.region}:${owner.accountId}:${resource}`;
}

export function rootArn(owner: Owner): string {
  return `arn:${partitionOf(owner.region)}:iam::${owner.accountId}:root`;
}

/** Who calls, as GetCallerIdentity names them. */
export function callerArn(context: CallContext): string {
  return callerOf(context).arn;
}

/** `role` is a name, with its path where that is not `/`. */
export function roleArn(owner: Owner, role: string): string {
  return `arn:${partitionOf(owner.region)}:iam::${owner.accountId}:role/${role.replace(/^\//, '')}`;
}

/** The role that ECS acts with when it makes interfaces and registers instances. */
export function serviceLinkedRoleArn(owner: Owner): string {
  return roleArn(owner, 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS');
}

/**
 * What follows `<type>/` in an ARN of the owner, or the whole value where it is no ARN at all.
 * Undefined for an ARN of another account, region or type.
 */
export function resourcePath(owner: Owner, type: string, value: string): string | undefined {
  if (!value.startsWith('arn:')) return value;
  const prefix = ecsArn(owner, `${type}/`);
  return value.startsWith(prefix) ? value.slice(prefix.length) : undefined;
}
