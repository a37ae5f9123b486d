import type {
  ChangeTagsForResourceCommandInput,
  ChangeTagsForResourceCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTagsForResourcesCommandInput,
  ListTagsForResourcesCommandOutput,
  ResourceTagSet,
  TagResourceType,
} from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { requireZone } from './zones.ts';

const MOST_TAGS = 10;
const MOST_RESOURCES = 10;

/** Throws NoSuchHostedZone, NoSuchHealthCheck. */
export function listTagsForResource(
  { ResourceType, ResourceId }: ListTagsForResourceCommandInput,
  context: CallContext,
): Answer<ListTagsForResourceCommandOutput> {
  return { ResourceTagSet: tagSetOf(context, ResourceType, ResourceId) };
}

/** Throws NoSuchHostedZone, NoSuchHealthCheck, InvalidInput. */
export function listTagsForResources(
  { ResourceType, ResourceIds = [] }: ListTagsForResourcesCommandInput,
  context: CallContext,
): Answer<ListTagsForResourcesCommandOutput> {
  if (ResourceIds.length === 0 || ResourceIds.length > MOST_RESOURCES) {
    throw new AwsError('InvalidInput', `A request names 1 to ${MOST_RESOURCES} resources.`);
  }
  return { ResourceTagSets: ResourceIds.map((id) => tagSetOf(context, ResourceType, id)) };
}

/**
 * Takes tags away, and then adds some; also of a zone that Cloud Map made. Throws NoSuchHostedZone, NoSuchHealthCheck,
 * InvalidInput.
 */
export function changeTagsForResource(
  { ResourceType, ResourceId, AddTags = [], RemoveTagKeys = [] }: ChangeTagsForResourceCommandInput,
  context: CallContext,
): Answer<ChangeTagsForResourceCommandOutput> {
  const { id, tags } = taggedZone(context, ResourceType, ResourceId);
  const after = new Map(tags);
  for (const key of RemoveTagKeys) after.delete(key);
  for (const { Key: key = '', Value: value = '' } of AddTags) {
    if (key === '' || key.length > 128 || value.length > 256 || key.toLowerCase().startsWith('aws:')) {
      throw new AwsError('InvalidInput', `The tag '${key}' is not valid.`);
    }
    after.set(key, value);
  }
  if (after.size > MOST_TAGS) {
    throw new AwsError('InvalidInput', `A hosted zone can have at most ${MOST_TAGS} tags.`);
  }
  context.account.route53.tags.set(id, after);
  return {};
}

function tagSetOf(
  context: CallContext,
  ResourceType: TagResourceType | undefined,
  ResourceId: string | undefined,
): ResourceTagSet {
  const { id, tags } = taggedZone(context, ResourceType, ResourceId);
  return { ResourceType, ResourceId: id, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

function taggedZone(
  context: CallContext,
  type: TagResourceType | undefined,
  id: string | undefined,
): { readonly id: string; readonly tags: ReadonlyMap<string, string> } {
  if (type === 'healthcheck') {
    throw new AwsError('NoSuchHealthCheck', `No health check exists with ID: ${id}`, 404);
  }
  if (type !== 'hostedzone') {
    throw new AwsError('InvalidInput', `${String(type)} is not a type of resources that have tags.`);
  }
  const zone = requireZone(context, id);
  return { id: zone.id, tags: context.account.route53.tags.get(zone.id) ?? new Map() };
}
