import type {
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { tagsChanged } from '../tagging/state.ts';
import { requireLiveSecret } from './find.ts';
import { withTags } from './tag-rules.ts';

/** Throws ResourceNotFoundException, InvalidRequestException, InvalidParameterException, LimitExceededException. */
export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  const { arn, tags } = requireLiveSecret(context, input.SecretId, 'TagResource');
  for (const [key, value] of withTags(tags, input.Tags)) tags.set(key, value);
  tagsChanged(context, arn, tags);
  return {};
}

/** Throws ResourceNotFoundException, InvalidRequestException. */
export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const { arn, tags } = requireLiveSecret(context, input.SecretId, 'UntagResource');
  for (const key of input.TagKeys ?? []) tags.delete(key);
  tagsChanged(context, arn, tags);
  return {};
}
