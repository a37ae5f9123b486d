import type { CallContext } from '../call.ts';
import { partitionOf } from '../partition.ts';
import { callerOf } from '../sts/caller.ts';
import { invalidParameter } from './errors.ts';

/** The Region and account of the ARNs that are meant. */
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
 * What follows `<type>/` in an ARN of the owner, or the whole value where it is no ARN at all; undefined for an ARN of
 * another type. Throws InvalidParameterException for one of another region or account, in AWS's words (aws-cli#3175).
 */
export function resourcePath(owner: Owner, type: string, value: string): string | undefined {
  if (!value.startsWith('arn:')) return value;
  const [, , service, region, accountId] = value.split(':');
  if (service === 'ecs' && region !== owner.region) throw invalidParameter('Invalid Region in ARN');
  if (service === 'ecs' && accountId !== owner.accountId) throw invalidParameter('AccountIDs mismatch');
  const prefix = ecsArn(owner, `${type}/`);
  return value.startsWith(prefix) ? value.slice(prefix.length) : undefined;
}

/** The same as resourcePath, for what can be nothing but a cluster, service or task. */
export function identifierPath(owner: Owner, type: 'cluster' | 'service' | 'task', value: string): string {
  const path = resourcePath(owner, type, value);
  if (path !== undefined) return path;
  throw invalidParameter(`${type.charAt(0).toUpperCase()}${type.slice(1)} Identifier is invalid`);
}

/**
 * The parts between the slashes of a resource path. Throws InvalidParameterException where there are more than such
 * a path has, as where an ARN was taken for a name.
 */
export function pathParts(path: string, most: number): readonly string[] {
  const parts = path.split('/');
  if (parts.length > most) throw invalidParameter('Invalid identifier: Unexpected number of separators');
  return parts;
}
