import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { tagsChanged } from '../tagging/state.ts';
import { invalidParameter } from './checks.ts';
import { registryOf, requireRepository } from './registries.ts';
import type { Repository } from './state.ts';
import { checkTagKeys, withTags } from './tag-rules.ts';

/** Throws InvalidParameterException, RepositoryNotFoundException, InvalidTagParameterException, TooManyTagsException. */
export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  const repository = repositoryByArn(context, input.resourceArn, 'TagResource');
  for (const [key, value] of withTags(repository.tags, input.tags)) repository.tags.set(key, value);
  changed(context, repository);
  return {};
}

/** Throws as TagResource does. */
export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const repository = repositoryByArn(context, input.resourceArn, 'UntagResource');
  for (const key of checkTagKeys(input.tagKeys)) repository.tags.delete(key);
  changed(context, repository);
  return {};
}

/** Throws InvalidParameterException, RepositoryNotFoundException. */
export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  const { tags } = repositoryByArn(context, input.resourceArn, 'ListTagsForResource');
  return { tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

function repositoryByArn(context: CallContext, arn: string | undefined, operation: string): Repository {
  const [, region, registryId, repositoryName] =
    /^arn:[^:]+:ecr:([^:]+):(\d{12}):repository\/(.+)$/.exec(arn ?? '') ?? [];
  if (region !== context.region) throw invalidParameter('resourceArn', 'Invalid ARN');
  return requireRepository(context, { registryId, repositoryName }, operation);
}

function changed({ world, ...context }: CallContext, { arn, registryId, tags }: Repository): void {
  tagsChanged({ world, state: registryOf({ world, ...context }, registryId)! }, arn, tags);
}
