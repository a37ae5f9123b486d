import { AwsError } from '../error.ts';
import { checkText } from './checks.ts';

const MAX_TAGS = 50;
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** The tags with those of a request. Throws InvalidParameterException, TooManyTagsException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: Readonly<Record<string, string>>,
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
    throw new AwsError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
  }
  return tags;
}
