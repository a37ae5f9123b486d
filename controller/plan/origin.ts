import { appliedOtherParts, appliedThisSpec, isTagOfGit } from '../core/ownership.ts';
import type { Desired, FieldChange, Observed, Work } from '../core/resource.ts';
import { isWork } from './work.ts';

/** Who made what there is to do about a resource: git, directly or by what the resource needs, or somebody in AWS. */
export type Origin = 'git' | 'aws';

export interface Evidence {
  /** What the resource is made of now, by what its needs give; undefined where git says all of it in the spec. */
  readonly parts: unknown;
  /** Those of the changes that follow from what it needs, which is found out by comparing all once more. */
  readonly following: () => readonly FieldChange[];
}

/**
 * Without any state of our own: the resource carries a digest of the spec that was last applied to it, and of what it was made of then.
 * Where git made any of it, it counts as git's. Tidying up is nobody's doing but ours.
 */
export function originOf(
  desired: Desired,
  observed: Observed,
  { changes, upkeep }: Work,
  { parts, following }: Evidence,
): Origin {
  const repairs = upkeep.filter(({ isTidying }) => !isTidying);
  if (!isWork({ changes, upkeep: repairs })) return 'git';
  if (!appliedThisSpec(desired, observed.tags)) return 'git';
  if (changes.some(isTagOfGit)) return 'git';
  const paths = new Set(following().map(({ path }) => path));
  const isFollowing = changes.some(({ path }) => paths.has(path));
  return isFollowing && appliedOtherParts(parts, observed.tags) ? 'git' : 'aws';
}
