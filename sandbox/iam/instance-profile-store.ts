import type { InstanceProfile as InstanceProfileShape } from '@aws-sdk/client-iam';
import { AwsError } from '../error.ts';
import { checkInstanceProfileName } from './checks.ts';
import { briefRole, tagShape } from './role-store.ts';
import type { IamState, InstanceProfile, Role } from './state.ts';

/** Throws ValidationError, NoSuchEntity. */
export function requireInstanceProfile(state: IamState, name: string | undefined): InstanceProfile {
  const checked = checkInstanceProfileName(name);
  const profile = state.instanceProfiles.get(checked.toLowerCase());
  if (profile !== undefined) return profile;
  throw new AwsError('NoSuchEntity', `Instance Profile ${checked} cannot be found.`, 404);
}

/** The profiles that a role is in, in the order of their names. */
export function profilesOf(state: IamState, role: Role): readonly InstanceProfile[] {
  return [...state.instanceProfiles.values()].filter((profile) => profile.role === role);
}

/** A profile as CreateInstanceProfile and GetInstanceProfile answer it. */
export function wholeProfile(profile: InstanceProfile): InstanceProfileShape {
  return {
    ...briefProfile(profile),
    ...(profile.tags.size === 0 ? {} : { Tags: [...profile.tags.values()].map(tagShape) }),
  };
}

/** A profile as lists answer it: without tags. */
export function briefProfile(profile: InstanceProfile): InstanceProfileShape {
  return {
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Path: profile.path,
    Arn: profile.arn,
    CreateDate: profile.createDate,
    Roles: profile.role === undefined ? [] : [briefRole(profile.role)],
  };
}
