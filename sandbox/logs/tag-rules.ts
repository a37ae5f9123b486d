import { AwsError } from '../error.ts';
import { checkText, invalid } from './checks.ts';

const MAX_TAGS = 50;
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** The tags of what is created. Throws InvalidParameterException, also for too many. */
export function newTags(tags: Readonly<Record<string, string>> = {}): Map<string, string> {
  checkCount(tags, 0);
  return withTags(new Map(), tags, '');
}

/** Tags that a request adds. Throws InvalidParameterException for none, or too many in itself. */
export function addedTags(
  tags: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (tags === undefined) throw invalid('null', 'tags', 'Member must not be null');
  checkCount(tags, 1);
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

function checkCount(tags: Readonly<Record<string, string>>, least: number): void {
  const { length } = Object.keys(tags);
  if (length < least)
    throw invalid('{}', 'tags', `Member must have length greater than or equal to ${least}`);
  if (length > MAX_TAGS) {
    throw invalid(`{${length} tags}`, 'tags', `Member must have length less than or equal to ${MAX_TAGS}`);
  }
}
