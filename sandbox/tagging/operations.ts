import { tagResources, untagResources } from './changes.ts';
import { getTagKeys, getTagValues } from './keys-and-values.ts';
import { getResources } from './resources.ts';

export const taggingOperations = {
  GetResources: getResources,
  GetTagKeys: getTagKeys,
  GetTagValues: getTagValues,
  TagResources: tagResources,
  UntagResources: untagResources,
} as const;
