import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTagsLogGroupCommandInput,
  ListTagsLogGroupCommandOutput,
  TagLogGroupCommandInput,
  TagLogGroupCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagLogGroupCommandInput,
  UntagLogGroupCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkText, invalid } from './checks.ts';
import { requireLogGroup } from './log-groups.ts';
import type { LogGroup, LogsState } from './state.ts';
import { addedTags, checkTagKeys, withTags } from './tag-rules.ts';

export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  addTags(context, groupByArn(context.state.logs, input.resourceArn), addedTags(input.tags));
  return {};
}

export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const keys = checkTagKeys(input.tagKeys ?? [], 'tagKeys');
  removeTags(context, groupByArn(context.state.logs, input.resourceArn), keys);
  return {};
}

export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  { state }: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  return { tags: Object.fromEntries(groupByArn(state.logs, input.resourceArn).tags) };
}

/** The older form, by name, which knows no TooManyTagsException. */
export function tagLogGroup(
  input: TagLogGroupCommandInput,
  context: CallContext,
): Answer<TagLogGroupCommandOutput> {
  const group = requireLogGroup(context.state.logs, input.logGroupName);
  try {
    addTags(context, group, addedTags(input.tags));
  } catch (thrown) {
    if (!(thrown instanceof AwsError) || thrown.name !== 'TooManyTagsException') throw thrown;
    throw new AwsError('InvalidParameterException', thrown.message);
  }
  return {};
}

export function untagLogGroup(
  input: UntagLogGroupCommandInput,
  context: CallContext,
): Answer<UntagLogGroupCommandOutput> {
  const keys = checkTagKeys(input.tags ?? [], 'tags');
  if (keys.length === 0) throw invalid("'[]'", 'tags', 'Member must have length greater than or equal to 1');
  removeTags(context, requireLogGroup(context.state.logs, input.logGroupName), keys);
  return {};
}

export function listTagsLogGroup(
  input: ListTagsLogGroupCommandInput,
  { state }: CallContext,
): Answer<ListTagsLogGroupCommandOutput> {
  return { tags: Object.fromEntries(requireLogGroup(state.logs, input.logGroupName).tags) };
}

function addTags(context: CallContext, group: LogGroup, added: Readonly<Record<string, string>>): void {
  for (const [key, value] of withTags(group.tags, added, group.arn)) group.tags.set(key, value);
  tagsChanged(context, group.arn, group.tags);
}

function removeTags(context: CallContext, group: LogGroup, keys: readonly string[]): void {
  for (const key of keys) group.tags.delete(key);
  tagsChanged(context, group.arn, group.tags);
}

/** The ARN without `:*`: the asterisk is not in the pattern of a tagged resource's ARN. */
function groupByArn(logs: LogsState, arn: string | undefined): LogGroup {
  const text = checkText(arn, 'resourceArn', 1011, '[\\w+=/:,.@\\-#]*');
  const name = /:log-group:([^:]+)$/.exec(text)?.[1];
  const group = name === undefined ? undefined : logs.groups.get(name);
  if (group?.arn !== text) {
    throw new AwsError('ResourceNotFoundException', 'The specified resource does not exist.');
  }
  return group;
}
