import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from '@aws-sdk/client-ecr';
import { likeness } from '../iam/likeness.ts';
import { checkCount, checkOneOf, checkText, invalidParameter } from './checks.ts';
import type { Repository, TagMutability } from './state.ts';

const MUTABLE = ['MUTABLE', 'MUTABLE_WITH_EXCLUSION'];
const WITH_EXCLUSION = ['MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'];
const MEMBER = 'imageTagMutabilityExclusionFilters';

interface Given {
  readonly imageTagMutability?: ImageTagMutability | undefined;
  readonly imageTagMutabilityExclusionFilters?: readonly ImageTagMutabilityExclusionFilter[] | undefined;
}

/** MUTABLE where nothing is said; from one to five filters, with an exclusion alone. Throws InvalidParameterException. */
export function readMutability({
  imageTagMutability: setting = 'MUTABLE',
  imageTagMutabilityExclusionFilters: filters,
}: Given): TagMutability {
  checkOneOf(setting, 'imageTagMutability', ['IMMUTABLE', 'MUTABLE', ...WITH_EXCLUSION]);
  if (!WITH_EXCLUSION.includes(setting)) {
    if (filters === undefined) return { setting, exclusions: [] };
    throw invalidParameter(
      MEMBER,
      `ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as ${setting}`,
    );
  }
  if (filters === undefined) {
    throw invalidParameter(
      MEMBER,
      `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${setting}`,
    );
  }
  checkCount(filters, MEMBER, { least: 1, most: 5 });
  const exclusions = filters.map(({ filterType, filter }) => {
    checkOneOf(filterType, `${MEMBER}.filterType`, ['WILDCARD']);
    return checkText(filter, `${MEMBER}.filter`, {
      least: 1,
      most: 128,
      pattern: '[0-9a-zA-Z._*-]{1,128}',
    });
  });
  return { setting, exclusions };
}

/** Whether a tag that is there can be moved to another image. */
export function isMovable({ mutability }: Repository, tag: string): boolean {
  const isExcluded = mutability.exclusions.some((filter) => likeness(filter).test(tag));
  return MUTABLE.includes(mutability.setting) !== isExcluded;
}
