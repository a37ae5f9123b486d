import type { Cluster, Service } from '@aws-sdk/client-ecs';
import type { RoleDetail } from '@aws-sdk/client-iam';
import type { Account } from '../aws/account.ts';
import { FARGATE_PROVIDERS } from '../core/capacity-provider-strategy.ts';
import { writtenOf } from '../core/fields/table.ts';
import { compareText, groupBy } from '../core/order.ts';
import { CLUSTER } from '../kinds/cluster/fields.ts';
import type { IamDefaults } from '../manifest/expand/roles.ts';
import { DNS_LABEL } from '../manifest/schema/text.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Applied, AppliedAs } from './owned.ts';
import type { ExportedManifest } from './exported.ts';

export type ManifestOf<Kind extends ExportedManifest['kind']> = Extract<ExportedManifest, { kind: Kind }>;

/** A VPC, subnets and public addresses or not: the services that share them share an Environment. */
export interface EnvironmentPlace {
  readonly name: string;
  readonly vpcId: string;
  readonly manifest: ManifestOf<'Environment'>;
  /** ARN of the execution role that its daemons share; undefined where they share none. */
  readonly sharedRole: string | undefined;
}

/**
 * The place of every service that has one, by its ARN. What is applied already stays in the Environment that it was applied in, and
 * what is beside it joins that; otherwise the most common place is `default`.
 */
export function environmentsOf(
  { accountId, subnets }: Account,
  services: readonly Service[],
  region: string,
  appliedAs: AppliedAs,
  sharedRoles: ReadonlyMap<string, RoleDetail>,
): ReadonlyMap<string, EnvironmentPlace> {
  const placed = services.flatMap((service) => {
    const network = service.networkConfiguration?.awsvpcConfiguration;
    const ids = (network?.subnets ?? []).toSorted(compareText);
    const vpcId = subnets.find(({ SubnetId }) => SubnetId === ids[0])?.VpcId;
    if (service.serviceArn === undefined || vpcId === undefined) return [];
    const assignPublicIp = assignsPublicIp(services, service);
    const applied = appliedAs(service.serviceArn, 'DaemonService')?.environment;
    const key = JSON.stringify([vpcId, ids, assignPublicIp]);
    return [{ arn: service.serviceArn, vpcId, ids, assignPublicIp, key, applied }];
  });
  const appliedAt = new Map(placed.flatMap(({ key, applied }) => (applied ? [[key, applied] as const] : [])));
  const named = placed.map((one) => ({ ...one, name: one.applied ?? appliedAt.get(one.key) }));
  const groups = [...groupBy(named, ({ key, name }) => JSON.stringify([name ?? null, key]))];
  const ranked = groups.toSorted(
    ([a, x], [b, y]) =>
      Number(y[0]!.name !== undefined) - Number(x[0]!.name !== undefined) ||
      y.length - x.length ||
      compareText(a, b),
  );
  const taken = new Set<string>();
  const free = (count = 1): string => {
    const name = count === 1 ? 'default' : `default-${count}`;
    return taken.has(name) ? free(count + 1) : name;
  };
  const places = ranked.map(([, members]) => {
    const { vpcId, ids, assignPublicIp, name: wanted } = members[0]!;
    const name = wanted === undefined || taken.has(wanted) ? free() : wanted;
    taken.add(name);
    const shared = sharedRoles.get(name);
    const iam = shared === undefined ? {} : { iam: iamOf(shared) };
    const spec = { region, account: accountId, vpc: vpcId, subnets: ids, assignPublicIp, ...iam };
    const manifest = { kind: 'Environment', name, spec, notes: [] } as const;
    const place: EnvironmentPlace = { name, vpcId, manifest, sharedRole: shared?.Arn };
    return { place, members };
  });
  return new Map([
    ...places.flatMap(({ place, members }) => members.map(({ arn }) => [arn, place] as const)),
    ...withoutNetwork(
      services,
      appliedAs,
      places.map(({ place }) => place),
      { region, account: accountId },
      sharedRoles,
    ),
  ]);
}

/** What an Environment says of all roles, by the one that is made of nothing else. */
function iamOf({ Path: path = '/', PermissionsBoundary: boundary }: RoleDetail): IamDefaults {
  const permissionsBoundary = boundary?.PermissionsBoundaryArn;
  return {
    ...(path === '/' ? {} : { path }),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    executionRole: 'shared',
  };
}

/** Tasks have public addresses on Fargate alone: elsewhere a service fits in with whatever those in its subnets say. */
function assignsPublicIp(services: readonly Service[], service: Service): boolean {
  const subnetsOf = (one: Service): string =>
    JSON.stringify((one.networkConfiguration?.awsvpcConfiguration?.subnets ?? []).toSorted(compareText));
  const isOnHosts = ({ launchType, capacityProviderStrategy: strategy = [] }: Service): boolean =>
    strategy.length > 0
      ? strategy.every(({ capacityProvider = '' }) => !FARGATE_PROVIDERS.includes(capacityProvider))
      : launchType === 'EC2' || launchType === 'EXTERNAL';
  const like = isOnHosts(service)
    ? services.find((other) => !isOnHosts(other) && subnetsOf(other) === subnetsOf(service))
    : service;
  return like?.networkConfiguration?.awsvpcConfiguration?.assignPublicIp === 'ENABLED';
}

/** Services on the network of their hosts fit into any Environment of the account: that in which they are applied, or the most common. */
function withoutNetwork(
  services: readonly Service[],
  appliedAs: AppliedAs,
  places: readonly EnvironmentPlace[],
  spec: { readonly region: string; readonly account: string },
  sharedRoles: ReadonlyMap<string, RoleDetail>,
): readonly (readonly [arn: string, EnvironmentPlace])[] {
  return services.flatMap(({ serviceArn, networkConfiguration }) => {
    if (serviceArn === undefined || networkConfiguration?.awsvpcConfiguration !== undefined) return [];
    const name = appliedAs(serviceArn, 'DaemonService')?.environment;
    const [first] = places;
    const shared = sharedRoles.get(name ?? 'default');
    const iam = shared === undefined ? {} : { iam: iamOf(shared) };
    const alone = {
      kind: 'Environment',
      name: name ?? 'default',
      spec: { ...spec, ...iam },
      notes: [],
    } as const;
    const own = { name: alone.name, vpcId: '', manifest: alone, sharedRole: shared?.Arn };
    const place = name === undefined ? first : places.find((known) => known.name === name);
    return [[serviceArn, place ?? own]];
  });
}

/** A service that has a manifest. */
export interface Written {
  readonly arn: string;
  readonly environment: string;
  readonly cluster: string;
  readonly spec: DaemonServiceManifestSpec;
  readonly isPlaceholder: boolean;
}

/** Clusters that are applied already, or hold nothing but what is written, by name. The others are used, and need no manifest. */
export function clustersOf(
  { clusters, services }: Account,
  written: readonly Written[],
  appliedAs: AppliedAs,
  environmentField: (environment: string) => string | undefined,
): readonly ManifestOf<'Cluster'>[] {
  return clusters.flatMap((cluster): readonly ManifestOf<'Cluster'>[] => {
    const { clusterName: name = '', clusterArn, registeredContainerInstancesCount = 0 } = cluster;
    const inside = services.filter((service) => service.clusterArn === clusterArn);
    const ours = written.filter((one) => one.cluster === name);
    const applied = appliedAs(clusterArn, 'Cluster');
    const where = environmentIn(ours, applied, written);
    if (where === undefined) return [];
    const isWhole =
      inside.length === ours.filter(({ isPlaceholder }) => !isPlaceholder).length &&
      registeredContainerInstancesCount === 0;
    if (applied === undefined && !isWhole) return [];
    const own = applied?.manifest.name ?? name;
    if (!new RegExp(DNS_LABEL).test(own)) return [];
    const environment = environmentField(where);
    const containerInsights = insightsOf(cluster);
    return [
      {
        kind: 'Cluster',
        name: own,
        spec: present({
          environment,
          name: own === name ? undefined : name,
          containerInsights,
          ...writtenOf(CLUSTER.fields, cluster),
        }),
        notes: [],
        ...(applied === undefined ? {} : { annotations: applied.annotations }),
      },
    ];
  });
}

/** Where something is that these services use; what is applied already, and used by none of them, stays in its Environment if that is written. */
export function environmentIn(
  users: readonly Written[],
  applied: Applied | undefined,
  written: readonly Written[],
): string | undefined {
  const name = users[0]?.environment ?? applied?.environment;
  return written.some(({ environment }) => environment === name) ? name : undefined;
}

function insightsOf({ settings = [] }: Cluster): 'enabled' | 'enhanced' | 'disabled' | undefined {
  const value = settings.find(({ name }) => name === 'containerInsights')?.value;
  return value as ReturnType<typeof insightsOf>;
}
