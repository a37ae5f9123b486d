import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  DeletePolicyCommandInput,
  DeletePolicyCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  ListEntitiesForPolicyCommandInput,
  ListEntitiesForPolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  ListPolicyTagsCommandInput,
  ListPolicyTagsCommandOutput,
  TagPolicyCommandInput,
  TagPolicyCommandOutput,
  UntagPolicyCommandInput,
  UntagPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { awsManagedPolicies, isAwsManaged } from './aws-managed-policies.ts';
import {
  checkEnum,
  checkLength,
  checkPath,
  checkPolicyName,
  checkPolicyPath,
  iamPage,
  pageMembers,
} from './checks.ts';
import { checkManagedPolicy } from './policy-document.ts';
import { briefPolicy, policyUsage, requireOwnPolicy, requirePolicy, wholePolicy } from './policy-store.ts';
import { idFrom, tagShape, wholeSecond } from './role-store.ts';
import { addTags, removeTags } from './role-tags.ts';
import type { ManagedPolicy, PolicyVersion, Tag } from './state.ts';

/** Customer managed policies per account, before any increase. */
const MAX_POLICIES = 1500;

const USES = ['PermissionsPolicy', 'PermissionsBoundary'];
const ENTITY_TYPES = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

/** Throws EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded. */
export function createPolicy(
  input: CreatePolicyCommandInput,
  context: CallContext,
): Answer<CreatePolicyCommandOutput> {
  const { account, accountId, region, world } = context;
  const { policies } = account.iam;
  const policyName = checkPolicyName(input.PolicyName);
  const path = checkPolicyPath(input.Path);
  const document = checkManagedPolicy(input.PolicyDocument, context);
  const tags = new SortedMap<Tag>();
  addTags(tags, input.Tags ?? []);
  const taken = [...policies.values()].some(
    (policy) => policy.policyName.toLowerCase() === policyName.toLowerCase(),
  );
  if (taken) {
    throw new AwsError(
      'EntityAlreadyExists',
      `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
      409,
    );
  }
  if (policies.size >= MAX_POLICIES) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerAccount: ${MAX_POLICIES}`, 409);
  }
  const createDate = wholeSecond(world.now());
  const versions = new SortedMap<PolicyVersion>();
  versions.set('v1', { versionId: 'v1', document, createDate });
  const policy: ManagedPolicy = {
    policyName,
    policyId: idFrom('ANPA', () => world.random()),
    path,
    arn: `arn:${partitionOf(region)}:iam::${accountId}:policy${path}${policyName}`,
    description:
      input.Description === undefined
        ? undefined
        : checkLength(input.Description, 'description', { min: 0, max: 1000 }),
    createDate,
    updateDate: createDate,
    versions,
    defaultVersionId: 'v1',
    lastVersion: 1,
    tags,
  };
  policies.set(policy.arn, policy);
  return { Policy: wholePolicy(policy, policyUsage(account.iam)) };
}

export function getPolicy(
  input: GetPolicyCommandInput,
  { account }: CallContext,
): Answer<GetPolicyCommandOutput> {
  return { Policy: wholePolicy(requirePolicy(account.iam, input.PolicyArn), policyUsage(account.iam)) };
}

/** The account's own, and those of AWS. */
export function listPolicies(
  input: ListPoliciesCommandInput,
  { account: { iam }, region }: CallContext,
): Answer<ListPoliciesCommandOutput> {
  const { Scope = 'All', OnlyAttached = false, PolicyUsageFilter } = input;
  checkEnum(Scope, 'scope', ['All', 'AWS', 'Local']);
  checkEnum(PolicyUsageFilter, 'policyUsageFilter', USES);
  const prefix = checkPolicyPath(input.PathPrefix, 'pathPrefix');
  const usage = policyUsage(iam);
  const used = PolicyUsageFilter === 'PermissionsBoundary' ? usage.boundaries : usage.attachments;
  const page = iamPage(
    input,
    (start) => allPolicies([...awsManagedPolicies(partitionOf(region)), ...iam.policies.values()], start),
    (policy) =>
      policy.path.startsWith(prefix) &&
      (Scope === 'All' || isAwsManaged(policy.arn) === (Scope === 'AWS')) &&
      (used.has(policy.arn) || (!OnlyAttached && PolicyUsageFilter === undefined)),
  );
  return { Policies: page.items.map((policy) => briefPolicy(policy, usage)), ...pageMembers(page) };
}

/** Answers the entities that have a policy: only roles can have some here. */
export function listEntitiesForPolicy(
  input: ListEntitiesForPolicyCommandInput,
  { account: { iam } }: CallContext,
): Answer<ListEntitiesForPolicyCommandOutput> {
  const { arn } = requirePolicy(iam, input.PolicyArn);
  const { EntityFilter: filter, PolicyUsageFilter: usage } = input;
  checkEnum(filter, 'entityFilter', ENTITY_TYPES);
  checkEnum(usage, 'policyUsageFilter', USES);
  const prefix = checkPath(input.PathPrefix, 'pathPrefix');
  const page = iamPage(
    input,
    (start) => (filter === undefined || filter === 'Role' ? iam.roles.from(start) : []),
    ({ path, attachedPolicies, permissionsBoundary }) =>
      path.startsWith(prefix) &&
      ((usage !== 'PermissionsBoundary' && attachedPolicies.has(arn)) ||
        (usage !== 'PermissionsPolicy' && permissionsBoundary === arn)),
  );
  const roles = page.items.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId }));
  return { PolicyGroups: [], PolicyUsers: [], PolicyRoles: roles, ...pageMembers(page) };
}

/** Deletes a policy. Throws DeleteConflict while a role uses the policy, or while it has versions besides its default. */
export function deletePolicy(
  input: DeletePolicyCommandInput,
  { account: { iam } }: CallContext,
): Answer<DeletePolicyCommandOutput> {
  const { arn, versions } = requireOwnPolicy(iam, input.PolicyArn);
  const { attachments, boundaries } = policyUsage(iam);
  if (attachments.has(arn) || boundaries.has(arn)) {
    throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
  }
  if (versions.size > 1) {
    throw new AwsError(
      'DeleteConflict',
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      409,
    );
  }
  iam.policies.delete(arn);
  return {};
}

export function tagPolicy(
  input: TagPolicyCommandInput,
  { account }: CallContext,
): Answer<TagPolicyCommandOutput> {
  addTags(requireOwnPolicy(account.iam, input.PolicyArn).tags, input.Tags ?? []);
  return {};
}

export function untagPolicy(
  input: UntagPolicyCommandInput,
  { account }: CallContext,
): Answer<UntagPolicyCommandOutput> {
  const { tags } = requireOwnPolicy(account.iam, input.PolicyArn);
  removeTags(tags, input.TagKeys ?? []);
  return {};
}

export function listPolicyTags(
  input: ListPolicyTagsCommandInput,
  { account }: CallContext,
): Answer<ListPolicyTagsCommandOutput> {
  const { tags } = requirePolicy(account.iam, input.PolicyArn);
  const page = iamPage(input, (start) => tags.from(start));
  return { Tags: page.items.map(tagShape), ...pageMembers(page) };
}

function* allPolicies(
  policies: readonly ManagedPolicy[],
  start: string,
): Generator<readonly [string, ManagedPolicy]> {
  for (const policy of policies.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))) {
    if (policy.arn >= start) yield [policy.arn, policy];
  }
}
