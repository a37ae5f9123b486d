import type {
  AddRoleToInstanceProfileCommandInput,
  AddRoleToInstanceProfileCommandOutput,
  CreateInstanceProfileCommandInput,
  CreateInstanceProfileCommandOutput,
  DeleteInstanceProfileCommandInput,
  DeleteInstanceProfileCommandOutput,
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  ListInstanceProfileTagsCommandInput,
  ListInstanceProfileTagsCommandOutput,
  ListInstanceProfilesCommandInput,
  ListInstanceProfilesCommandOutput,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput,
  TagInstanceProfileCommandInput,
  TagInstanceProfileCommandOutput,
  UntagInstanceProfileCommandInput,
  UntagInstanceProfileCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import {
  checkInstanceProfileName,
  checkModifiable,
  checkPath,
  checkPathPrefix,
  iamPage,
  pageMembers,
} from './checks.ts';
import { briefProfile, requireInstanceProfile, wholeProfile } from './instance-profile-store.ts';
import { idFrom, requireRole, tagShape, wholeSecond } from './role-store.ts';
import { addTags, removeTags } from './role-tags.ts';
import type { InstanceProfile, Tag } from './state.ts';

/** Profiles per account, before any increase (IAM and AWS STS quotas). */
const MAX_PROFILES = 1000;

/** It has no role at first. */
export function createInstanceProfile(
  input: CreateInstanceProfileCommandInput,
  { account, accountId, region, world }: CallContext,
): Answer<CreateInstanceProfileCommandOutput> {
  const { instanceProfiles } = account.iam;
  const instanceProfileName = checkInstanceProfileName(input.InstanceProfileName);
  const path = checkPath(input.Path);
  const tags = new SortedMap<Tag>();
  addTags(tags, input.Tags ?? []);
  if (instanceProfiles.has(instanceProfileName.toLowerCase())) {
    throw new AwsError('EntityAlreadyExists', `Instance Profile ${instanceProfileName} already exists.`, 409);
  }
  if (instanceProfiles.size >= MAX_PROFILES) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for InstanceProfilesPerAccount: ${MAX_PROFILES}`,
      409,
    );
  }
  const profile: InstanceProfile = {
    instanceProfileName,
    instanceProfileId: idFrom('AIPA', () => world.random()),
    path,
    arn: `arn:${partitionOf(region)}:iam::${accountId}:instance-profile${path}${instanceProfileName}`,
    createDate: wholeSecond(world.now()),
    role: undefined,
    tags,
  };
  instanceProfiles.set(instanceProfileName.toLowerCase(), profile);
  return { InstanceProfile: wholeProfile(profile) };
}

export function getInstanceProfile(
  input: GetInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<GetInstanceProfileCommandOutput> {
  return { InstanceProfile: wholeProfile(requireInstanceProfile(account.iam, input.InstanceProfileName)) };
}

export function listInstanceProfiles(
  input: ListInstanceProfilesCommandInput,
  { account }: CallContext,
): Answer<ListInstanceProfilesCommandOutput> {
  const prefix = checkPathPrefix(input.PathPrefix);
  const page = iamPage(
    input,
    (start) => account.iam.instanceProfiles.from(start),
    (profile) => profile.path.startsWith(prefix),
  );
  return { InstanceProfiles: page.items.map(briefProfile), ...pageMembers(page) };
}

export function listInstanceProfilesForRole(
  input: ListInstanceProfilesForRoleCommandInput,
  { account }: CallContext,
): Answer<ListInstanceProfilesForRoleCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const page = iamPage(
    input,
    (start) => account.iam.instanceProfiles.from(start),
    (profile) => profile.role === role,
  );
  return { InstanceProfiles: page.items.map(briefProfile), ...pageMembers(page) };
}

/** A profile holds one role, and that quota cannot be raised. */
export function addRoleToInstanceProfile(
  input: AddRoleToInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<AddRoleToInstanceProfileCommandOutput> {
  const profile = requireInstanceProfile(account.iam, input.InstanceProfileName);
  const role = requireRole(account.iam, input.RoleName);
  checkModifiable(role);
  if (profile.role !== undefined) {
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
  }
  profile.role = role;
  return {};
}

export function removeRoleFromInstanceProfile(
  input: RemoveRoleFromInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<RemoveRoleFromInstanceProfileCommandOutput> {
  const profile = requireInstanceProfile(account.iam, input.InstanceProfileName);
  const role = requireRole(account.iam, input.RoleName);
  if (profile.role !== role) {
    throw new AwsError(
      'NoSuchEntity',
      `The role ${role.roleName} is not in instance profile ${profile.instanceProfileName}.`,
      404,
    );
  }
  profile.role = undefined;
  return {};
}

export function deleteInstanceProfile(
  input: DeleteInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<DeleteInstanceProfileCommandOutput> {
  const profile = requireInstanceProfile(account.iam, input.InstanceProfileName);
  if (profile.role !== undefined) {
    throw new AwsError(
      'DeleteConflict',
      'Cannot delete entity, must remove roles from instance profile first.',
      409,
    );
  }
  account.iam.instanceProfiles.delete(profile.instanceProfileName.toLowerCase());
  return {};
}

export function tagInstanceProfile(
  input: TagInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<TagInstanceProfileCommandOutput> {
  addTags(requireInstanceProfile(account.iam, input.InstanceProfileName).tags, input.Tags ?? []);
  return {};
}

export function untagInstanceProfile(
  input: UntagInstanceProfileCommandInput,
  { account }: CallContext,
): Answer<UntagInstanceProfileCommandOutput> {
  removeTags(requireInstanceProfile(account.iam, input.InstanceProfileName).tags, input.TagKeys ?? []);
  return {};
}

export function listInstanceProfileTags(
  input: ListInstanceProfileTagsCommandInput,
  { account }: CallContext,
): Answer<ListInstanceProfileTagsCommandOutput> {
  const { tags } = requireInstanceProfile(account.iam, input.InstanceProfileName);
  const page = iamPage(input, (start) => tags.from(start));
  return { Tags: page.items.map(tagShape), ...pageMembers(page) };
}
