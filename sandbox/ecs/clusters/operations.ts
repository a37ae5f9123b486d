import type {
  Cluster,
  ClusterConfiguration,
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
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { ensureServiceLinkedRole } from '../../iam/service-linked-roles.ts';
import { SortedMap } from '../../sorted-map.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { effectiveSetting } from '../account/settings.ts';
import {
  clientError,
  invalidParameter,
  requireBatch,
  requireOneOf,
  serviceLinkedRoleMissing,
} from '../errors.ts';
import { registeredHosts } from '../instances/store.ts';
import { ECS_NAME, ecsArn } from '../names.ts';
import { filtered, readPageFrom } from '../pages.ts';
import type { ClusterRecord } from '../state.ts';
import { readTags } from '../tags.ts';
import { attachProviders, requireAttached } from './attachments.ts';
import { readCapacityProviders, readStrategy } from './capacity-strategies.ts';
import { readServiceConnectDefaults } from './service-connect-defaults.ts';
import { clusterName, rememberDeleted, requireActiveCluster, requireCluster } from './store.ts';
import { showCluster } from './view.ts';

const MOST_DESCRIBED = 100;
const EVERY_FIELD: readonly ClusterField[] = [
  'ATTACHMENTS',
  'CONFIGURATIONS',
  'SETTINGS',
  'STATISTICS',
  'TAGS',
];
/** Quota "Clusters per account". */
const MOST_CLUSTERS = 10_000;

/** Creating what exists answers with it, if its settings are the same. */
export function createCluster(
  input: CreateClusterCommandInput,
  context: CallContext,
): Answer<CreateClusterCommandOutput> {
  const name = input.clusterName ?? 'default';
  if (!ECS_NAME.test(name)) throw invalidParameter('Invalid cluster name.');
  checkConfiguration(input.configuration);
  const settings = readSettings(input.settings, defaultSettings(context));
  const tags = readTags(input.tags);
  const capacityProviders = readCapacityProviders(context, input.capacityProviders);
  const defaultCapacityProviderStrategy = readStrategy(
    input.defaultCapacityProviderStrategy ?? [],
    capacityProviders,
  );
  const { ecs } = context.state;
  const existing = ecs.clusters.get(name);
  if (existing?.status === 'ACTIVE') {
    if (input.settings !== undefined && !isDeepStrictEqual(settings, existing.settings)) {
      throw invalidParameter(
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    return { cluster: showCluster(existing, EVERY_FIELD) };
  }
  if (ensureServiceLinkedRole(context, 'ecs.amazonaws.com') !== 'ready') throw serviceLinkedRoleMissing();
  if (ecs.clusters.size - ecs.deletedClusters.length >= MOST_CLUSTERS) {
    throw clientError('The maximum number of clusters per account has been exceeded.');
  }
  const serviceConnectDefaults = readServiceConnectDefaults(context, input.serviceConnectDefaults);
  const cluster: ClusterRecord = {
    arn: ecsArn(context, `cluster/${name}`),
    name,
    status: 'ACTIVE',
    settings,
    configuration: input.configuration,
    serviceConnectDefaults,
    capacityProviders,
    defaultCapacityProviderStrategy,
    attachments: new Map(),
    attachmentsStatus: undefined,
    tags,
    activeServices: 0,
    services: new SortedMap(),
    tasks: new SortedMap(),
    stoppedTasks: [],
    hosts: new SortedMap(),
    inactiveHosts: [],
    waiting: new Set(),
    runs: new Map(),
  };
  if (existing !== undefined) ecs.deletedClusters.splice(ecs.deletedClusters.indexOf(existing), 1);
  ecs.clusters.set(name, cluster);
  tagsChanged(context, cluster.arn, tags);
  attachProviders(context, cluster);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

export function describeClusters(
  input: DescribeClustersCommandInput,
  context: CallContext,
): Answer<DescribeClustersCommandOutput> {
  const asked = input.clusters === undefined || input.clusters.length === 0 ? ['default'] : input.clusters;
  requireBatch('clusters', asked, MOST_DESCRIBED);
  for (const field of input.include ?? []) requireOneOf('include', field, EVERY_FIELD);
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
  const { clusters } = context.state.ecs;
  const { items, nextToken } = readPageFrom(
    (start) => filtered(clusters.from(start), ([, { status }]) => status === 'ACTIVE'),
    input,
    { size: 100 },
  );
  return { clusterArns: items.map(({ arn }) => arn), nextToken };
}

export function updateCluster(
  input: UpdateClusterCommandInput,
  context: CallContext,
): Answer<UpdateClusterCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  checkConfiguration(input.configuration);
  const settings = readSettings(input.settings, cluster.settings);
  const serviceConnectDefaults = readServiceConnectDefaults(context, input.serviceConnectDefaults);
  cluster.settings = settings;
  if (input.configuration !== undefined) cluster.configuration = input.configuration;
  if (input.serviceConnectDefaults !== undefined) cluster.serviceConnectDefaults = serviceConnectDefaults;
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
  requireAttached(cluster);
  const providers = readCapacityProviders(context, input.capacityProviders);
  const strategy = readStrategy(input.defaultCapacityProviderStrategy ?? [], providers);
  for (const provider of cluster.capacityProviders) {
    if (!providers.includes(provider)) refuseRemovalWhereUsed(cluster, provider);
  }
  cluster.capacityProviders = providers;
  cluster.defaultCapacityProviderStrategy = strategy;
  attachProviders(context, cluster);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

function refuseRemovalWhereUsed({ services }: ClusterRecord, provider: string): void {
  for (const { status, options } of services.values()) {
    if (status === 'INACTIVE') continue;
    if (options.capacityProviderStrategy.some(({ capacityProvider }) => capacityProvider === provider)) {
      throw new AwsError(
        'ResourceInUseException',
        'The specified capacity provider is in use and cannot be removed.',
      );
    }
  }
}

/** An emptied cluster stays describable as INACTIVE (reference: hazards). */
export function deleteCluster(
  input: DeleteClusterCommandInput,
  context: CallContext,
): Answer<DeleteClusterCommandOutput> {
  const cluster = requireCluster(context, input.cluster);
  if (cluster.status === 'INACTIVE') return { cluster: showCluster(cluster, EVERY_FIELD) };
  if (!registeredHosts(cluster).next().done) {
    throw new AwsError(
      'ClusterContainsContainerInstancesException',
      'The Cluster cannot be deleted while Container Instances are active or draining.',
    );
  }
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
  rememberDeleted(context.state.ecs, cluster);
  tagsChanged(context, cluster.arn, undefined);
  return { cluster: showCluster(cluster, EVERY_FIELD) };
}

/** OVERRIDE says where to (API reference, ExecuteCommandConfiguration). */
function checkConfiguration(configuration: ClusterConfiguration | undefined): void {
  const { logging, logConfiguration } = configuration?.executeCommandConfiguration ?? {};
  if (logging !== undefined) {
    requireOneOf('executeCommandConfiguration.logging', logging, ['NONE', 'DEFAULT', 'OVERRIDE']);
  }
  if (logging === 'OVERRIDE' && logConfiguration === undefined) {
    throw invalidParameter('A logConfiguration must be provided when logging is OVERRIDE.');
  }
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

/** What the account's settings say. */
function defaultSettings(context: CallContext): ClusterSetting[] {
  return [{ name: 'containerInsights', value: effectiveSetting(context, 'containerInsights').value }];
}
