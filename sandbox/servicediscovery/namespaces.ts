import type {
  CreatePrivateDnsNamespaceCommandInput,
  CreatePrivateDnsNamespaceCommandOutput,
  DeleteNamespaceCommandInput,
  DeleteNamespaceCommandOutput,
  GetNamespaceCommandInput,
  GetNamespaceCommandOutput,
  ListNamespacesCommandInput,
  ListNamespacesCommandOutput,
  NamespaceSummary,
  UpdatePrivateDnsNamespaceCommandInput,
  UpdatePrivateDnsNamespaceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { tagsChanged } from '../tagging/state.ts';
import { duplicateRequest, hasEnded, startOperation } from './async-operations.ts';
import {
  checkDescription,
  checkReference,
  checkResourceId,
  checkTtl,
  cloudMapPage,
  filterBy,
  idOf,
  invalidInput,
  isReferenceTo,
  newCloudMapId,
  newRequestId,
  required,
} from './checks.ts';
import type { CloudMapOperation, CloudMapState, Namespace } from './state.ts';
import { withTags } from './tag-rules.ts';

/** Most namespaces of a Region, before any increase (Cloud Map quotas). */
const MAX_NAMESPACES = 50;
/** The SOA record's TTL in seconds, where a request says none. */
const DEFAULT_SOA_TTL = 15;
const ZONE_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Starts the creation; the namespace is there when the operation has succeeded. The same CreatorRequestId with
 * the same request answers the same operation. Throws InvalidInput, DuplicateRequest, NamespaceAlreadyExists,
 * ResourceLimitExceeded, TooManyTagsException.
 */
export function createPrivateDnsNamespace(
  input: CreatePrivateDnsNamespaceCommandInput,
  context: CallContext,
): Answer<CreatePrivateDnsNamespaceCommandOutput> {
  const { world, accountId, region } = context;
  const state = context.state.servicediscovery;
  const creatorRequestId = checkResourceId(input.CreatorRequestId, 'CreatorRequestId') ?? newRequestId(world);
  checkResourceId(input.Vpc, 'Vpc');
  const request = JSON.stringify([input.Name, input.Vpc, input.Description, input.Properties, input.Tags]);
  const earlier = repeatedCreation(state, creatorRequestId, request);
  if (earlier !== undefined) return { OperationId: earlier };
  const id = newCloudMapId(world, 'ns');
  const namespace: Namespace = {
    id,
    arn: `arn:${partitionOf(region)}:servicediscovery:${region}:${accountId}:namespace/${id}`,
    name: checkName(input.Name),
    httpName: httpNameFor(context, checkName(input.Name)),
    vpcId: required(input.Vpc, 'Vpc'),
    hostedZoneId: `Z${world.randomText(20, ZONE_ID_ALPHABET)}`,
    creatorRequestId,
    createDate: world.date(),
    description: checkDescription(input.Description),
    soaTtl: checkTtl(input.Properties?.DnsProperties?.SOA?.TTL ?? DEFAULT_SOA_TTL),
    tags: withTags(new Map(), input.Tags, id),
    services: new Map(),
    instanceCount: 0,
  };
  // Those being created count too: `creations` has both.
  if (state.creations.size >= MAX_NAMESPACES) {
    throw new AwsError(
      'ResourceLimitExceeded',
      'The namespace cannot be created because the quota on namespaces has been reached.',
    );
  }
  const operationId = startOperation(context, {
    type: 'CREATE_NAMESPACE',
    targets: { NAMESPACE: id },
    changes: id,
    complete: () => {
      const error = hostedZoneError(context, namespace);
      if (error === undefined) {
        state.namespaces.set(id, namespace);
        tagsChanged(context, namespace.arn, namespace.tags);
      } else state.creations.delete(creatorRequestId);
      return error;
    },
  });
  state.creations.set(creatorRequestId, { operationId, request });
  return { OperationId: operationId };
}

/** What the request leaves out stays. Throws NamespaceNotFound, InvalidInput, DuplicateRequest. */
export function updatePrivateDnsNamespace(
  input: UpdatePrivateDnsNamespaceCommandInput,
  context: CallContext,
): Answer<UpdatePrivateDnsNamespaceCommandOutput> {
  const change = input.Namespace;
  if (change === undefined) throw invalidInput('Namespace must not be empty.');
  const updaterRequestId = checkResourceId(input.UpdaterRequestId, 'UpdaterRequestId');
  const askedDescription = checkDescription(change.Description);
  const askedTtl = change.Properties?.DnsProperties?.SOA?.TTL;
  if (askedTtl !== undefined) checkTtl(askedTtl);
  const namespace = requireNamespace(context.state.servicediscovery, input.Id);
  const description = change.Description === undefined ? namespace.description : askedDescription;
  const soaTtl = askedTtl ?? namespace.soaTtl;
  const operationId = startOperation(context, {
    type: 'UPDATE_NAMESPACE',
    targets: { NAMESPACE: namespace.id },
    changes: namespace.id,
    ...(updaterRequestId === undefined ? {} : { request: updaterRequestId }),
    complete: () => {
      Object.assign(namespace, { description, soaTtl });
      return undefined;
    },
  });
  return { OperationId: operationId };
}

/** Throws ResourceInUse while the namespace has services. */
export function deleteNamespace(
  input: DeleteNamespaceCommandInput,
  context: CallContext,
): Answer<DeleteNamespaceCommandOutput> {
  const state = context.state.servicediscovery;
  const namespace = requireNamespace(state, input.Id);
  if (namespace.services.size > 0) {
    throw new AwsError(
      'ResourceInUse',
      'Namespace has associated services; delete the services before deleting the namespace',
    );
  }
  const operationId = startOperation(context, {
    type: 'DELETE_NAMESPACE',
    targets: { NAMESPACE: namespace.id },
    changes: namespace.id,
    complete: () => {
      state.namespaces.delete(namespace.id);
      tagsChanged(context, namespace.arn, undefined);
      state.creations.delete(namespace.creatorRequestId);
      for (const key of state.formerServiceIds.keys()) {
        if (key.startsWith(`${namespace.id}/`)) state.formerServiceIds.delete(key);
      }
      return undefined;
    },
  });
  return { OperationId: operationId };
}

export function getNamespace(
  input: GetNamespaceCommandInput,
  { state, accountId }: CallContext,
): Answer<GetNamespaceCommandOutput> {
  const namespace = requireNamespace(state.servicediscovery, input.Id);
  return {
    Namespace: {
      ...namespaceSummary(namespace, accountId),
      CreatorRequestId: namespace.creatorRequestId,
    },
  };
}

/** Filters sieve a page after it was cut: a page can be empty and still carry a token (reference: Batches). */
export function listNamespaces(
  input: ListNamespacesCommandInput,
  { state: { servicediscovery }, accountId }: CallContext,
): Answer<ListNamespacesCommandOutput> {
  const keep = filterBy<Namespace>(input.Filters, {
    TYPE: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: () => 'DNS_PRIVATE' },
    NAME: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: ({ name }) => name },
    HTTP_NAME: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: ({ httpName }) => httpName },
    RESOURCE_OWNER: { conditions: ['EQ'], valueOf: () => 'SELF' },
  });
  const page = cloudMapPage(input, (start) => servicediscovery.namespaces.from(start));
  return {
    Namespaces: page.items.filter(keep).map((namespace) => namespaceSummary(namespace, accountId)),
    NextToken: page.nextToken,
  };
}

/** Throws NamespaceNotFound. */
export function requireNamespace(state: CloudMapState, id: string | undefined): Namespace {
  const reference = checkReference(id, 'Id');
  const namespace = state.namespaces.get(idOf(reference));
  if (namespace === undefined || !isReferenceTo(namespace, reference)) {
    throw new AwsError('NamespaceNotFound', `No namespace exists with the specified ID: ${id}`);
  }
  return namespace;
}

/** The operation of an equal request with the same id; undefined where the id is new. */
function repeatedCreation(
  state: CloudMapState,
  creatorRequestId: string,
  request: string,
): string | undefined {
  const earlier = state.creations.get(creatorRequestId);
  if (earlier === undefined || earlier.request === request) return earlier?.operationId;
  const operation = state.operations.get(earlier.operationId);
  if (!hasEnded(operation)) throw duplicateRequest(earlier.operationId);
  throw new AwsError('NamespaceAlreadyExists', 'The namespace that you specified already exists.', 400, {
    CreatorRequestId: creatorRequestId,
    NamespaceId: operation?.targets.NAMESPACE,
  });
}

/** Route 53 has one private zone of a name per VPC. */
function hostedZoneError(context: CallContext, wanted: Namespace): CloudMapOperation['error'] {
  const code = 'CANNOT_CREATE_HOSTED_ZONE';
  if (findVpc(context.state.ec2, wanted.vpcId) === undefined) {
    return {
      code,
      message: `The VPC ${wanted.vpcId} in region ${context.region} does not exist. (InvalidVPCId)`,
    };
  }
  for (const namespace of context.state.servicediscovery.namespaces.values()) {
    if (namespace.vpcId === wanted.vpcId && sameName(namespace.name, wanted.name)) {
      return {
        code,
        message: `The VPC ${wanted.vpcId} in region ${context.region} has already been associated with the hosted zone ${namespace.hostedZoneId} with the same domain name. (ConflictingDomainExists)`,
      };
    }
  }
  return undefined;
}

function httpNameFor({ state, world }: CallContext, name: string): string {
  for (const other of state.servicediscovery.namespaces.values()) {
    if (sameName(other.httpName, name)) return `${name}-${world.randomText(8)}`;
  }
  return name;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function checkName(name: string | undefined): string {
  const text = required(name, 'Name');
  const labels = text.split('.');
  if (text.startsWith('arn:') || text.length > 253 || !labels.every((label) => /^[!-~]{1,63}$/.test(label))) {
    throw invalidInput(`${text} is not a valid namespace name.`);
  }
  return text;
}

function namespaceSummary(namespace: Namespace, accountId: string): NamespaceSummary {
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: accountId,
    Name: namespace.name,
    Type: 'DNS_PRIVATE',
    ...(namespace.description === undefined ? {} : { Description: namespace.description }),
    ServiceCount: namespace.services.size,
    Properties: {
      DnsProperties: { HostedZoneId: namespace.hostedZoneId, SOA: { TTL: namespace.soaTtl } },
      HttpProperties: { HttpName: namespace.httpName },
    },
    CreateDate: namespace.createDate,
  };
}
