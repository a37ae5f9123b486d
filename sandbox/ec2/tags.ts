import type {
  CreateTagsCommandInput,
  CreateTagsCommandOutput,
  DeleteTagsCommandInput,
  DeleteTagsCommandOutput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  ResourceType,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { ec2Page, exactValues, filterBy, listed } from './filters.ts';
import {
  requireAddress,
  requireDhcpOptions,
  requireEgressOnlyGateway,
  requireInstance,
  requireInterface,
  requireInternetGateway,
  requireNatGateway,
  requireNetworkAcl,
  requirePeeringConnection,
  requireRouteTable,
  requireRule,
  requireSecurityGroup,
  requireSubnet,
  requireVpc,
  requireVpcEndpoint,
} from './lookups.ts';
import { isVisible } from './state.ts';
import type { Ec2State } from './state.ts';
import { setTags, taggableType } from './tag-store.ts';

/** Tag, CreateTags (EC2 API reference). */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 127;
const MAX_VALUE_LENGTH = 256;
const MAX_RESOURCES = 1000;
const NO_TAGS: ReadonlyMap<string, string> = new Map();

/** How to look up what can be tagged; each throws where there is none of that id. */
const LOOKUPS = {
  vpc: requireVpc,
  subnet: requireSubnet,
  'security-group': requireSecurityGroup,
  'security-group-rule': requireRule,
  'network-interface': requireInterface,
  instance: requireInstance,
  'internet-gateway': requireInternetGateway,
  'egress-only-internet-gateway': requireEgressOnlyGateway,
  'elastic-ip': requireAddress,
  natgateway: requireNatGateway,
  'route-table': requireRouteTable,
  'vpc-peering-connection': requirePeeringConnection,
  'vpc-endpoint': requireVpcEndpoint,
  'network-acl': requireNetworkAcl,
  'dhcp-options': requireDhcpOptions,
} as const satisfies Partial<Record<ResourceType, (state: Ec2State, id: string) => object>>;

export function createTags(
  input: CreateTagsCommandInput,
  context: CallContext,
): Answer<CreateTagsCommandOutput> {
  const { ec2 } = context.state;
  const resources = resourceIds(input.Resources);
  const tags = required(input.Tags, 'tagSet');
  for (const id of resources) LOOKUPS[typeOf(id)](ec2, id);
  const changed = resources.map((id) => [id, withTags(tagsOf(ec2, id), tags)] as const);
  for (const [id, all] of changed) setTags(context, id, all);
  return {};
}

/** A key alone removes the tag whatever its value; no tags at all removes every one. */
export function deleteTags(
  input: DeleteTagsCommandInput,
  context: CallContext,
): Answer<DeleteTagsCommandOutput> {
  const { ec2 } = context.state;
  const resources = resourceIds(input.Resources);
  const tags = listed(input.Tags);
  for (const id of resources) LOOKUPS[typeOf(id)](ec2, id);
  for (const id of resources) {
    const left = new Map(tags === undefined ? [] : tagsOf(ec2, id));
    for (const { Key: key = '', Value: value } of tags ?? []) {
      if (value === undefined || left.get(key) === value) left.delete(key);
    }
    setTags(context, id, left);
  }
  return {};
}

export function describeTags(
  input: DescribeTagsCommandInput,
  context: CallContext,
): Answer<DescribeTagsCommandOutput> {
  const { ec2 } = context.state;
  const keep = filterBy<TagDescription>(
    input.Filters,
    {
      key: (tag) => [tag.key],
      value: (tag) => [tag.value],
      'resource-id': (tag) => [tag.id],
      'resource-type': (tag) => [tag.type],
    },
    (tag) => new Map([[tag.key, tag.value]]),
  );
  const ids = exactValues(input.Filters, 'resource-id');
  const tagged = (start: string) => (ids === undefined ? ec2.tags.from(start) : taggedAmong(ec2, ids, start));
  const page = ec2Page(
    input,
    (start) => tagEntries(tagged, start),
    (tag) => isShown(context, tag.id) && keep(tag),
  );
  return {
    Tags: page.items.map((tag) => ({
      Key: tag.key,
      Value: tag.value,
      ResourceId: tag.id,
      ResourceType: tag.type,
    })),
    NextToken: page.nextToken,
  };
}

interface TagDescription {
  readonly id: string;
  readonly type: ResourceType;
  readonly key: string;
  readonly value: string;
}

type TagsById = Iterable<readonly [string, ReadonlyMap<string, string>]>;

function* tagEntries(
  tagged: (start: string) => TagsById,
  start: string,
): Generator<readonly [string, TagDescription]> {
  const [firstId = ''] = start.split(' ', 1);
  for (const [id, tags] of tagged(firstId)) {
    const type = typeOf(id);
    for (const [key, value] of [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const position = `${id} ${key}`;
      if (position >= start) yield [position, { id, type, key, value }];
    }
  }
}

function taggedAmong(state: Ec2State, ids: readonly string[], start: string): TagsById {
  return ids
    .filter((id) => id >= start && state.tags.has(id))
    .toSorted()
    .map((id) => [id, tagsOf(state, id)] as const);
}

/** A group that reads do not show yet has no tags to show. */
function isShown({ world, state: { ec2 } }: CallContext, id: string): boolean {
  const made = ec2.groups.get(id) ?? ec2.rules.get(id);
  return made === undefined || isVisible(world, made);
}

export function tagsOf(state: Ec2State, id: string): ReadonlyMap<string, string> {
  return state.tags.get(id) ?? NO_TAGS;
}

/** Tags as answers show them; undefined where there are none, as EC2 then leaves the member out. */
export function shownTags(state: Ec2State, id: string): Tag[] | undefined {
  const tags = tagsOf(state, id);
  return tags.size === 0 ? undefined : tagList(tags);
}

export function tagList(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([key, value]) => ({ Key: key, Value: value }));
}

/** The tags that a request gives to what it creates. Throws InvalidParameterValue, InvalidTagKey.Malformed. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  type: ResourceType,
): ReadonlyMap<string, string> {
  let tags = NO_TAGS;
  for (const specification of specifications ?? []) {
    if (specification.ResourceType === undefined) {
      throw new AwsError('InvalidParameterValue', 'Tag specification resource type must have a value');
    }
    if (specification.ResourceType !== type) {
      throw new AwsError(
        'InvalidParameterValue',
        `'${specification.ResourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (listed(specification.Tags) === undefined) {
      throw new AwsError('InvalidTagKey.Malformed', 'Tag specification must have at least one tag');
    }
    tags = withTags(tags, specification.Tags ?? []);
  }
  return tags;
}

/** Throws InvalidTagKey.Malformed, InvalidParameterValue, TagLimitExceeded. */
function withTags(before: ReadonlyMap<string, string>, added: readonly Tag[]): ReadonlyMap<string, string> {
  const tags = new Map(before);
  const keys = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of added) {
    if (key === '') throw new AwsError('InvalidTagKey.Malformed', 'Tag key cannot be null or empty');
    if (keys.has(key)) {
      throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    }
    keys.add(key);
    if (key.length > MAX_KEY_LENGTH) {
      throw new AwsError(
        'InvalidParameterValue',
        `Tag key exceeds the maximum length of ${MAX_KEY_LENGTH} characters`,
      );
    }
    if (value.length > MAX_VALUE_LENGTH) {
      throw new AwsError(
        'InvalidParameterValue',
        `Tag value exceeds the maximum length of ${MAX_VALUE_LENGTH} characters`,
      );
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  return tags;
}

function typeOf(id: string): keyof typeof LOOKUPS {
  const type = taggableType(id);
  if (type === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  return type;
}

function resourceIds(ids: readonly string[] | undefined): readonly string[] {
  const resources = required(ids, 'resourceIdSet');
  if (resources.length > MAX_RESOURCES) {
    throw new AwsError(
      'InvalidParameterValue',
      `The request names ${resources.length} resources; at most ${MAX_RESOURCES} can be tagged at once.`,
    );
  }
  return resources;
}

function required<Item>(items: readonly Item[] | undefined, name: string): readonly Item[] {
  if (items === undefined || items.length === 0) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return items;
}
