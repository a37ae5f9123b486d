import { zonesOfNamespaces } from '../../../sandbox/dns/namespace-zone.ts';
import type { ZoneOfNamespace } from '../../../sandbox/dns/namespace-zone.ts';
import type { Instance, Namespace } from '../../../sandbox/servicediscovery/state.ts';
import type { DiscoveryService } from '../../../sandbox/servicediscovery/state.ts';
import { createCloudMapState } from '../../../sandbox/servicediscovery/state.ts';
import { SortedMap } from '../../../sandbox/sorted-map.ts';

type RecordType = DiscoveryService['dnsRecordTypes'][number];

export interface ServiceOfZone {
  /** `A` alone where nothing else is said. */
  readonly types?: readonly RecordType[];
  readonly ttl?: number;
  readonly routingPolicy?: DiscoveryService['routingPolicy'];
  readonly customHealthCheck?: boolean;
  /** Attributes by instance id. */
  readonly instances?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ids of those that are not healthy. */
  readonly unhealthy?: readonly string[];
}

/** The zone of a namespace, whose services are given by name. */
export function zoneWith(
  name: string,
  services: Readonly<Record<string, ServiceOfZone>> = {},
  changes: Partial<Namespace> = {},
): ZoneOfNamespace {
  const state = createCloudMapState();
  const namespace: Namespace = {
    id: `ns-${name}`,
    arn: `arn:aws:servicediscovery:us-east-1:385605022855:namespace/ns-${name}`,
    name,
    httpName: name,
    type: 'DNS_PRIVATE',
    zone: { hostedZoneId: 'Z1', vpcId: 'vpc-1', soaTtl: 15 },
    creatorRequestId: 'r',
    createDate: new Date(0),
    description: undefined,
    tags: new Map(),
    services: new Map(),
    instanceCount: 0,
    ...changes,
  };
  state.namespaces.set(namespace.id, namespace);
  for (const [serviceName, each] of Object.entries(services)) {
    const service = serviceOf(namespace, serviceName, each);
    namespace.services.set(serviceName.toLowerCase(), service.id);
    state.services.set(service.id, service);
  }
  return zonesOfNamespaces(state)[0]!;
}

/** `count` instances with addresses 10.0.0.1, 10.0.0.2 and so on, and port 2000. */
export function instancesOf(count: number): Record<string, Readonly<Record<string, string>>> {
  const each = (index: number): [string, Record<string, string>] => [
    `i-${index}`,
    { AWS_INSTANCE_IPV4: `10.0.0.${index}`, AWS_INSTANCE_PORT: '2000' },
  ];
  return Object.fromEntries(Array.from({ length: count }, (_, index) => each(index + 1)));
}

function serviceOf(namespace: Namespace, name: string, service: ServiceOfZone): DiscoveryService {
  const { types = ['A'], ttl = 60, instances = {}, unhealthy = [] } = service;
  const registered = new SortedMap<Instance>();
  for (const [id, attributes] of Object.entries(instances)) {
    const health = unhealthy.includes(id) ? 'UNHEALTHY' : 'HEALTHY';
    registered.set(id, { id, attributes, creatorRequestId: undefined, health, reportedHealth: health });
  }
  const id = `srv-${namespace.id}-${name}`;
  return {
    id,
    arn: `arn:aws:servicediscovery:us-east-1:385605022855:service/${id}`,
    name,
    namespaceId: namespace.id,
    namespaceType: namespace.type,
    type: 'DNS_HTTP',
    creatorRequestId: 'r',
    createDate: new Date(0),
    routingPolicy: service.routingPolicy ?? 'MULTIVALUE',
    customHealthCheck: service.customHealthCheck ?? true,
    healthCheck: undefined,
    description: undefined,
    dnsRecords: types.map((type) => ({ type, ttl })),
    dnsRecordTypes: types,
    tags: new Map(),
    attributes: new Map(),
    instances: registered,
    registering: new Set(),
    instancesRevision: 1,
  };
}
