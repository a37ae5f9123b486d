import type {
  ListRoleTagsCommandInput,
  ListRoleTagsCommandOutput,
  Tag as TagShape,
  TagRoleCommandInput,
  TagRoleCommandOutput,
  UntagRoleCommandInput,
  UntagRoleCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import type { SortedMap } from '../sorted-map.ts';
import { checkLength, checkText, iamPage, invalid, pageMembers } from './checks.ts';
import { requireRole, tagShape } from './role-store.ts';
import type { Tag } from './state.ts';

const MAX_TAGS = 50;
const TAG_CHARACTERS = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

export function tagRole(input: TagRoleCommandInput, { account }: CallContext): Answer<TagRoleCommandOutput> {
  addTags(requireRole(account.iam, input.RoleName).tags, input.Tags ?? []);
  return {};
}

export function untagRole(
  input: UntagRoleCommandInput,
  { account }: CallContext,
): Answer<UntagRoleCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  removeTags(role.tags, input.TagKeys ?? []);
  return {};
}

export function listRoleTags(
  input: ListRoleTagsCommandInput,
  { account }: CallContext,
): Answer<ListRoleTagsCommandOutput> {
  const role = requireRole(account.iam, input.RoleName);
  const page = iamPage(input, (start) => role.tags.from(start));
  return { Tags: page.items.map(tagShape), ...pageMembers(page) };
}

/** A key that is on no tag is no error; all or none. */
export function removeTags(tags: SortedMap<Tag>, keys: readonly string[]): void {
  checkCount(keys, 'tagKeys');
  for (const [index, key] of keys.entries()) {
    checkText(key, `tagKeys.${index + 1}.member`, { max: 128, pattern: `${TAG_CHARACTERS}+` });
  }
  for (const key of keys) tags.delete(key.toLowerCase());
}

function checkCount(items: readonly unknown[], member: string): void {
  if (items.length <= MAX_TAGS) return;
  throw invalid(
    `[${items.length} items]`,
    member,
    `Member must have length less than or equal to ${MAX_TAGS}`,
  );
}

/** Adds all of the tags or none. Keys that differ in case only are one tag; the newest spelling stays. */
export function addTags(tags: SortedMap<Tag>, added: readonly TagShape[]): void {
  checkCount(added, 'tags');
  const checked = added.map(({ Key, Value }, index) => {
    const key = checkText(Key, `tags.${index + 1}.member.key`, { max: 128, pattern: `${TAG_CHARACTERS}+` });
    const member = `tags.${index + 1}.member.value`;
    const value = checkLength(Value, member, { min: 0, max: 256 });
    if (value !== '') checkText(value, member, { max: 256, pattern: `${TAG_CHARACTERS}*` });
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsError('InvalidInput', 'Tag keys may not begin with "aws:"; it is reserved for AWS use.');
    }
    return { key, value };
  });
  const keys = new Set(checked.map(({ key }) => key.toLowerCase()));
  if (keys.size < checked.length) {
    throw new AwsError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  if ([...keys].filter((key) => !tags.has(key)).length + tags.size > MAX_TAGS) {
    throw new AwsError('LimitExceeded', 'The number of tags has reached the maximum limit.', 409);
  }
  for (const tag of checked) tags.set(tag.key.toLowerCase(), tag);
}
