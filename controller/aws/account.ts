import type { ScalableTarget, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { NetworkInterface, SecurityGroup, SecurityGroupRule, Subnet } from '@aws-sdk/client-ec2';
import type { Cluster, Service, ServiceRevision, TaskDefinition } from '@aws-sdk/client-ecs';
import type { RoleDetail } from '@aws-sdk/client-iam';
import type { NamespaceSummary } from '@aws-sdk/client-servicediscovery';
import { readCloudMap } from './account-cloud-map.ts';
import type { DiscoverySummary, HostRegistry } from './account-cloud-map.ts';
import { readRepositories } from './account-repositories.ts';
import type { AccountRepository } from './account-repositories.ts';
import { collect, inBatchesOf, mapConcurrently } from './collect.ts';
import { policiesOf, scalableTargets } from './scaling.ts';
import { currentRevisions, describeRevisions, newestRevision } from './service-revisions.ts';
import { fromTagList } from './tags.ts';
import type { Aws } from './operations.ts';
import { OWNER_TAG } from '../core/ownership.ts';
import type { Tags } from '../core/resource.ts';

/** Every ECS service of an account and region, with what it is made of, as AWS describes it. */
export interface Account {
  readonly accountId: string;
  readonly clusters: readonly Cluster[];
  /** Without those that are draining or gone. */
  readonly services: readonly Service[];
  /** What each service is to run, by its ARN; without those of which ECS does not tell. */
  readonly revisions: ReadonlyMap<string, ServiceRevision>;
  /** What the services run, by ARN. */
  readonly taskDefinitions: ReadonlyMap<string, TaskDefinition>;
  readonly roles: readonly RoleDetail[];
  readonly subnets: readonly Subnet[];
  /** Those that services carry. */
  readonly securityGroups: readonly SecurityGroup[];
  readonly rules: readonly SecurityGroupRule[];
  /** Rules that some owner keeps for consumers, in whatever group. */
  readonly consumerRules: readonly SecurityGroupRule[];
  /** Whatever carries one of these groups. */
  readonly interfaces: readonly NetworkInterface[];
  /** Those that containers log into, and those that have an owner. */
  readonly logGroups: readonly LogGroup[];
  /** Tags of the log groups that have an owner, by name; none is looked for where no service has one. */
  readonly ownedLogGroups: ReadonlyMap<string, Tags>;
  readonly namespaces: readonly NamespaceSummary[];
  /** Services that Application Auto Scaling scales, by `service/<cluster>/<service>`. */
  readonly scaled: ReadonlyMap<string, Scaled>;
  /** Of clusters, services, namespaces, repositories and scalable targets, by ARN. */
  readonly tags: ReadonlyMap<string, Tags>;
  readonly discoveryServices: readonly DiscoverySummary[];
  /** Discovery services in which a controller registers, by the ECS service whose hosts these are, `cluster/service`. */
  readonly hostRegistries: ReadonlyMap<string, HostRegistry>;
  /** ECR repositories that images of the services are in, and those that have an owner. */
  readonly repositories: readonly AccountRepository[];
}

/** A service as Application Auto Scaling has it. */
export interface Scaled {
  readonly target: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
}

/** What one call takes (reference: batches). */
const CLUSTERS_AT_ONCE = 100;
const SERVICES_AT_ONCE = 10;
/** Values that one EC2 filter takes (EC2 API reference, Filter). */
const FILTER_VALUES = 200;
const CONCURRENT_READS = 5;

/** Reads all of it; any refusal ends it, since half an account would be taken for a whole one. */
export async function readAccount(aws: Aws): Promise<Account> {
  const { Account: accountId = '' } = await aws.sts.getCallerIdentity({});
  const clusters = await readClusters(aws);
  const services = (
    await mapConcurrently(CONCURRENT_READS, clusters, (cluster) =>
      readServices(aws, cluster.clusterArn ?? ''),
    )
  ).flat();
  const definitionArns = distinct(services.map(({ taskDefinition }) => taskDefinition));
  const definitions = await mapConcurrently(CONCURRENT_READS, definitionArns, async (arn) => {
    const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: arn });
    return taskDefinition === undefined ? [] : ([[arn, taskDefinition]] as const);
  });
  const taskDefinitions = new Map(definitions.flat());
  const networks = services.map(({ networkConfiguration }) => networkConfiguration?.awsvpcConfiguration);
  const groupIds = distinct(networks.flatMap((network) => network?.securityGroups ?? []));
  const ownedLogGroups = await readOwnedLogGroups(aws, services);
  const logGroupNames = distinct([
    ...ownedLogGroups.keys(),
    ...[...taskDefinitions.values()].flatMap(({ containerDefinitions = [] }) =>
      containerDefinitions.map(({ logConfiguration }) => logConfiguration?.options?.['awslogs-group']),
    ),
  ]);
  const [
    roles,
    subnets,
    securityGroups,
    rules,
    consumerRules,
    interfaces,
    logGroups,
    { namespaceTags, ...cloudMap },
  ] = await Promise.all([
    services.length === 0 ? [] : readRoles(aws),
    readSubnets(aws, distinct(networks.flatMap((network) => network?.subnets ?? []))),
    readGroups(aws, groupIds),
    readRules(aws, 'group-id', groupIds),
    services.some(hasOwner) ? readRules(aws, 'tag:stationkeeper:rule', ['*']) : [],
    readInterfaces(aws, groupIds),
    readLogGroups(aws, logGroupNames),
    readCloudMap(aws, services, clusters),
  ]);
  const { scaled, scalingTags } = await readScaled(aws, services);
  const { repositories, repositoryTags } = await readRepositories(aws, {
    accountId,
    hasOwners: [...services, ...clusters].some(hasOwner),
    images: [...taskDefinitions.values()].flatMap(({ containerDefinitions = [] }) =>
      containerDefinitions.map(({ image = '' }) => image),
    ),
  });
  return {
    accountId,
    repositories,
    clusters,
    services,
    revisions: await readRevisions(aws, services),
    taskDefinitions,
    roles,
    subnets,
    securityGroups,
    rules,
    consumerRules,
    interfaces,
    logGroups,
    ownedLogGroups,
    ...cloudMap,
    scaled,
    tags: new Map([
      ...scalingTags,
      ...services.map(({ serviceArn = '', tags }) => [serviceArn, fromTagList(tags)] as const),
      ...clusters.map(({ clusterArn = '', tags }) => [clusterArn, fromTagList(tags)] as const),
      ...namespaceTags,
      ...repositoryTags,
    ]),
  };
}

async function readClusters({ ecs }: Aws): Promise<readonly Cluster[]> {
  const arns = await collect(async (nextToken) => {
    const page = await ecs.listClusters({ maxResults: 100, nextToken });
    return { items: page.clusterArns, next: page.nextToken };
  });
  const batches = inBatchesOf(CLUSTERS_AT_ONCE, arns);
  const described = await mapConcurrently(CONCURRENT_READS, batches, async (batch) => {
    const { clusters = [] } = await ecs.describeClusters({
      clusters: batch,
      include: ['SETTINGS', 'TAGS', 'CONFIGURATIONS'],
    });
    return clusters.filter(({ status }) => status !== 'INACTIVE');
  });
  return described.flat();
}

async function readServices({ ecs }: Aws, cluster: string): Promise<readonly Service[]> {
  const arns = await collect(async (nextToken) => {
    const page = await ecs.listServices({ cluster, maxResults: 100, nextToken });
    return { items: page.serviceArns, next: page.nextToken };
  });
  const batches = inBatchesOf(SERVICES_AT_ONCE, arns);
  const described = await mapConcurrently(CONCURRENT_READS, batches, async (batch) => {
    const { services = [] } = await ecs.describeServices({ cluster, services: batch, include: ['TAGS'] });
    return services.filter(({ status }) => status === 'ACTIVE');
  });
  return described.flat();
}

async function readRevisions(
  aws: Aws,
  services: readonly Service[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  const known = await describeRevisions(aws, services.flatMap(currentRevisions));
  return new Map(
    services.flatMap((service) => {
      const revision = newestRevision(service, known);
      return revision === undefined ? [] : [[service.serviceArn ?? '', revision] as const];
    }),
  );
}

function readRoles({ iam }: Aws): Promise<readonly RoleDetail[]> {
  return collect(async (Marker) => {
    const page = await iam.getAccountAuthorizationDetails({ Filter: ['Role'], MaxItems: 1000, Marker });
    return { items: page.RoleDetailList, next: page.IsTruncated === true ? page.Marker : undefined };
  });
}

function readSubnets({ ec2 }: Aws, ids: readonly string[]): Promise<readonly Subnet[]> {
  return byFilter('subnet-id', ids, async (Filters, NextToken) => {
    const page = await ec2.describeSubnets({ Filters, NextToken });
    return { items: page.Subnets, next: page.NextToken };
  });
}

function readGroups({ ec2 }: Aws, ids: readonly string[]): Promise<readonly SecurityGroup[]> {
  return byFilter('group-id', ids, async (Filters, NextToken) => {
    const page = await ec2.describeSecurityGroups({ Filters, NextToken });
    return { items: page.SecurityGroups, next: page.NextToken };
  });
}

function readRules(
  { ec2 }: Aws,
  name: string,
  values: readonly string[],
): Promise<readonly SecurityGroupRule[]> {
  return byFilter(name, values, async (Filters, NextToken) => {
    const page = await ec2.describeSecurityGroupRules({ Filters, NextToken });
    return { items: page.SecurityGroupRules, next: page.NextToken };
  });
}

function readInterfaces({ ec2 }: Aws, ids: readonly string[]): Promise<readonly NetworkInterface[]> {
  return byFilter('group-id', ids, async (Filters, NextToken) => {
    const page = await ec2.describeNetworkInterfaces({ Filters, NextToken });
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
}

/** Who owns a log group of its own owns the service that it is for. */
async function readOwnedLogGroups(
  { tagging }: Aws,
  services: readonly Service[],
): Promise<ReadonlyMap<string, Tags>> {
  if (!services.some(hasOwner)) return new Map();
  const listed = await collect(async (PaginationToken) => {
    const page = await tagging.getResources({
      TagFilters: [{ Key: OWNER_TAG }],
      ResourceTypeFilters: ['logs:log-group'],
      PaginationToken,
    });
    return { items: page.ResourceTagMappingList, next: page.PaginationToken };
  });
  return new Map(
    listed.map(({ ResourceARN = '', Tags }) => [
      ResourceARN.replace(/^.*:log-group:/, '').replace(/:\*$/, ''),
      fromTagList(Tags),
    ]),
  );
}

async function readLogGroups({ logs }: Aws, names: readonly string[]): Promise<readonly LogGroup[]> {
  const listings = await mapConcurrently(CONCURRENT_READS, names, async (name) => {
    const groups = await collect(async (nextToken) => {
      const page = await logs.describeLogGroups({ logGroupNamePrefix: name, nextToken });
      return { items: page.logGroups, next: page.nextToken };
    });
    return groups.filter(({ logGroupName }) => logGroupName === name);
  });
  return listings.flat();
}

function hasOwner({ tags }: Pick<Service | Cluster, 'tags'>): boolean {
  return fromTagList(tags)[OWNER_TAG] !== undefined;
}

async function readScaled(aws: Aws, services: readonly Service[]) {
  const ids = services.map(scaledAs);
  const targets = ids.length === 0 ? [] : await scalableTargets(aws, ids);
  const policies = await policiesOf(
    aws,
    targets.map(({ ResourceId = '' }) => ResourceId),
  );
  const scalingTags = await mapConcurrently(
    CONCURRENT_READS,
    distinct(targets.map(({ ScalableTargetARN }) => ScalableTargetARN)),
    async (ResourceARN) => {
      const { Tags = {} } = await aws['application-autoscaling'].listTagsForResource({ ResourceARN });
      return [ResourceARN, Tags] as const;
    },
  );
  const scaled = targets.map((target) => {
    const { ResourceId = '' } = target;
    return [ResourceId, { target, policies: policies.get(ResourceId) ?? [] }] as const;
  });
  return { scaled: new Map(scaled), scalingTags };
}

/** As what Application Auto Scaling knows a service: `service/<cluster>/<service>`. */
function scaledAs({ clusterArn = '', serviceName = '' }: Service): string {
  return `service/${clusterArn.split('/').at(-1)}/${serviceName}`;
}

async function byFilter<Item>(
  Name: string,
  ids: readonly string[],
  read: (
    filters: { Name: string; Values: string[] }[],
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next: string | undefined }>,
): Promise<readonly Item[]> {
  const batches = inBatchesOf(FILTER_VALUES, ids);
  const items = await mapConcurrently(CONCURRENT_READS, batches, (Values) =>
    collect((token) => read([{ Name, Values }], token)),
  );
  return items.flat();
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}
