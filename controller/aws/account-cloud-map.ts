import type { Cluster, Service } from '@aws-sdk/client-ecs';
import type { NamespaceSummary, ServiceSummary } from '@aws-sdk/client-servicediscovery';
import { OWNER_TAG, REGISTRANT_TAG } from '../core/ownership.ts';
import type { Tags } from '../core/resource.ts';
import { collect, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';
import { fromTagList } from './tags.ts';

/** A discovery service, with the namespace that it was listed in. */
export type DiscoverySummary = ServiceSummary & { readonly namespaceId: string };

/** A discovery service in which a controller registers hosts. */
export interface HostRegistry {
  readonly arn: string;
  /** Under which hosts are registered in it, of one with SRV records; those that are registered may have none. */
  readonly ports: readonly number[];
}

interface CloudMap {
  readonly namespaces: readonly NamespaceSummary[];
  readonly discoveryServices: readonly DiscoverySummary[];
  /** By the ECS service whose hosts these are, `cluster/service`. */
  readonly hostRegistries: ReadonlyMap<string, HostRegistry>;
  readonly namespaceTags: readonly (readonly [arn: string, tags: Tags])[];
}

const CONCURRENT_READS = 5;

/** What Cloud Map has for these services and clusters; where none of them can be in it, nothing is asked. */
export async function readCloudMap(
  aws: Aws,
  services: readonly Service[],
  clusters: readonly Cluster[],
): Promise<CloudMap> {
  const withHosts = services.filter(mayRegisterHosts);
  const isInIt =
    withHosts.length > 0 ||
    services.some(isRegistered) ||
    services.some(isConnected) ||
    clusters.some(({ serviceConnectDefaults }) => serviceConnectDefaults?.namespace !== undefined);
  if (!isInIt) {
    return { namespaces: [], discoveryServices: [], hostRegistries: new Map(), namespaceTags: [] };
  }
  const { servicediscovery } = aws;
  const namespaces = await collect(async (NextToken) => {
    const page = await servicediscovery.listNamespaces({ MaxResults: 100, NextToken });
    return { items: page.Namespaces, next: page.NextToken };
  });
  const ids = namespaces.flatMap(({ Id }) => Id ?? []);
  const listed = await mapConcurrently(CONCURRENT_READS, ids, async (namespaceId) => {
    const found = await collect(async (NextToken) => {
      const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [namespaceId], Condition: 'EQ' as const }];
      const page = await servicediscovery.listServices({ Filters, MaxResults: 100, NextToken });
      return { items: page.Services, next: page.NextToken };
    });
    // An endpoint that ignores the filter lists all; each says for itself where it belongs.
    return found
      .filter(({ DnsConfig }) => (DnsConfig?.NamespaceId ?? namespaceId) === namespaceId)
      .map((service) => ({ ...service, namespaceId }));
  });
  const discoveryServices = listed.flat();
  const arns = namespaces.flatMap(({ Arn }) => Arn ?? []);
  const namespaceTags = await readTags(aws, arns);
  const ecs = new Set(
    services.flatMap(({ serviceRegistries = [] }) => serviceRegistries.map(({ registryArn }) => registryArn)),
  );
  const others = discoveryServices.filter(({ Arn }) => !ecs.has(Arn));
  const hostRegistries = await readHostRegistries(aws, withHosts, others);
  return { namespaces, discoveryServices, hostRegistries, namespaceTags };
}

function isRegistered({ serviceRegistries = [] }: Service): boolean {
  return serviceRegistries.length > 0;
}

/** Whether it is in Service Connect, which has a namespace. */
function isConnected({ deployments = [] }: Service): boolean {
  return deployments.some(
    ({ serviceConnectConfiguration }) => serviceConnectConfiguration?.namespace !== undefined,
  );
}

/** Whether a controller could have registered its hosts, which ECS does not tell: its tasks have their addresses, and somebody owns it. */
function mayRegisterHosts(service: Service): boolean {
  const { networkConfiguration, tags } = service;
  return (
    !isRegistered(service) &&
    networkConfiguration?.awsvpcConfiguration === undefined &&
    fromTagList(tags)[OWNER_TAG] !== undefined
  );
}

/** Cloud Map tells them of one resource at a time; the tagging API, which tells many, does not know those yet that were just made. */
function readTags(
  { servicediscovery }: Aws,
  arns: readonly string[],
): Promise<readonly (readonly [arn: string, tags: Tags])[]> {
  return mapConcurrently(CONCURRENT_READS, arns, async (ResourceARN) => {
    const answer = await servicediscovery.listTagsForResource({ ResourceARN });
    return [ResourceARN, fromTagList(answer.Tags)] as const;
  });
}

/** The registrant is a tag, and the port that is published stands with each host alone. */
async function readHostRegistries(
  aws: Aws,
  services: readonly Service[],
  discoveryServices: readonly DiscoverySummary[],
): Promise<CloudMap['hostRegistries']> {
  if (services.length === 0) return new Map();
  const names = new Set(
    services.map(
      ({ clusterArn = '', serviceName = '' }) => `${clusterArn.split('/').at(-1) ?? ''}/${serviceName}`,
    ),
  );
  const tagged = await readTags(
    aws,
    discoveryServices.flatMap(({ Arn }) => Arn ?? []),
  );
  const registrants = tagged
    .map(([arn, tags]) => ({ arn, of: tags[REGISTRANT_TAG] ?? '' }))
    .filter(({ of }) => names.has(of));
  const found = await mapConcurrently(CONCURRENT_READS, registrants, async ({ arn, of }) => {
    const { Id: ServiceId, DnsConfig } = discoveryServices.find(({ Arn }) => Arn === arn) ?? {};
    const isOfPorts = DnsConfig?.DnsRecords?.some(({ Type }) => Type === 'SRV') === true;
    if (ServiceId === undefined || !isOfPorts) return [of, { arn, ports: [] }] as const;
    const instances = await collect(async (NextToken) => {
      const page = await aws.servicediscovery.listInstances({ ServiceId, NextToken });
      return { items: page.Instances, next: page.NextToken };
    });
    const ports = instances.flatMap(({ Attributes = {} }) => {
      const { ECS_CLUSTER_NAME: cluster, ECS_SERVICE_NAME: service, AWS_INSTANCE_PORT: port } = Attributes;
      return port !== undefined && `${cluster}/${service}` === of ? [Number(port)] : [];
    });
    return [of, { arn, ports: [...new Set(ports)] }] as const;
  });
  return new Map(found);
}
