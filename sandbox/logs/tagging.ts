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
import { AwsError } from '../error.ts';
import type { CallContext } from '../sandbox.ts';
import type { RegionState } from '../state.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkText } from './checks.ts';
import { requireLogGroup } from './log-groups.ts';
import type { LogGroup, LogsState } from './state.ts';
import { addedTags, withTags } from './tag-rules.ts';

export function tagResource(
  input: TagResourceCommandInput,
  { state }: CallContext,
): Answer<TagResourceCommandOutput> {
  addTags(state, groupByArn(state.logs, input.resourceArn), addedTags(input.tags));
  return {};
}

export function untagResource(
  input: UntagResourceCommandInput,
  { state }: CallContext,
): Answer<UntagResourceCommandOutput> {
  removeTags(state, groupByArn(state.logs, input.resourceArn), input.tagKeys ?? []);
  return {};
}

export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  { state }: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  return { tags: Object.fromEntries(groupByArn(state.logs, input.resourceArn).tags) };
}

/** The older form, by name. */
export function tagLogGroup(
  input: TagLogGroupCommandInput,
  { state }: CallContext,
): Answer<TagLogGroupCommandOutput> {
  addTags(state, requireLogGroup(state.logs, input.logGroupName), addedTags(input.tags));
  return {};
}

export function untagLogGroup(
  input: UntagLogGroupCommandInput,
  { state }: CallContext,
): Answer<UntagLogGroupCommandOutput> {
  removeTags(state, requireLogGroup(state.logs, input.logGroupName), input.tags ?? []);
  return {};
}

export function listTagsLogGroup(
  input: ListTagsLogGroupCommandInput,
  { state }: CallContext,
): Answer<ListTagsLogGroupCommandOutput> {
  return { tags: Object.fromEntries(requireLogGroup(state.logs, input.logGroupName).tags) };
}

function addTags({ tagging }: RegionState, group: LogGroup, added: Readonly<Record<string, string>>): void {
  for (const [key, value] of withTags(group.tags, added, group.arn)) group.tags.set(key, value);
  tagsChanged(tagging, group.arn, group.tags);
}

function removeTags({ tagging }: RegionState, group: LogGroup, keys: readonly string[]): void {
  for (const key of keys) group.tags.delete(key);
  tagsChanged(tagging, group.arn, group.tags);
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
