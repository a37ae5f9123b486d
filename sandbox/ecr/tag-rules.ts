import type { Tag } from '@aws-sdk/client-ecr';
import { AwsError } from '../error.ts';

const MAX_TAGS = 50;

/** The tags with those of a request. Throws InvalidTagParameterException, TooManyTagsException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: readonly Tag[] | undefined,
): Map<string, string> {
  const tags = new Map(before);
  for (const { Key: key = '', Value: value = '' } of added ?? []) {
    checkKey(key);
    if (value.length > 256) throw invalidTag('A tag value has at most 256 characters.');
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('Tag keys that start with aws: are reserved.');
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('TooManyTagsException', `A repository can have at most ${MAX_TAGS} tags.`);
  }
  return tags;
}

/** Throws InvalidTagParameterException. */
export function checkTagKeys(keys: readonly string[] | undefined): readonly string[] {
  for (const key of keys ?? []) checkKey(key);
  return keys ?? [];
}

function checkKey(key: string): void {
  if (key === '' || key.length > 128) throw invalidTag('A tag key has 1 to 128 characters.');
}

function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTagParameterException', message);
}
