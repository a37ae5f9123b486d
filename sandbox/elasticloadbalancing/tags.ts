import type {
  AddTagsCommandInput,
  AddTagsCommandOutput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  RemoveTagsCommandInput,
  RemoveTagsCommandOutput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { validationError } from './errors.ts';
import type { Tags } from './state.ts';
import { requireListener, requireLoadBalancer, requireRule, requireTargetGroup } from './store.ts';

const MOST_TAGS = 50;
const MOST_RESOURCES = 20;

/** Throws ValidationError, DuplicateTagKeys, TooManyTags. */
export function readTags(tags: readonly Tag[] = []): Tags {
  const read: Tags = new Map();
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || Key.length > 128) throw validationError('Tag keys must have from 1 to 128 characters');
    if (Value.length > 256) throw validationError('Tag values can have at most 256 characters');
    if (/^aws:/i.test(Key)) throw validationError(`Tag key '${Key}' cannot begin with 'aws:'`);
    if (read.has(Key)) {
      throw new AwsError('DuplicateTagKeys', `Tag key '${Key}' is specified more than once`);
    }
    read.set(Key, Value);
  }
  refuseTooMany(read);
  return read;
}

function refuseTooMany(tags: Tags): void {
  if (tags.size > MOST_TAGS) {
    throw new AwsError('TooManyTags', `A resource can have at most ${MOST_TAGS} tags`);
  }
}

/** Nothing is tagged where one resource is refused. */
export function addTags(input: AddTagsCommandInput, context: CallContext): Answer<AddTagsCommandOutput> {
  const added = readTags(input.Tags);
  const arns = readArns(input.ResourceArns);
  const merged = arns.map((arn) => {
    const tags = tagsOf(context, arn);
    refuseTooMany(new Map([...tags, ...added]));
    return [arn, tags] as const;
  });
  for (const [arn, tags] of merged) {
    for (const [key, value] of added) tags.set(key, value);
    tagsChanged(context, arn, tags);
  }
  return {};
}

export function removeTags(
  input: RemoveTagsCommandInput,
  context: CallContext,
): Answer<RemoveTagsCommandOutput> {
  const found = readArns(input.ResourceArns).map((arn) => [arn, tagsOf(context, arn)] as const);
  for (const [arn, tags] of found) {
    for (const key of input.TagKeys ?? []) tags.delete(key);
    tagsChanged(context, arn, tags);
  }
  return {};
}

export function describeTags(
  input: DescribeTagsCommandInput,
  context: CallContext,
): Answer<DescribeTagsCommandOutput> {
  const TagDescriptions = readArns(input.ResourceArns).map((ResourceArn) => ({
    ResourceArn,
    Tags: [...tagsOf(context, ResourceArn)].map(([Key, Value]) => ({ Key, Value })),
  }));
  return { TagDescriptions };
}

function readArns(arns: readonly string[] = []): readonly string[] {
  if (arns.length === 0 || arns.length > MOST_RESOURCES) {
    throw validationError(`From 1 to ${MOST_RESOURCES} resource ARNs must be specified`);
  }
  return arns;
}

function tagsOf(context: CallContext, arn: string): Tags {
  if (arn.includes(':targetgroup/')) return requireTargetGroup(context, arn).tags;
  if (arn.includes(':listener/')) return requireListener(context, arn).tags;
  if (arn.includes(':listener-rule/')) return requireRule(context, arn).tags;
  return requireLoadBalancer(context, arn).tags;
}
