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
import type { TaggedResource } from '../tagged-resource.ts';

const MAX_PAGE = 100;
const MAX_TAG_FILTERS = 50;

/** Services in the order of their names, each with its tagged resources by key, from a key on. */
const SOURCES = [
  ['ec2', (state, start) => taggedEc2Resources(state.ec2, start)],
  ['ecs', (state, start) => taggedEcsResources(state.ecs, start)],
  ['logs', (state, start) => taggedLogGroups(state.logs, start)],
  ['servicediscovery', (state, start) => taggedCloudMapResources(state.servicediscovery, start)],
] as const satisfies readonly (readonly [
  string,
  (state: RegionState, start: string) => Iterable<TaggedResource>,
])[];

/** A resource with its type as ResourceTypeFilters name it: `ecs:service`. */
interface Found {
  readonly type: string;
  readonly resource: TaggedResource;
}

/**
 * Every resource of the region that has tags, 100 a page; IAM roles are not among them. The last page's
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
  const page = takePage(
    resourcesFrom(state, start),
    size,
    (found) => ofType(found) && withTags(found) && (named === undefined || named.has(found.resource.arn)),
  );
  return {
    PaginationToken: page.nextToken ?? '',
    ResourceTagMappingList: page.items.map(({ resource: { arn, tags } }) => ({
      ResourceARN: arn,
      Tags: [...tags].map(([key, value]) => ({ Key: key, Value: value })),
    })),
  };
}

function* resourcesFrom(state: RegionState, start: string): Generator<readonly [string, Found]> {
  const [firstService = ''] = start.split(' ', 1);
  for (const [service, resources] of SOURCES) {
    if (service < firstService) continue;
    const firstKey = service === firstService ? start.slice(service.length + 1) : '';
    for (const resource of resources(state, firstKey)) {
      const type = `${service}:${resource.resourceType}`;
      yield [`${service} ${resource.key}`, { type, resource }];
    }
  }
}

/** A filter is a service, or a service and a type of its resources. */
function typeTest(filters: readonly string[]): (found: Found) => boolean {
  for (const filter of filters) {
    if (!/^[a-zA-Z0-9-]+(:[a-zA-Z0-9-]+(\/[a-zA-Z0-9-]+)*)?$/.test(filter)) {
      throw invalidParameter(`${filter} is not a resource type.`);
    }
  }
  if (filters.length === 0) return () => true;
  return ({ type }) => filters.some((filter) => type === filter || type.startsWith(`${filter}:`));
}

/** Every filter must match: its key with one of its values, or with any where it has none. */
function tagTest(filters: readonly TagFilter[]): (found: Found) => boolean {
  if (filters.length > MAX_TAG_FILTERS) {
    throw invalidParameter(`TagFilters must be at most ${MAX_TAG_FILTERS}.`);
  }
  const tests = filters.map(({ Key: key, Values: values = [] }) => {
    if (key === undefined || key === '') throw invalidParameter('A tag filter needs a key.');
    return ({ resource }: Found) => {
      const value = resource.tags.get(key);
      return value !== undefined && (values.length === 0 || values.includes(value));
    };
  });
  return (found) => tests.every((test) => test(found));
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
