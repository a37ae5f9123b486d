import type {
  CreateServiceCommandInput,
  CreateServiceCommandOutput,
  DeleteServiceCommandInput,
  DeleteServiceCommandOutput,
  GetServiceCommandInput,
  GetServiceCommandOutput,
  ListServicesCommandInput,
  ListServicesCommandOutput,
  ServiceSummary,
  UpdateServiceCommandInput,
  UpdateServiceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { tagsChanged } from '../tagging/state.ts';
import { SortedMap } from '../sorted-map.ts';
import { isBeingDeleted, startOperation } from './async-operations.ts';
import {
  checkDescription,
  checkReference,
  checkResourceId,
  cloudMapPage,
  filterBy,
  idOf,
  invalidInput,
  isReferenceTo,
  newCloudMapId,
  newRequestId,
} from './checks.ts';
import { requireNamespace } from './namespaces.ts';
import {
  checkDnsRecords,
  NO_DNS_FOR_HTTP,
  checkRecordChange,
  checkServiceName,
  checkServiceSettings,
} from './service-checks.ts';
import type { CloudMapState, DiscoveryService } from './state.ts';
import { withTags } from './tag-rules.ts';

/** Deleted services whose ids are kept for their names. */
const MAX_FORMER_SERVICES = 5000;

/** Creates a service at once, not by an operation. Throws NamespaceNotFound, ServiceAlreadyExists, InvalidInput, TooManyTagsException. */
export function createService(
  input: CreateServiceCommandInput,
  context: CallContext,
): Answer<CreateServiceCommandOutput> {
  const { world, region, accountId } = context;
  const state = context.state.servicediscovery;
  const name = checkServiceName(input.Name);
  const settings = checkServiceSettings(input);
  const description = checkDescription(input.Description);
  const tags = withTags(new Map(), input.Tags, name);
  const creatorRequestId = checkResourceId(input.CreatorRequestId, 'CreatorRequestId') ?? newRequestId(world);
  checkResourceId(input.DnsConfig?.NamespaceId, 'NamespaceId');
  const namespace = requireNamespace(state, input.NamespaceId ?? input.DnsConfig?.NamespaceId);
  if (isBeingDeleted(state, namespace.id)) {
    throw new AwsError('NamespaceNotFound', `The namespace ${namespace.id} is being deleted.`);
  }
  const existing = state.services.get(namespace.services.get(name.toLowerCase()) ?? '');
  if (existing !== undefined) {
    throw new AwsError('ServiceAlreadyExists', 'Service already exists.', 400, {
      CreatorRequestId: existing.creatorRequestId,
      ServiceId: existing.id,
      ServiceArn: existing.arn,
    });
  }
  const nameKey = `${namespace.id}/${name.toLowerCase()}`;
  const id = state.formerServiceIds.get(nameKey) ?? newCloudMapId(world, 'srv');
  const service: DiscoveryService = {
    ...settings,
    id,
    arn: `arn:${partitionOf(region)}:servicediscovery:${region}:${accountId}:service/${id}`,
    name,
    namespaceId: namespace.id,
    creatorRequestId,
    createDate: world.date(),
    description,
    dnsRecordTypes: settings.dnsRecords.map(({ type }) => type),
    tags,
    attributes: new Map(),
    instances: new SortedMap(),
    registering: new Set(),
    instancesRevision: 1,
  };
  rememberServiceId(state, nameKey, id);
  state.services.set(id, service);
  tagsChanged(context, service.arn, service.tags);
  namespace.services.set(name.toLowerCase(), id);
  return { Service: serviceShape(service, accountId) };
}

export function getService(
  input: GetServiceCommandInput,
  { state, accountId }: CallContext,
): Answer<GetServiceCommandOutput> {
  return { Service: serviceShape(requireService(state.servicediscovery, input.Id), accountId) };
}

/** Filters sieve a page after it was cut: a page can be empty and still carry a token (reference: Batches). */
export function listServices(
  input: ListServicesCommandInput,
  { state: { servicediscovery }, accountId }: CallContext,
): Answer<ListServicesCommandOutput> {
  const keep = filterBy<DiscoveryService>(input.Filters, {
    NAMESPACE_ID: { conditions: ['EQ'], valueOf: ({ namespaceId }) => namespaceId, asValue: idOf },
    RESOURCE_OWNER: { conditions: ['EQ'], valueOf: () => 'SELF' },
  });
  const page = cloudMapPage(input, (start) => servicediscovery.services.from(start));
  return {
    Services: page.items.filter(keep).map((service) => serviceSummary(service, accountId)),
    NextToken: page.nextToken,
  };
}

/**
 * Changes TTLs and the description. DNS records that the request does not name are deleted; the custom health
 * check always stays (reference: Cloud Map).
 */
export function updateService(
  input: UpdateServiceCommandInput,
  context: CallContext,
): Answer<UpdateServiceCommandOutput> {
  const service = requireService(context.state.servicediscovery, input.Id);
  const change = input.Service;
  if (change === undefined) throw invalidInput('Service must not be empty.');
  if (service.type === 'HTTP' && change.DnsConfig !== undefined) throw invalidInput(NO_DNS_FOR_HTTP);
  if (change.HealthCheckConfig !== undefined) {
    throw invalidInput('A health check by Route 53 is not possible in a private DNS namespace.');
  }
  const dnsRecords = checkDnsRecords(change.DnsConfig?.DnsRecords ?? []);
  checkRecordChange(service.dnsRecords, dnsRecords);
  const description =
    change.Description === undefined ? service.description : checkDescription(change.Description);
  const operationId = startOperation(context, {
    type: 'UPDATE_SERVICE',
    targets: { SERVICE: service.id },
    changes: service.id,
    complete: () => {
      service.description = description;
      service.dnsRecords = dnsRecords;
      service.dnsRecordTypes = dnsRecords.map(({ type }) => type);
      return undefined;
    },
  });
  return { OperationId: operationId };
}

/** Deletes a service at once. Throws ResourceInUse while instances are registered. */
export function deleteService(
  input: DeleteServiceCommandInput,
  context: CallContext,
): Answer<DeleteServiceCommandOutput> {
  const state = context.state.servicediscovery;
  const service = requireService(state, input.Id);
  if (service.instances.size > 0) {
    throw new AwsError(
      'ResourceInUse',
      'Service contains registered instances; delete the instances before deleting the service',
    );
  }
  state.services.delete(service.id);
  tagsChanged(context, service.arn, undefined);
  state.namespaces.get(service.namespaceId)?.services.delete(service.name.toLowerCase());
  return {};
}

/** Throws ServiceNotFound. */
export function requireService(state: CloudMapState, id: string | undefined): DiscoveryService {
  const reference = checkReference(id, 'Id');
  const service = state.services.get(idOf(reference));
  if (service === undefined || !isReferenceTo(service, reference)) {
    throw new AwsError('ServiceNotFound', `No service exists with the specified ID: ${id}`);
  }
  return service;
}

/** What was deleted longest ago is forgotten first: memory stays bounded. */
function rememberServiceId({ formerServiceIds, services }: CloudMapState, nameKey: string, id: string): void {
  formerServiceIds.delete(nameKey);
  formerServiceIds.set(nameKey, id);
  if (formerServiceIds.size - services.size <= MAX_FORMER_SERVICES) return;
  for (const [key, former] of formerServiceIds) {
    if (services.has(former)) continue;
    formerServiceIds.delete(key);
    return;
  }
}

function serviceShape(service: DiscoveryService, accountId: string) {
  return {
    ...serviceSummary(service, accountId),
    NamespaceId: service.namespaceId,
    CreatorRequestId: service.creatorRequestId,
  };
}

function serviceSummary(service: DiscoveryService, accountId: string): ServiceSummary {
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: accountId,
    Name: service.name,
    Type: service.type,
    ...(service.description === undefined ? {} : { Description: service.description }),
    InstanceCount: service.instances.size,
    DnsConfig:
      service.type === 'HTTP'
        ? { DnsRecords: [] }
        : {
            NamespaceId: service.namespaceId,
            RoutingPolicy: service.routingPolicy,
            DnsRecords: service.dnsRecords.map(({ type, ttl }) => ({ Type: type, TTL: ttl })),
          },
    ...(service.customHealthCheck ? { HealthCheckCustomConfig: { FailureThreshold: 1 } } : {}),
    CreateDate: service.createDate,
  };
}
