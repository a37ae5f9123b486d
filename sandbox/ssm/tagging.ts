import type {
  AddTagsToResourceCommandInput,
  AddTagsToResourceCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RemoveTagsFromResourceCommandInput,
  RemoveTagsFromResourceCommandOutput,
} from '@aws-sdk/client-ssm';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { findParameter } from './find.ts';
import type { Parameter } from './state.ts';
import { withTags } from './tag-rules.ts';

/** Throws InvalidResourceType, InvalidResourceId, ValidationException, TooManyTagsError. */
export function addTagsToResource(
  input: AddTagsToResourceCommandInput,
  context: CallContext,
): Answer<AddTagsToResourceCommandOutput> {
  const { arn, tags } = requireResource(input, context);
  for (const [key, value] of withTags(tags, input.Tags)) tags.set(key, value);
  tagsChanged(context, arn, tags);
  return {};
}

/** Throws InvalidResourceType, InvalidResourceId. */
export function removeTagsFromResource(
  input: RemoveTagsFromResourceCommandInput,
  context: CallContext,
): Answer<RemoveTagsFromResourceCommandOutput> {
  const { arn, tags } = requireResource(input, context);
  for (const key of input.TagKeys ?? []) tags.delete(key);
  tagsChanged(context, arn, tags);
  return {};
}

/** Throws InvalidResourceType, InvalidResourceId. */
export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  const { tags } = requireResource(input, context);
  return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

/** A parameter by name; the tagging API has its ARN. What else has tags is not here. */
function requireResource(
  { ResourceType, ResourceId = '' }: ListTagsForResourceCommandInput,
  context: CallContext,
): Parameter {
  if (ResourceType !== 'Parameter') throw new AwsError('InvalidResourceType', 'Invalid Resource Type');
  const parameter = findParameter(context, ResourceId)?.parameter;
  if (parameter === undefined || !context.state.ssm.parameters.has(parameter.name)) {
    throw new AwsError('InvalidResourceId', 'Invalid Resource Id');
  }
  return parameter;
}
