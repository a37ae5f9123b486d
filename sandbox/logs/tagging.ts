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
import type { TaggedResource } from '../tagged-resource.ts';
import { checkText } from './checks.ts';
import { requireLogGroup } from './log-groups.ts';
import type { LogGroup, LogsState } from './state.ts';
import { withTags } from './tag-rules.ts';

export function tagResource(
  input: TagResourceCommandInput,
  { state }: CallContext,
): Answer<TagResourceCommandOutput> {
  addTags(groupByArn(state.logs, input.resourceArn), input.tags ?? {});
  return {};
}

export function untagResource(
  input: UntagResourceCommandInput,
  { state }: CallContext,
): Answer<UntagResourceCommandOutput> {
  removeTags(groupByArn(state.logs, input.resourceArn), input.tagKeys ?? []);
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
  addTags(requireLogGroup(state.logs, input.logGroupName), input.tags ?? {});
  return {};
}

export function untagLogGroup(
  input: UntagLogGroupCommandInput,
  { state }: CallContext,
): Answer<UntagLogGroupCommandOutput> {
  removeTags(requireLogGroup(state.logs, input.logGroupName), input.tags ?? []);
  return {};
}

export function listTagsLogGroup(
  input: ListTagsLogGroupCommandInput,
  { state }: CallContext,
): Answer<ListTagsLogGroupCommandOutput> {
  return { tags: Object.fromEntries(requireLogGroup(state.logs, input.logGroupName).tags) };
}

/** Every log group that has tags, for the tagging API: by name, from `start` on. */
export function* taggedLogGroups(logs: LogsState, start: string): Generator<TaggedResource> {
  for (const [key, { arn, tags }] of logs.groups.from(start)) {
    if (tags.size > 0) yield { key, arn, resourceType: 'log-group', tags };
  }
}

function addTags(group: LogGroup, added: Readonly<Record<string, string>>): void {
  for (const [key, value] of withTags(group.tags, added)) group.tags.set(key, value);
}

function removeTags(group: LogGroup, keys: readonly string[]): void {
  for (const key of keys) group.tags.delete(key);
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
