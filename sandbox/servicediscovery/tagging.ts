import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkLength, idOf, required } from './checks.ts';
import type { CloudMapState } from './state.ts';
import { checkTagKeys, withTags } from './tag-rules.ts';

export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  const resource = taggedResource(context.state.servicediscovery, input.ResourceARN);
  for (const [key, value] of withTags(resource.tags, input.Tags, resource.arn)) {
    resource.tags.set(key, value);
  }
  tagsChanged(context, resource.arn, resource.tags);
  return {};
}

export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const { arn, tags } = taggedResource(context.state.servicediscovery, input.ResourceARN);
  for (const key of checkTagKeys(input.TagKeys)) tags.delete(key);
  tagsChanged(context, arn, tags);
  return {};
}

export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  { state }: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  const { tags } = taggedResource(state.servicediscovery, input.ResourceARN);
  return { Tags: [...tags].map(([key, value]) => ({ Key: key, Value: value })) };
}

function taggedResource(
  state: CloudMapState,
  arn: string | undefined,
): { readonly arn: string; readonly tags: Map<string, string> } {
  const text = required(arn, 'ResourceARN');
  checkLength('ResourceARN', text, 1011);
  const found = state.namespaces.get(idOf(text)) ?? state.services.get(idOf(text));
  if (found?.arn !== text) {
    throw new AwsError('ResourceNotFoundException', `The resource ${text} was not found.`);
  }
  return found;
}
