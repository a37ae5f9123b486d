import type {
  Cluster,
  ClusterField,
  ClusterSetting,
  CreateClusterCommandInput,
  CreateClusterCommandOutput,
  DeleteClusterCommandInput,
  DeleteClusterCommandOutput,
  DescribeClustersCommandInput,
  DescribeClustersCommandOutput,
  Failure,
  ListClustersCommandInput,
  ListClustersCommandOutput,
  PutClusterCapacityProvidersCommandInput,
  PutClusterCapacityProvidersCommandOutput,
  UpdateClusterCommandInput,
  UpdateClusterCommandOutput,
  UpdateClusterSettingsCommandInput,
  UpdateClusterSettingsCommandOutput,
} from '@aws-sdk/client-ecs';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../error.ts';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import { SortedMap } from '../sorted-map.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import { ECS_NAME, ecsArn, resourcePath } from './names.ts';
import { readPage } from './pages.ts';
import type { ClusterRecord } from './state.ts';
import { readTags, showTags } from './tags.ts';

const MOST_DESCRIBED = 100;
const EVERY_FIELD: readonly ClusterField[] = [
  'ATTACHMENTS',
  'CONFIGURATIONS',
  'SETTINGS',
  'STATISTICS',
  'TAGS',
];
const DEFAULT_SETTINGS: ClusterSetting[] = [{ name: 'containerInsights', value: 'disabled' }];

/** The name that a request's optional `cluster` means; an ARN of elsewhere means none that exists. */
export function clusterName(context: CallContext, cluster: string | undefined): string {
  return resourcePath(context, 'cluster', cluster ?? 'default') ?? '';
}

/** Throws ClusterNotFoundException. An INACTIVE one is found. */
export function requireCluster(context: CallContext, cluster: string | undefined): ClusterRecord {
  const found = context.state.ecs.clusters.get(clusterName(context, cluster));
  if (found === undefined) throw clusterNotFound();
  return found;
}

/** Throws ClusterNotFoundException for an unknown or INACTIVE cluster. */
export function requireActiveCluster(context: CallContext, cluster: string | undefined): ClusterRecord {
  const found = requireCluster(context, cluster);
  if (found.status !== 'ACTIVE') throw clusterNotFound('The referenced cluster was inactive.');
  return found;
}

/** Creating what exists answers with it, if its settings are the same. */
export function createCluster(
  input: CreateClusterCommandInput,
  context: CallContext,
): Answer<CreateClusterCommandOutput> {
  const name = input.clusterName ?? 'default';
  if (!ECS_NAME.test(name)) throw invalidParameter('Invalid cluster name.');
  const settings = readSettings(input.settings, DEFAULT_SETTINGS);
  const tags = readTags(input.tags);
  const { clusters } = context.state.ecs;
  const existing = clusters.get(name);
  if (existing?.status === 'ACTIVE') {
    if (input.settings !== undefined && !isDeepStrictEqual(settings, existing.settings)) {
      throw invalidParameter(
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    return { cluster: showCluster(existing, EVERY_FIELD) };
  }
  const cluster: ClusterRecord = {
    arn: ecsArn(context, `cluster/${name}`),
    name,
    status: 'ACTIVE',
    settings,
    configuration: input.configuration,
    serviceConnectDefaults: input.serviceConnectDefaults,
    capacityProviders: readCapacityProviders(input.capacityProviders),
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
    tags,
    activeServices: 0,
    services: new SortedMap(),
    tasks: new SortedMap(),
    stoppedTasks: [],
  };
  clusters.set(name, cluster);
  tagsChanged(context.state.tagging, cluster.arn, tags);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

export function describeClusters(
  input: DescribeClustersCommandInput,
  context: CallContext,
): Answer<DescribeClustersCommandOutput> {
  const asked = input.clusters === undefined || input.clusters.length === 0 ? ['default'] : input.clusters;
  if (asked.length > MOST_DESCRIBED) {
    throw invalidParameter(`clusters can have at most ${MOST_DESCRIBED} items.`);
  }
  const clusters: Cluster[] = [];
  const failures: Failure[] = [];
  for (const cluster of new Set(asked)) {
    const found = context.state.ecs.clusters.get(clusterName(context, cluster));
    if (found !== undefined) clusters.push(showCluster(found, input.include ?? []));
    else failures.push({ arn: missingArn(context, cluster), reason: 'MISSING' });
  }
  return { clusters, failures };
}

function missingArn(context: CallContext, cluster: string): string {
  return cluster.startsWith('arn:') ? cluster : ecsArn(context, `cluster/${cluster}`);
}

export function listClusters(
  input: ListClustersCommandInput,
  context: CallContext,
): Answer<ListClustersCommandOutput> {
  const active = [...context.state.ecs.clusters.from('')].filter(([, { status }]) => status === 'ACTIVE');
  const { items, nextToken } = readPage(active, input, { size: 100 });
  return { clusterArns: items.map(({ arn }) => arn), nextToken };
}

export function updateCluster(
  input: UpdateClusterCommandInput,
  context: CallContext,
): Answer<UpdateClusterCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const settings = readSettings(input.settings, cluster.settings);
  cluster.settings = settings;
  if (input.configuration !== undefined) cluster.configuration = input.configuration;
  if (input.serviceConnectDefaults !== undefined) {
    cluster.serviceConnectDefaults = input.serviceConnectDefaults;
  }
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

export function updateClusterSettings(
  input: UpdateClusterSettingsCommandInput,
  context: CallContext,
): Answer<UpdateClusterSettingsCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  if (input.settings === undefined || input.settings.length === 0) {
    throw invalidParameter('Cluster settings cannot be empty.');
  }
  cluster.settings = readSettings(input.settings, cluster.settings);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

export function putClusterCapacityProviders(
  input: PutClusterCapacityProvidersCommandInput,
  context: CallContext,
): Answer<PutClusterCapacityProvidersCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const providers = readCapacityProviders(input.capacityProviders);
  for (const { capacityProvider } of input.defaultCapacityProviderStrategy ?? []) {
    if (capacityProvider === undefined || !providers.includes(capacityProvider)) {
      throw invalidParameter(
        'The specified default capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.',
      );
    }
  }
  cluster.capacityProviders = providers;
  cluster.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy ?? [];
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

/** An emptied cluster stays describable as INACTIVE (reference: hazards). */
export function deleteCluster(
  input: DeleteClusterCommandInput,
  context: CallContext,
): Answer<DeleteClusterCommandOutput> {
  const cluster = requireCluster(context, input.cluster);
  for (const service of cluster.services.values()) {
    if (service.status === 'INACTIVE') continue;
    throw new AwsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
  for (const task of cluster.tasks.values()) {
    if (task.lastStatus === 'STOPPED') continue;
    throw new AwsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  }
  cluster.status = 'INACTIVE';
  cluster.tags.clear();
  tagsChanged(context.state.tagging, cluster.arn, undefined);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

function readSettings(
  settings: readonly ClusterSetting[] | undefined,
  otherwise: ClusterSetting[],
): ClusterSetting[] {
  if (settings === undefined || settings.length === 0) return otherwise;
  for (const { name, value } of settings) {
    if (name !== 'containerInsights') throw invalidParameter(`Invalid setting name: ${name ?? 'null'}.`);
    if (value === undefined || !['enabled', 'enhanced', 'disabled'].includes(value)) {
      throw invalidParameter(`Invalid setting value: ${value ?? 'null'}.`);
    }
  }
  return settings.map(({ name, value }) => ({ name, value }));
}

function readCapacityProviders(providers: readonly string[] | undefined): string[] {
  for (const provider of providers ?? []) {
    if (provider !== 'FARGATE' && provider !== 'FARGATE_SPOT') {
      throw invalidParameter('The specified capacity provider was not found.');
    }
  }
  return [...(providers ?? [])];
}

function showCluster(cluster: ClusterRecord, include: readonly ClusterField[]): Cluster {
  let running = 0;
  let pending = 0;
  for (const { lastStatus, desiredStatus } of cluster.tasks.values()) {
    if (lastStatus === 'RUNNING') running += 1;
    else if (desiredStatus === 'RUNNING') pending += 1;
  }
  let services = 0;
  for (const { status } of cluster.services.values()) if (status === 'ACTIVE') services += 1;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: services,
    statistics: include.includes('STATISTICS')
      ? [
          { name: 'runningFargateTasksCount', value: String(running) },
          { name: 'pendingFargateTasksCount', value: String(pending) },
          { name: 'activeFargateServiceCount', value: String(services) },
        ]
      : [],
    tags: include.includes('TAGS') ? showTags(cluster.tags) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    ...(include.includes('CONFIGURATIONS') && cluster.configuration !== undefined
      ? { configuration: cluster.configuration }
      : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    ...(cluster.serviceConnectDefaults === undefined
      ? {}
      : { serviceConnectDefaults: cluster.serviceConnectDefaults }),
  };
}
