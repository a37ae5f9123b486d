import type { NamespaceSummary, ServiceSummary } from '@aws-sdk/client-servicediscovery';
import { listCloudMapServices } from '../../aws/cloud-map.ts';
import { createdAt } from '../../core/created-at.ts';
import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import type { DiscoveryServiceState } from './state.ts';

const PAGE_SIZE = 100;

/** A Cloud Map service as ListServices shows it. */
export interface ListedService {
  readonly arn: string;
  readonly name: string;
  /** Undefined where neither the service nor the listing says. */
  readonly namespaceId: string | undefined;
  readonly instanceCount: number | undefined;
  readonly createdAt?: number;
  readonly state: DiscoveryServiceState;
}

/**
 * The services of one namespace, or of the whole account and region. An endpoint that ignores filters lists
 * more than was asked for, so each service says for itself where it belongs.
 */
export async function listServices(
  aws: Aws,
  namespaceId: string | undefined,
): Promise<readonly ListedService[]> {
  const services = await listCloudMapServices(aws, namespaceId);
  return services.flatMap((service) => listedOf(service, namespaceId));
}

function listedOf(service: ServiceSummary, listedNamespace: string | undefined): ListedService[] {
  const { Id: id, Arn: arn, Name: name, DnsConfig: dns } = service;
  if (id === undefined || arn === undefined || name === undefined) return [];
  return [
    {
      arn,
      name,
      namespaceId: dns?.NamespaceId ?? listedNamespace,
      instanceCount: service.InstanceCount,
      ...createdAt(service.CreateDate),
      state: {
        id,
        description: service.Description,
        dnsRecords: Object.fromEntries(
          (dns?.DnsRecords ?? []).map((record) => [record.Type ?? '', { ttl: record.TTL ?? 0 }]),
        ),
        ...(dns?.RoutingPolicy === undefined ? {} : { routingPolicy: dns.RoutingPolicy }),
        customHealthCheck: service.HealthCheckCustomConfig !== undefined,
      },
    },
  ];
}

/** Finds the namespaces of services that a listing of all does not tell them of: those that have no records. */
export function createNamespaceReader(
  aws: Aws,
): (services: readonly ListedService[]) => Promise<readonly ListedService[]> {
  /** By the service's ARN: it never moves. */
  const known = new Map<string, string>();

  return async (services) => {
    const isOpen = ({ arn, namespaceId }: ListedService) => namespaceId === undefined && !known.has(arn);
    if (services.some(isOpen)) {
      for (const { Id = '' } of await listAllNamespaces(aws)) {
        for (const { arn, namespaceId = '' } of await listServices(aws, Id)) known.set(arn, namespaceId);
      }
    }
    return services.map((one) => {
      const namespaceId = one.namespaceId ?? known.get(one.arn);
      return namespaceId === undefined ? one : { ...one, namespaceId };
    });
  };
}

function listAllNamespaces({ servicediscovery }: Aws): Promise<readonly NamespaceSummary[]> {
  return collect(async (NextToken) => {
    const page = await servicediscovery.listNamespaces({ MaxResults: PAGE_SIZE, NextToken });
    return { items: page.Namespaces, next: page.NextToken };
  });
}

/** By namespace id, what its services are told apart by: as they are wanted, or its name, or its id where others have that name. */
export async function listScopes(
  aws: Aws,
  wanted: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const namespaces = await listAllNamespaces(aws);
  const scopes = namespaces.map(({ Id = '', Name = '' }) => {
    const namesakes = namespaces.filter((other) => other.Name === Name);
    return [Id, namesakes.length === 1 ? Name : Id] as const;
  });
  return new Map([...scopes, ...wanted]);
}
