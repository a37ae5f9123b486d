import { PolicyType, ScalableDimension, ServiceNamespace } from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { DIMENSION, NAMESPACE } from './state.ts';
import type { ScalableTarget, ScalingState } from './state.ts';

const MAX_TAGS = 50;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What identifies a scalable target in a request. */
export interface Identity {
  readonly ServiceNamespace: string | undefined;
  readonly ResourceId: string | undefined;
  readonly ScalableDimension: string | undefined;
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ObjectNotFoundException', message);
}

export function violated(value: string, member: string, constraint: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function checkEnum(value: string | undefined, member: string, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw violated(value, member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

/** Throws ValidationException. */
function checkNamespace(namespace: string | undefined): void {
  checkEnum(namespace, 'serviceNamespace', Object.values(ServiceNamespace));
}

function checkDimension(dimension: string | undefined): void {
  checkEnum(dimension, 'scalableDimension', Object.values(ScalableDimension));
}

export function checkPolicyType(type: string): void {
  checkEnum(type, 'policyType', Object.values(PolicyType));
}

/** The resource id of an ECS service. Throws ValidationException for all else that AWS scales, which the sandbox has not. */
export function checkIdentity({
  ServiceNamespace: namespace,
  ResourceId,
  ScalableDimension: dimension,
}: Identity): string {
  checkNamespace(namespace);
  checkDimension(dimension);
  const isService = /^service\/[a-zA-Z0-9_-]{1,255}\/[a-zA-Z0-9_-]{1,255}$/.test(ResourceId ?? '');
  if (namespace !== NAMESPACE || dimension !== DIMENSION || !isService) {
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
  }
  return ResourceId ?? '';
}

/** As the service names what it does not find. */
export function inWords(resourceId: string): string {
  return `service namespace: ${NAMESPACE}, resource ID: ${resourceId}, scalable dimension: ${DIMENSION}`;
}

/** Throws ValidationException, ObjectNotFoundException. */
export function requireTarget({ targets }: ScalingState, identity: Identity): ScalableTarget {
  const resourceId = checkIdentity(identity);
  const target = targets.get(resourceId);
  if (target === undefined) throw notFound(`No scalable target registered for ${inWords(resourceId)}`);
  return target;
}

/** Throws ValidationException for what the service takes in no name of a policy or a scheduled action. */
export function checkName(name: string | undefined, member: string): string {
  const text = name ?? '';
  if (text.length < 1 || text.length > 256) {
    throw violated(text, member, 'Member must have length between 1 and 256');
  }
  if (/[|:/]/.test(text))
    throw violated(text, member, 'Member must satisfy regular expression pattern: [^|:/]+');
  return text;
}

/** The tags with those added. Throws ValidationException, TooManyTagsException. */
export function withTags(
  before: ReadonlyMap<string, string>,
  added: Readonly<Record<string, string>>,
  arn: string,
): Map<string, string> {
  const tags = new Map(before);
  for (const [key, value] of Object.entries(added)) {
    if (key === '' || key.length > 128 || !TAG_CHARACTERS.test(key)) {
      throw violated(
        key,
        'tags',
        'Map keys must satisfy constraint: [Member must have length between 1 and 128]',
      );
    }
    if (value.length > 256 || !TAG_CHARACTERS.test(value)) {
      throw violated(
        value,
        'tags',
        'Map value must satisfy constraint: [Member must have length less than or equal to 256]',
      );
    }
    if (/^aws:/i.test(key)) throw invalid('Tag keys that start with aws: are reserved for AWS use.');
    tags.set(key, value);
  }
  if (tags.size <= MAX_TAGS) return tags;
  throw new AwsError('TooManyTagsException', `A scalable target can have at most ${MAX_TAGS} tags.`, 400, {
    ResourceName: arn,
  });
}

/** What a list is asked for by. */
interface ListRequest {
  readonly ServiceNamespace: string | undefined;
  readonly ScalableDimension?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Fifty a page and no more. Throws ValidationException, InvalidNextTokenException. */
export function page<Item>(
  request: ListRequest & {
    readonly ResourceId?: string | undefined;
    readonly ResourceIds?: readonly string[] | undefined;
  },
  entries: Iterable<readonly [string, Item]>,
  keep: (item: Item) => boolean,
): Page<Item> {
  const { MaxResults = 50, NextToken, ResourceId, ResourceIds = [] } = request;
  checkNamespace(request.ServiceNamespace);
  checkDimension(request.ScalableDimension);
  if (ResourceIds.length > 50) {
    throw violated(
      `[${ResourceIds.length} items]`,
      'resourceIds',
      'Member must have length less than or equal to 50',
    );
  }
  if (request.ScalableDimension !== undefined && ResourceId === undefined && ResourceIds.length === 0) {
    throw invalid('Resource ID must be specified if Scalable Dimension is specified');
  }
  if (MaxResults < 1 || MaxResults > 50) {
    throw violated(String(MaxResults), 'maxResults', 'Member must have value between 1 and 50');
  }
  const start = startOf(NextToken);
  if (start === undefined)
    throw new AwsError('InvalidNextTokenException', 'The next token supplied is invalid.');
  const isOurs = request.ServiceNamespace === NAMESPACE;
  return takePage(isOurs ? from(entries, start) : [], MaxResults, keep);
}

function* from<Item>(
  entries: Iterable<readonly [string, Item]>,
  start: string,
): Generator<readonly [string, Item]> {
  for (const entry of entries) if (entry[0] >= start) yield entry;
}
