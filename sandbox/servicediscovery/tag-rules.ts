import type { Tag } from '@aws-sdk/client-servicediscovery';
import { AwsError } from '../error.ts';
import { checkLength, invalidInput } from './checks.ts';

const MAX_TAGS = 50;
const MAX_TAGS_IN_REQUEST = 200;

/** The tags with those of a request. Throws InvalidInput, TooManyTagsException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: readonly Tag[] | undefined,
  resourceName: string,
): Map<string, string> {
  const tags = new Map(before);
  checkLength('Tags', added, MAX_TAGS_IN_REQUEST);
  for (const { Key: key = '', Value: value = '' } of added ?? []) {
    checkKey(key);
    if (value.length > 256) throw invalidInput('A tag value has at most 256 characters.');
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidInput('Tag keys that start with aws: are reserved.');
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('TooManyTagsException', `A resource can have at most ${MAX_TAGS} tags.`, 400, {
      ResourceName: resourceName,
    });
  }
  return tags;
}

/** Throws InvalidInput. */
export function checkTagKeys(keys: readonly string[] | undefined): readonly string[] {
  checkLength('TagKeys', keys, MAX_TAGS_IN_REQUEST);
  for (const key of keys ?? []) checkKey(key);
  return keys ?? [];
}

function checkKey(key: string): void {
  if (key === '' || key.length > 128) throw invalidInput('A tag key has 1 to 128 characters.');
}
