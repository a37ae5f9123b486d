import type { AttachedPolicy as AttachedPolicyShape, Policy as PolicyShape } from '@aws-sdk/client-iam';
import { AwsError } from '../error.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts';
import { checkPolicyArn } from './checks.ts';
import { tagShape } from './role-store.ts';
import type { AttachedPolicy, IamState, ManagedPolicy, PolicyVersion } from './state.ts';

/** Throws ValidationError, InvalidInput, NoSuchEntity. */
export function requirePolicy(state: IamState, policyArn: string | undefined): ManagedPolicy {
  const arn = checkPolicyArn(policyArn);
  const policy = findPolicy(state, arn);
  if (policy === undefined) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  return policy;
}

/** A policy of the account's own, which alone can change. Throws ValidationError, InvalidInput, NoSuchEntity, AccessDenied. */
export function requireOwnPolicy(state: IamState, policyArn: string | undefined): ManagedPolicy {
  const arn = checkPolicyArn(policyArn);
  if (isAwsManaged(arn)) {
    throw new AwsError('AccessDenied', `Policy ${arn} is managed by AWS and cannot be changed.`, 403);
  }
  return requirePolicy(state, arn);
}

/**
 * What a role can have attached: the account's own policies and those that AWS manages. Throws ValidationError, InvalidInput, NoSuchEntity, PolicyNotAttachable.
 */
export function requireAttachable(state: IamState, policyArn: string | undefined): AttachedPolicy {
  const arn = checkPolicyArn(policyArn);
  if (arn.includes(':aws:policy/aws-service-role/')) {
    throw new AwsError('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.');
  }
  if (findPolicy(state, arn) === undefined) {
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  }
  return { policyName: arn.slice(arn.lastIndexOf('/') + 1), policyArn: arn };
}

/** The ARN of a policy that can limit a role. Throws ValidationError, InvalidInput, NoSuchEntity. */
export function requireBoundary(state: IamState, policyArn: string | undefined): string {
  const arn = checkPolicyArn(policyArn, 'permissionsBoundary');
  if (findPolicy(state, arn) === undefined) {
    throw new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
  }
  return arn;
}

function findPolicy(state: IamState, arn: string): ManagedPolicy | undefined {
  return state.policies.get(arn) ?? awsManagedPolicy(arn);
}

/** How many roles have each policy attached, and how many it limits; by ARN. */
export interface PolicyUsage {
  readonly attachments: ReadonlyMap<string, number>;
  readonly boundaries: ReadonlyMap<string, number>;
}

export function policyUsage({ roles }: IamState): PolicyUsage {
  const attachments = new Map<string, number>();
  const boundaries = new Map<string, number>();
  const count = (counts: Map<string, number>, arn: string) => counts.set(arn, (counts.get(arn) ?? 0) + 1);
  for (const { attachedPolicies, permissionsBoundary } of roles.values()) {
    for (const { policyArn } of attachedPolicies.values()) count(attachments, policyArn);
    if (permissionsBoundary !== undefined) count(boundaries, permissionsBoundary);
  }
  return { attachments, boundaries };
}

/** A policy as CreatePolicy and GetPolicy answer it; lists leave out description and tags. */
export function wholePolicy(policy: ManagedPolicy, usage: PolicyUsage): PolicyShape {
  return {
    ...briefPolicy(policy, usage),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    Tags: [...policy.tags.values()].map(tagShape),
  };
}

export function briefPolicy(policy: ManagedPolicy, { attachments, boundaries }: PolicyUsage): PolicyShape {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachments.get(policy.arn) ?? 0,
    PermissionsBoundaryUsageCount: boundaries.get(policy.arn) ?? 0,
    IsAttachable: true,
    CreateDate: policy.createDate,
    UpdateDate: policy.updateDate,
  };
}

/** A version as lists show it, without its document. */
export function briefVersion(
  policy: ManagedPolicy,
  { versionId, createDate }: PolicyVersion,
): { VersionId: string; IsDefaultVersion: boolean; CreateDate: Date } {
  return {
    VersionId: versionId,
    IsDefaultVersion: versionId === policy.defaultVersionId,
    CreateDate: createDate,
  };
}

export function attachedShape({ policyName, policyArn }: AttachedPolicy): AttachedPolicyShape {
  return { PolicyName: policyName, PolicyArn: policyArn };
}
