import type {
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { checkArns, checkTagKey, invalidParameter, resourceTypeOf } from './checks.ts';
import { nextPage, pageStart } from './pages.ts';
import type { TagMap } from './state.ts';

const MAX_RESOURCES = 100;
const TAGS_PER_PAGE = { least: 100, most: 500 } as const;
const MAX_TAG_FILTERS = 50;
const MAX_FILTER_VALUES = 20;
const MAX_TYPE_FILTERS = 100;

type Tagged = readonly [arn: string, tags: TagMap];

/**
 * Every resource of the region that has tags or once had some, as far as the tagging API has heard; IAM roles are not among
 * them. The last page's token is empty. Throws InvalidParameterException, PaginationTokenExpiredException (API reference,
 * GetResources).
 */
export function getResources(
  input: GetResourcesCommandInput,
  { state: { tagging }, world }: CallContext,
): Answer<GetResourcesCommandOutput> {
  const { ResourcesPerPage: size = MAX_RESOURCES, TagsPerPage: tagCount = TAGS_PER_PAGE.most } = input;
  if (input.ExcludeCompliantResources === true && input.IncludeComplianceDetails !== true) {
    throw invalidParameter('ExcludeCompliantResources needs IncludeComplianceDetails.');
  }
  if (input.ResourceARNList !== undefined) {
    refuseBesideArns(input);
    const arns = new Set(checkArns(input.ResourceARNList, MAX_RESOURCES));
    const found = [...arns].flatMap((arn): readonly Tagged[] => {
      const tags = tagging.shown.get(arn);
      return tags === undefined ? [] : [[arn, tags]];
    });
    return { PaginationToken: '', ResourceTagMappingList: found.map(mapping) };
  }
  if (size < 1 || size > MAX_RESOURCES) {
    throw invalidParameter(`ResourcesPerPage must be from 1 to ${MAX_RESOURCES}.`);
  }
  if (tagCount < TAGS_PER_PAGE.least || tagCount > TAGS_PER_PAGE.most) {
    throw invalidParameter(`TagsPerPage must be from ${TAGS_PER_PAGE.least} to ${TAGS_PER_PAGE.most}.`);
  }
  const start = pageStart(input.PaginationToken, world);
  const ofType = typeTest(input.ResourceTypeFilters ?? []);
  const withTags = tagTest(input.TagFilters ?? []);
  const found: Tagged[] = [];
  let tagsLeft = input.TagsPerPage ?? Number.POSITIVE_INFINITY;
  for (const [arn, tags] of tagging.shown.from(start)) {
    if (!ofType(arn) || !withTags(tags)) continue;
    tagsLeft -= Math.max(1, tags.size);
    if (found.length === size || tagsLeft < 0) {
      return { PaginationToken: nextPage(arn, world), ResourceTagMappingList: found.map(mapping) };
    }
    found.push([arn, tags]);
  }
  return { PaginationToken: '', ResourceTagMappingList: found.map(mapping) };
}

function mapping([arn, tags]: Tagged): {
  readonly ResourceARN: string;
  readonly Tags: { Key: string; Value: string }[];
} {
  return { ResourceARN: arn, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

function refuseBesideArns(input: GetResourcesCommandInput): void {
  const { TagFilters, ResourceTypeFilters, ResourcesPerPage, TagsPerPage, PaginationToken } = input;
  const others = { TagFilters, ResourceTypeFilters, ResourcesPerPage, TagsPerPage, PaginationToken };
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined || value === '') continue;
    throw invalidParameter(`ResourceARNList cannot be used together with ${name}.`);
  }
}

/** A filter is a service, or a service and a type of its resources. */
function typeTest(filters: readonly string[]): (arn: string) => boolean {
  if (filters.length > MAX_TYPE_FILTERS) {
    throw invalidParameter(`ResourceTypeFilters must be at most ${MAX_TYPE_FILTERS}.`);
  }
  for (const filter of filters) {
    if (filter.length > 256 || !/^[a-zA-Z0-9-]+(:[a-zA-Z0-9-]+(\/[a-zA-Z0-9-]+)*)?$/.test(filter)) {
      throw invalidParameter(`${filter} is not a resource type.`);
    }
  }
  if (filters.length === 0) return () => true;
  return (arn) => {
    const type = resourceTypeOf(arn);
    return filters.some((filter) => type === filter || type.startsWith(`${filter}:`));
  };
}

/** Every filter must match: its key with one of its values, or with any where it has none. */
function tagTest(filters: readonly TagFilter[]): (tags: TagMap) => boolean {
  if (filters.length > MAX_TAG_FILTERS) {
    throw invalidParameter(`TagFilters must be at most ${MAX_TAG_FILTERS}.`);
  }
  const tests = filters.map(({ Key, Values: values = [] }) => {
    const key = checkTagKey(Key);
    if (values.length > MAX_FILTER_VALUES) {
      throw invalidParameter(`A tag filter can have at most ${MAX_FILTER_VALUES} values.`);
    }
    return (tags: TagMap) => {
      const value = tags.get(key);
      return value !== undefined && (values.length === 0 || values.includes(value));
    };
  });
  return (tags) => tests.every((test) => test(tags));
}
