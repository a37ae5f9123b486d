import type { Tag } from '@aws-sdk/client-ssm';
import { AwsError } from '../error.ts';
import { badMember, validation } from './checks.ts';

const MAX_TAGS = 50;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags with those of a request. Throws ValidationException, TooManyTagsError. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: readonly Tag[] | undefined,
): Map<string, string> {
  const tags = new Map(before);
  for (const { Key: key = '', Value: value = '' } of added ?? []) {
    if (key === '' || key.length > 128 || !TEXT.test(key)) {
      throw badMember('tags.member.key', 'Member must have from 1 to 128 characters of a tag');
    }
    if (value.length > 256 || !TEXT.test(value)) {
      throw badMember('tags.member.value', 'Member must have up to 256 characters of a tag');
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw validation('Tag keys that start with aws: are reserved for AWS.');
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('TooManyTagsError', `A parameter can have at most ${MAX_TAGS} tags.`);
  }
  return tags;
}
