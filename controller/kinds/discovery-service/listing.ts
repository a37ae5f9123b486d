import type { ServiceSummary } from '@aws-sdk/client-servicediscovery';
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
        customHealthCheck: service.HealthCheckCustomConfig !== undefined,
      },
    },
  ];
}

/** By namespace id, what its services are told apart by: as they are wanted, or its name, or its id where others have that name. */
export async function listScopes(
  aws: Aws,
  wanted: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const namespaces = await collect(async (NextToken) => {
    const page = await aws.servicediscovery.listNamespaces({ MaxResults: PAGE_SIZE, NextToken });
    return { items: page.Namespaces, next: page.NextToken };
  });
  const scopes = namespaces.map(({ Id = '', Name = '' }) => {
    const namesakes = namespaces.filter((other) => other.Name === Name);
    return [Id, namesakes.length === 1 ? Name : Id] as const;
  });
  return new Map([...scopes, ...wanted]);
}
