import type {
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Answer } from '../answer.ts';
import { taggedEc2Resources } from '../ec2/tags.ts';
import { taggedEcsResources } from '../ecs/tags.ts';
import { AwsError } from '../error.ts';
import { taggedLogGroups } from '../logs/tagging.ts';
import { startOf, takePage } from '../paging.ts';
import type { CallContext } from '../sandbox.ts';
import { taggedCloudMapResources } from '../servicediscovery/tagging.ts';
import type { RegionState } from '../state.ts';

const MAX_PAGE = 100;
const MAX_TAG_FILTERS = 50;

type Tags = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

interface TaggedResource {
  readonly arn: string;
  /** `ecs:service`, as ResourceTypeFilters name it. */
  readonly type: string;
  readonly tags: Tags;
}

/**
 * Every resource of the region that has tags, by ARN, 100 a page; IAM roles are not among them. The last page's
 * token is empty. Throws InvalidParameterException.
 */
export function getResources(
  input: GetResourcesCommandInput,
  { state }: CallContext,
): Answer<GetResourcesCommandOutput> {
  const { ResourcesPerPage: size = MAX_PAGE, PaginationToken: token, ResourceARNList: arns } = input;
  if (size < 1 || size > MAX_PAGE) {
    throw invalidParameter(`ResourcesPerPage must be from 1 to ${MAX_PAGE}.`);
  }
  if (arns !== undefined && (input.TagFilters !== undefined || input.ResourceTypeFilters !== undefined)) {
    throw invalidParameter('ResourceARNList cannot be used together with TagFilters or ResourceTypeFilters.');
  }
  const start = startOf(token === '' ? undefined : token);
  if (start === undefined) throw invalidParameter('The PaginationToken is not valid.');
  const ofType = typeTest(input.ResourceTypeFilters ?? []);
  const withTags = tagTest(input.TagFilters ?? []);
  const named = arns === undefined ? undefined : new Set(arns);
  const smallest = smallestByArn(taggedResources(state), size + 1, (resource) => {
    if (resource.arn < start || !ofType(resource) || !withTags(resource)) return false;
    return named === undefined || named.has(resource.arn);
  });
  const page = takePage(
    smallest.map((resource) => [resource.arn, resource] as const),
    size,
  );
  return {
    PaginationToken: page.nextToken ?? '',
    ResourceTagMappingList: page.items.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: entriesOf(tags).map(([key, value]) => ({ Key: key, Value: value })),
    })),
  };
}

function* taggedResources(state: RegionState): Generator<TaggedResource> {
  const sources = {
    ec2: taggedEc2Resources(state.ec2),
    ecs: taggedEcsResources(state.ecs),
    logs: taggedLogGroups(state.logs),
    servicediscovery: taggedCloudMapResources(state.servicediscovery),
  };
  for (const [service, resources] of Object.entries(sources)) {
    for (const { arn, resourceType, tags } of resources) {
      yield { arn, type: `${service}:${resourceType}`, tags };
    }
  }
}

/** The first `count` by ARN of those that pass, without sorting all: a page costs one walk over the resources. */
function smallestByArn(
  resources: Iterable<TaggedResource>,
  count: number,
  passes: (resource: TaggedResource) => boolean,
): readonly TaggedResource[] {
  const smallest: TaggedResource[] = [];
  for (const resource of resources) {
    const last = smallest.length < count ? undefined : smallest.at(-1);
    if ((last !== undefined && last.arn <= resource.arn) || !passes(resource)) continue;
    const after = smallest.findLastIndex((other) => other.arn < resource.arn);
    smallest.splice(after + 1, 0, resource);
    if (smallest.length > count) smallest.pop();
  }
  return smallest;
}

/** A filter is a service, or a service and a type of its resources. */
function typeTest(filters: readonly string[]): (resource: TaggedResource) => boolean {
  for (const filter of filters) {
    if (!/^[a-zA-Z0-9-]+(:[a-zA-Z0-9-]+(\/[a-zA-Z0-9-]+)*)?$/.test(filter)) {
      throw invalidParameter(`${filter} is not a resource type.`);
    }
  }
  if (filters.length === 0) return () => true;
  return ({ type }) => filters.some((filter) => type === filter || type.startsWith(`${filter}:`));
}

/** Every filter must match: its key with one of its values, or with any where it has none. */
function tagTest(filters: readonly TagFilter[]): (resource: TaggedResource) => boolean {
  if (filters.length > MAX_TAG_FILTERS) {
    throw invalidParameter(`TagFilters must be at most ${MAX_TAG_FILTERS}.`);
  }
  const tests = filters.map(({ Key: key, Values: values = [] }) => {
    if (key === undefined || key === '') throw invalidParameter('A tag filter needs a key.');
    return (tags: Tags) => {
      const value = valueOf(tags, key);
      return value !== undefined && (values.length === 0 || values.includes(value));
    };
  });
  return ({ tags }) => tests.every((test) => test(tags));
}

function valueOf(tags: Tags, key: string): string | undefined {
  if (tags instanceof Map) return (tags as ReadonlyMap<string, string>).get(key);
  return Object.hasOwn(tags, key) ? (tags as Readonly<Record<string, string>>)[key] : undefined;
}

function entriesOf(tags: Tags): readonly (readonly [string, string])[] {
  return tags instanceof Map ? [...(tags as ReadonlyMap<string, string>)] : Object.entries(tags);
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
