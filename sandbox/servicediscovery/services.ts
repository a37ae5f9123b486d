import type {
  CreateServiceCommandInput,
  CreateServiceCommandOutput,
  DeleteServiceCommandInput,
  DeleteServiceCommandOutput,
  DnsConfig,
  GetServiceCommandInput,
  GetServiceCommandOutput,
  HealthCheckConfig,
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
import { nameKey } from './names.ts';
import { requireNamespace } from './namespaces.ts';
import {
  checkDnsRecords,
  checkHealthCheck,
  NO_DNS_FOR_HTTP,
  checkRecordChange,
  checkServiceName,
  checkServiceSettings,
} from './service-checks.ts';
import type { CloudMapState, DiscoveryService, HealthCheck } from './state.ts';
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
  const description = checkDescription(input.Description);
  const tags = withTags(new Map(), input.Tags, name);
  const creatorRequestId = checkResourceId(input.CreatorRequestId, 'CreatorRequestId') ?? newRequestId(world);
  checkResourceId(input.DnsConfig?.NamespaceId, 'NamespaceId');
  const namespace = requireNamespace(state, input.NamespaceId ?? input.DnsConfig?.NamespaceId);
  if (isBeingDeleted(state, namespace.id)) {
    throw new AwsError('NamespaceNotFound', `The namespace ${namespace.id} is being deleted.`);
  }
  const settings = checkServiceSettings(input, namespace.type);
  const key = nameKey(namespace.type, name);
  const existing = state.services.get(namespace.services.get(key) ?? '');
  if (existing !== undefined) {
    throw new AwsError('ServiceAlreadyExists', 'Service already exists.', 400, {
      CreatorRequestId: existing.creatorRequestId,
      ServiceId: existing.id,
      ServiceArn: existing.arn,
    });
  }
  const fullKey = `${namespace.id}/${key}`;
  const id = state.formerServiceIds.get(fullKey) ?? newCloudMapId(world, 'srv');
  const service: DiscoveryService = {
    ...settings,
    id,
    arn: `arn:${partitionOf(region)}:servicediscovery:${region}:${accountId}:service/${id}`,
    name,
    namespaceId: namespace.id,
    namespaceType: namespace.type,
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
  rememberServiceId(state, fullKey, id);
  state.services.set(id, service);
  tagsChanged(context, service.arn, service.tags);
  namespace.services.set(key, id);
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
 * Changes TTLs, the health check by Route 53 and the description. DNS records and a health check that the request does not name are
 * deleted; the custom health check always stays (reference: Cloud Map). Throws InvalidInput, also in HTTP namespaces.
 */
export function updateService(
  input: UpdateServiceCommandInput,
  context: CallContext,
): Answer<UpdateServiceCommandOutput> {
  const service = requireService(context.state.servicediscovery, input.Id);
  const change = input.Service;
  if (change === undefined) throw invalidInput('Service must not be empty.');
  const { type } = requireNamespace(context.state.servicediscovery, service.namespaceId);
  if (type === 'HTTP') {
    throw invalidInput('A service in an HTTP namespace cannot be updated.');
  }
  if (service.type === 'HTTP' && change.DnsConfig !== undefined) throw invalidInput(NO_DNS_FOR_HTTP);
  const dnsRecords = checkDnsRecords(change.DnsConfig?.DnsRecords ?? []);
  checkRecordChange(service.dnsRecords, dnsRecords);
  const healthCheck = checkHealthCheck(change.HealthCheckConfig, {
    namespaceType: type,
    dnsRecords,
    customHealthCheck: service.customHealthCheck,
  });
  const description =
    change.Description === undefined ? service.description : checkDescription(change.Description);
  const operationId = startOperation(context, {
    type: 'UPDATE_SERVICE',
    targets: { SERVICE: service.id },
    changes: service.id,
    complete: () => {
      service.description = description;
      service.dnsRecords = dnsRecords;
      service.healthCheck = healthCheck;
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
  const namespace = state.namespaces.get(service.namespaceId);
  namespace?.services.delete(nameKey(namespace.type, service.name));
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
function rememberServiceId({ formerServiceIds, services }: CloudMapState, key: string, id: string): void {
  formerServiceIds.delete(key);
  formerServiceIds.set(key, id);
  if (formerServiceIds.size - services.size <= MAX_FORMER_SERVICES) return;
  for (const [each, former] of formerServiceIds) {
    if (services.has(former)) continue;
    formerServiceIds.delete(each);
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
    ...(service.namespaceType === 'HTTP' ? {} : { DnsConfig: dnsConfigShape(service) }),
    ...(service.healthCheck === undefined
      ? {}
      : { HealthCheckConfig: healthCheckShape(service.healthCheck) }),
    ...(service.customHealthCheck ? { HealthCheckCustomConfig: { FailureThreshold: 1 } } : {}),
    CreateDate: service.createDate,
  };
}

function healthCheckShape({ type, resourcePath, failureThreshold }: HealthCheck): HealthCheckConfig {
  return {
    Type: type,
    ...(resourcePath === undefined ? {} : { ResourcePath: resourcePath }),
    FailureThreshold: failureThreshold,
  };
}

function dnsConfigShape(service: DiscoveryService): DnsConfig {
  if (service.type === 'HTTP') return { DnsRecords: [] };
  return {
    NamespaceId: service.namespaceId,
    RoutingPolicy: service.routingPolicy,
    DnsRecords: service.dnsRecords.map(({ type, ttl }) => ({ Type: type, TTL: ttl })),
  };
}
