import { AwsError } from '../error.ts';
import { checkText, invalid } from './checks.ts';

const MAX_TAGS = 50;
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** The tags of what is created. Throws InvalidParameterException, also for too many. */
export function newTags(tags: Readonly<Record<string, string>> | undefined): Map<string, string> {
  return tags === undefined ? new Map() : withTags(new Map(), addedTags(tags), '');
}

/** Tags that a request adds. Throws InvalidParameterException for none, or too many in itself. */
export function addedTags(
  tags: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (tags === undefined) throw invalid('null', 'tags', 'Member must not be null');
  checkCount(Object.keys(tags).length, 'tags', 1);
  return tags;
}

/** The tags of `arn` with those of a request. Throws InvalidParameterException, TooManyTagsException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: Readonly<Record<string, string>>,
  arn: string,
): Map<string, string> {
  const tags = new Map(before);
  for (const [key, value] of Object.entries(added)) {
    checkText(key, 'tags', 128, `${TAG_CHARACTERS}+`);
    if (value !== '') checkText(value, 'tags', 256, `${TAG_CHARACTERS}*`);
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsError(
        'InvalidParameterException',
        'Tag keys starting with aws: are reserved and cannot be used.',
      );
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`, 400, {
      resourceName: arn,
    });
  }
  return tags;
}

/** Throws InvalidParameterException. */
export function checkTagKeys(keys: readonly string[], member: string): readonly string[] {
  checkCount(keys.length, member, 0);
  for (const key of keys) checkText(key, member, 128, `${TAG_CHARACTERS}+`);
  return keys;
}

function checkCount(count: number, member: string, least: number): void {
  const value = `'[${count} items]'`;
  if (count < least)
    throw invalid(value, member, `Member must have length greater than or equal to ${least}`);
  if (count > MAX_TAGS) {
    throw invalid(value, member, `Member must have length less than or equal to ${MAX_TAGS}`);
  }
}
