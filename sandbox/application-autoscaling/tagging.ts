import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-application-auto-scaling';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { withTags } from './checks.ts';
import type { ScalableTarget } from './state.ts';

/** Throws ResourceNotFoundException, TooManyTagsException, ValidationException. */
export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  const target = targetByArn(context, input.ResourceARN);
  for (const [key, value] of withTags(target.tags, input.Tags ?? {}, target.arn)) target.tags.set(key, value);
  tagsChanged(context, target.arn, target.tags);
  return {};
}

/** Throws ResourceNotFoundException. */
export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const target = targetByArn(context, input.ResourceARN);
  for (const key of input.TagKeys ?? []) target.tags.delete(key);
  tagsChanged(context, target.arn, target.tags);
  return {};
}

/** Throws ResourceNotFoundException. */
export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  return { Tags: Object.fromEntries(targetByArn(context, input.ResourceARN).tags) };
}

function targetByArn({ state }: CallContext, arn = ''): ScalableTarget {
  const found = [...state.applicationAutoScaling.targets.values()].find((target) => target.arn === arn);
  if (found !== undefined) return found;
  throw new AwsError('ResourceNotFoundException', `The specified resource doesn't exist: ${arn}`, 400, {
    ResourceName: arn,
  });
}
