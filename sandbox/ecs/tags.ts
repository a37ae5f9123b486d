import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { tagsChanged } from '../tagging/state.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import { resourcePath } from './names.ts';
import { revisionKey } from './state.ts';
import type { Tags } from './state.ts';

const MOST_TAGS = 50;
/** What AWS's own tags begin with; neither keys nor values of others do (API reference, Tag). */
const RESERVED = /^aws:/i;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws InvalidParameterException for a tag that AWS refuses. */
export function readTags(tags: readonly Tag[] | undefined): Tags {
  const read: Tags = new Map();
  for (const { key, value = '' } of tags ?? []) {
    if (key === undefined || key === '' || key.length > 128) {
      throw invalidParameter('Tag keys must have between 1 and 128 characters.');
    }
    if (value.length > 256) throw invalidParameter('Tag values can have at most 256 characters.');
    if (!TAG_TEXT.test(key) || !TAG_TEXT.test(value)) {
      throw invalidParameter(`Tag '${key}' contains invalid characters.`);
    }
    if (RESERVED.test(key) || RESERVED.test(value)) throw reserved();
    if (read.has(key)) throw invalidParameter(`Duplicate tag key '${key}'.`);
    read.set(key, value);
  }
  refuseTooMany(read);
  return read;
}

function refuseTooMany(tags: Tags): void {
  const ours = [...tags.keys()].filter((key) => !key.startsWith('aws:'));
  if (ours.length > MOST_TAGS) throw invalidParameter(`tags can have at most ${MOST_TAGS} items.`);
}

export function showTags(tags: Tags): Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

export function tagResource(
  input: TagResourceCommandInput,
  context: CallContext,
): Answer<TagResourceCommandOutput> {
  const tags = tagsOf(context, input.resourceArn);
  const merged = new Map([...tags, ...readTags(input.tags)]);
  refuseTooMany(merged);
  for (const [key, value] of merged) tags.set(key, value);
  tagsChanged(context, input.resourceArn ?? '', tags);
  return {};
}

export function untagResource(
  input: UntagResourceCommandInput,
  context: CallContext,
): Answer<UntagResourceCommandOutput> {
  const tags = tagsOf(context, input.resourceArn);
  const { tagKeys = [] } = input;
  if (tagKeys.some((key) => RESERVED.test(key))) throw reserved();
  for (const key of tagKeys) tags.delete(key);
  tagsChanged(context, input.resourceArn ?? '', tags);
  return {};
}

export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  return { tags: showTags(tagsOf(context, input.resourceArn)) };
}

/** The tags of a cluster, capacity provider, service, container instance, task or task definition; throws where there is none of that ARN. */
function tagsOf(context: CallContext, arn: string | undefined): Tags {
  if (arn === undefined || !arn.startsWith('arn:')) {
    throw invalidParameter('The specified resource ARN is invalid. Specify a full ARN and try again.');
  }
  const { capacityProviders, clusters, families } = context.state.ecs;
  const clusterName = resourcePath(context, 'cluster', arn);
  if (clusterName !== undefined) {
    const cluster = clusters.get(clusterName);
    if (cluster === undefined) throw clusterNotFound();
    if (cluster.status !== 'ACTIVE') throw inactive('cluster');
    return cluster.tags;
  }
  const revision = resourcePath(context, 'task-definition', arn);
  if (revision !== undefined) {
    const [family = '', number = ''] = revision.split(':');
    const found = /^[1-9]\d*$/.test(number)
      ? families.get(family)?.revisions.get(revisionKey(Number(number)))
      : undefined;
    if (found === undefined) throw unknown('task definition');
    return found.tags;
  }
  const provider = resourcePath(context, 'capacity-provider', arn);
  if (provider !== undefined) {
    const found = capacityProviders.get(provider);
    if (found === undefined) throw unknown('capacity provider');
    if (found.status === 'INACTIVE') throw inactive('capacity provider');
    return found.tags;
  }
  const servicePath = resourcePath(context, 'service', arn);
  if (servicePath !== undefined) {
    const [cluster = '', name = ''] = servicePath.split('/');
    const found = clusters.get(cluster)?.services.get(name);
    if (found === undefined) throw unknown('service');
    if (found.status === 'INACTIVE') throw inactive('service');
    return found.tags;
  }
  const hostPath = resourcePath(context, 'container-instance', arn);
  if (hostPath !== undefined) {
    const [cluster = '', id = ''] = hostPath.split('/');
    const found = clusters.get(cluster)?.hosts.get(id);
    if (found === undefined) throw unknown('container instance');
    if (found.status === 'INACTIVE') throw inactive('container instance');
    return found.tags;
  }
  const [cluster = '', id = ''] = (resourcePath(context, 'task', arn) ?? '').split('/');
  const task = clusters.get(cluster)?.tasks.get(id);
  if (task === undefined) throw unknown('resource');
  return task.tags;
}

function reserved(): Error {
  return invalidParameter('Tag keys and values with the prefix aws: are reserved for AWS.');
}

function unknown(what: string): Error {
  return invalidParameter(
    `The specified ${what} is not found. Verify that the resource exists and try again.`,
  );
}

function inactive(what: string): Error {
  return invalidParameter(`The specified ${what} is inactive. Specify an active ${what} and try again.`);
}
