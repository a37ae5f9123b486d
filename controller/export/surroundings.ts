import type { Cluster, Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { compareText, groupBy } from '../core/order.ts';
import { DNS_LABEL } from '../manifest/schema/text.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { ExportedManifest } from './exported.ts';

type ManifestOf<Kind extends ExportedManifest['kind']> = Extract<ExportedManifest, { kind: Kind }>;

/** A VPC, subnets and public addresses or not: the services that share them share an Environment. */
export interface EnvironmentPlace {
  readonly name: string;
  readonly vpcId: string;
  readonly manifest: ManifestOf<'Environment'>;
}

/** The place of every service that has one, by its ARN; the most common place is `default`. */
export function environmentsOf(
  { accountId, subnets }: Account,
  services: readonly Service[],
  region: string,
): ReadonlyMap<string, EnvironmentPlace> {
  const placed = services.flatMap((service) => {
    const network = service.networkConfiguration?.awsvpcConfiguration;
    const ids = (network?.subnets ?? []).toSorted(compareText);
    const vpcId = subnets.find(({ SubnetId }) => SubnetId === ids[0])?.VpcId;
    if (service.serviceArn === undefined || vpcId === undefined) return [];
    const assignPublicIp = network?.assignPublicIp === 'ENABLED';
    return [{ arn: service.serviceArn, vpcId, ids, assignPublicIp }];
  });
  const groups = [
    ...groupBy(placed, ({ vpcId, ids, assignPublicIp }) => JSON.stringify([vpcId, ids, assignPublicIp])),
  ];
  const ranked = groups.toSorted(([a, x], [b, y]) => y.length - x.length || compareText(a, b));
  return new Map(
    ranked.flatMap(([, members], index) => {
      const { vpcId, ids, assignPublicIp } = members[0]!;
      const name = index === 0 ? 'default' : `default-${index + 1}`;
      const spec = { region, account: accountId, vpc: vpcId, subnets: ids, assignPublicIp };
      const manifest = { kind: 'Environment', name, spec, notes: [] } as const;
      return members.map(({ arn }) => [arn, { name, vpcId, manifest }] as const);
    }),
  );
}

/** A service that has a manifest. */
export interface Written {
  readonly arn: string;
  readonly environment: string;
  readonly cluster: string;
  readonly spec: DaemonServiceManifestSpec;
}

/** Clusters that hold nothing but what is written, by name. The others are used, and need no manifest. */
export function clustersOf(
  { clusters, services }: Account,
  written: readonly Written[],
  environmentField: (environment: string) => string | undefined,
): readonly ManifestOf<'Cluster'>[] {
  return clusters.flatMap((cluster): readonly ManifestOf<'Cluster'>[] => {
    const { clusterName: name = '', clusterArn, registeredContainerInstancesCount = 0 } = cluster;
    const inside = services.filter((service) => service.clusterArn === clusterArn);
    const ours = written.filter((one) => one.cluster === name);
    if (ours[0] === undefined || inside.length !== ours.length || registeredContainerInstancesCount > 0)
      return [];
    if (!new RegExp(DNS_LABEL).test(name)) return [];
    const environment = environmentField(ours[0].environment);
    const containerInsights = insightsOf(cluster);
    return [
      {
        kind: 'Cluster',
        name,
        spec: present({ environment, containerInsights }),
        notes: clusterNotes(cluster),
      },
    ];
  });
}

function insightsOf({ settings = [] }: Cluster): 'enabled' | 'enhanced' | 'disabled' | undefined {
  const value = settings.find(({ name }) => name === 'containerInsights')?.value;
  return value as ReturnType<typeof insightsOf>;
}

function clusterNotes({ capacityProviders = [] }: Cluster): readonly string[] {
  return capacityProviders.length === 0
    ? []
    : [`its capacity providers (${capacityProviders.join(', ')}) stay as they are: no manifest says them`];
}

/** Namespaces that hold nothing but what is written. The others are used, and need no manifest. */
export function namespacesOf(
  { namespaces, discoveryServices }: Account,
  written: readonly Written[],
  environmentField: (environment: string) => string | undefined,
): readonly ManifestOf<'Namespace'>[] {
  return namespaces.flatMap(
    ({ Id, Name: name = '', Type, Description, Properties }): readonly ManifestOf<'Namespace'>[] => {
      const ours = written.filter(({ spec }) => spec.serviceDiscovery?.namespace === name);
      const inside = discoveryServices.filter(({ namespaceId }) => namespaceId === Id);
      if (Type !== 'DNS_PRIVATE' || ours[0] === undefined || inside.length !== ours.length) return [];
      const environment = environmentField(ours[0].environment);
      const soaTtl = Properties?.DnsProperties?.SOA?.TTL;
      const description = Description === '' ? undefined : Description;
      return [{ kind: 'Namespace', name, spec: present({ environment, description, soaTtl }), notes: [] }];
    },
  );
}
