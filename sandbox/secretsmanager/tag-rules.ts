import type { Tag } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../error.ts';
import { checkLength, invalidParameter } from './checks.ts';

const MAX_TAGS = 50;

/** The tags with those of a request. Throws ValidationException, InvalidParameterException, LimitExceededException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: readonly Tag[] | undefined,
): Map<string, string> {
  const tags = new Map(before);
  for (const { Key: key = '', Value: value = '' } of added ?? []) {
    checkLength(key, 'tags.member.key', { least: 1, most: 128 });
    checkLength(value, 'tags.member.value', { least: 0, most: 256 });
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidParameter('Tag keys that start with aws: are reserved for AWS.');
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('LimitExceededException', `A secret can have at most ${MAX_TAGS} tags.`);
  }
  return tags;
}
