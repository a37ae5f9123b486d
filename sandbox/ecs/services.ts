import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  CreateServiceCommandOutput,
  DeleteServiceCommandInput,
  DeleteServiceCommandOutput,
  DescribeServicesCommandInput,
  DescribeServicesCommandOutput,
  Failure,
  ListServicesCommandInput,
  ListServicesCommandOutput,
  Service,
  UpdateServiceCommandInput,
  UpdateServiceCommandOutput,
} from '@aws-sdk/client-ecs';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../error.ts';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import { clusterName, requireActiveCluster, requireCluster } from './clusters.ts';
import { deploy } from './deployments.ts';
import { clientError, invalidParameter, serviceNotFound } from './errors.ts';
import { ECS_NAME, callerArn, ecsArn, resourcePath } from './names.ts';
import { readPage } from './pages.ts';
import { wakeScheduler } from './scheduler.ts';
import {
  readDeploymentConfiguration,
  readDesiredCount,
  readNetwork,
  readPlatformVersion,
  readPropagateTags,
  readRebalancing,
  readRegistries,
  readTaskDefinition,
  refuseUnserved,
} from './service-settings.ts';
import { showService } from './service-view.ts';
import type { ClusterRecord, Rollout, ServiceRecord } from './state.ts';
import { readTags } from './tags.ts';

const MOST_DESCRIBED = 10;

/** A name in use is refused, unless the very same request is repeated with its clientToken. */
export function createService(
  input: CreateServiceCommandInput,
  context: CallContext,
): Answer<CreateServiceCommandOutput> {
  const name = input.serviceName ?? '';
  if (!ECS_NAME.test(name)) throw invalidParameter('Service name contains invalid characters.');
  if ((input.clientToken ?? '').length > 36) {
    throw invalidParameter('clientToken can have at most 36 characters.');
  }
  const cluster = requireActiveCluster(context, input.cluster);
  const replayed = repeatedCreation(cluster, input);
  if (replayed !== undefined) return { service: showService(context, replayed, true) };
  refuseUnserved(input);
  const capacityProviderStrategy = readCapacity(cluster, input);
  const rollout = readRollout(context, input);
  const desiredCount = readDesiredCount(input.desiredCount);
  const deploymentConfiguration = readDeploymentConfiguration(input.deploymentConfiguration);
  const service: ServiceRecord = {
    arn: ecsArn(context, `service/${cluster.name}/${name}`),
    name,
    cluster,
    creation: input,
    createdAt: context.world.date(),
    createdBy: callerArn(context),
    options: {
      desiredCount,
      deploymentConfiguration,
      availabilityZoneRebalancing: readRebalancing(
        input.availabilityZoneRebalancing,
        deploymentConfiguration.maximumPercent,
      ),
      propagateTags: readPropagateTags(input.propagateTags),
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
      capacityProviderStrategy,
    },
    tags: readTags(input.tags),
    status: 'ACTIVE',
    rollout,
    deployments: [],
    lastCompleted: undefined,
    events: [],
    tasks: new Set(),
    steady: false,
    wakesAt: undefined,
    wake: (delayMs) => wakeScheduler(context, service, delayMs),
  };
  cluster.services.set(name, service);
  tagsChanged(context.state.tagging, service.arn, service.tags);
  deploy(context, service, rollout);
  service.wake();
  return { service: showService(context, service, true) };
}

function repeatedCreation(
  cluster: ClusterRecord,
  input: CreateServiceCommandInput,
): ServiceRecord | undefined {
  const existing = cluster.services.get(input.serviceName ?? '');
  if (existing === undefined || existing.status === 'INACTIVE') return undefined;
  if (existing.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.');
  }
  if (input.clientToken !== undefined && isDeepStrictEqual(input, existing.creation)) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

/** A strategy of the cluster's own Fargate providers, or none for the launch type FARGATE. */
function readCapacity(
  cluster: ClusterRecord,
  input: CreateServiceCommandInput | UpdateServiceCommandInput,
): CapacityProviderStrategyItem[] {
  const launchType = 'launchType' in input ? input.launchType : undefined;
  const asked = input.capacityProviderStrategy ?? [];
  if (launchType !== undefined && asked.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType !== undefined) return [];
  const strategy = asked.length > 0 ? asked : cluster.defaultCapacityProviderStrategy;
  if (strategy.length === 0) {
    throw invalidParameter(
      'No launch type means EC2, which is not available. The sandbox runs REPLICA services on Fargate only.',
    );
  }
  for (const { capacityProvider } of strategy) {
    if (capacityProvider === undefined || !cluster.capacityProviders.includes(capacityProvider)) {
      throw invalidParameter(
        `The specified capacity provider '${capacityProvider}' is not associated with the cluster.`,
      );
    }
  }
  return strategy;
}

/** What a request asks to roll out, over what was rolled out before. */
function readRollout(
  context: CallContext,
  input: CreateServiceCommandInput | UpdateServiceCommandInput,
  before?: Rollout,
): Rollout {
  const taskDefinition =
    input.taskDefinition === undefined
      ? before?.taskDefinition
      : readTaskDefinition(context, input.taskDefinition);
  if (taskDefinition === undefined) throw clientError('TaskDefinition not found.');
  return {
    taskDefinition,
    network:
      input.networkConfiguration === undefined && before !== undefined
        ? before.network
        : readNetwork(context, input.networkConfiguration),
    platformVersion:
      input.platformVersion === undefined
        ? (before?.platformVersion ?? 'LATEST')
        : readPlatformVersion(input.platformVersion),
    registries:
      input.serviceRegistries === undefined
        ? (before?.registries ?? [])
        : readRegistries(context, input.serviceRegistries, taskDefinition),
  };
}

function findService(context: CallContext, cluster: ClusterRecord, reference: string | undefined) {
  const path = resourcePath(context, 'service', reference ?? '') ?? '';
  if (!path.includes('/')) return cluster.services.get(path);
  const [inCluster, name = ''] = path.split('/');
  return inCluster === cluster.name ? cluster.services.get(name) : undefined;
}

/** By name or ARN, INACTIVE ones included; throws ServiceNotFoundException. */
export function requireService(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord {
  const found = findService(context, cluster, reference);
  if (found === undefined) throw serviceNotFound();
  return found;
}

export function describeServices(
  input: DescribeServicesCommandInput,
  context: CallContext,
): Answer<DescribeServicesCommandOutput> {
  const asked = input.services ?? [];
  if (asked.length === 0) throw invalidParameter('Services cannot be empty.');
  if (asked.length > MOST_DESCRIBED) {
    throw invalidParameter(`services can have at most ${MOST_DESCRIBED} items.`);
  }
  const cluster = requireCluster(context, input.cluster);
  const withTags = input.include?.includes('TAGS') === true;
  const services: Service[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(asked)) {
    const found = findService(context, cluster, reference);
    if (found !== undefined) services.push(showService(context, found, withTags));
    else failures.push({ arn: missingArn(context, input.cluster, reference), reason: 'MISSING' });
  }
  return { services, failures };
}

function missingArn(context: CallContext, cluster: string | undefined, service: string): string {
  if (service.startsWith('arn:')) return service;
  return ecsArn(context, `service/${clusterName(context, cluster)}/${service}`);
}

export function listServices(
  input: ListServicesCommandInput,
  context: CallContext,
): Answer<ListServicesCommandOutput> {
  const cluster = requireCluster(context, input.cluster);
  const listed = [...cluster.services.from('')].filter(
    ([, { status, options }]) =>
      status !== 'INACTIVE' &&
      (input.schedulingStrategy ?? 'REPLICA') === 'REPLICA' &&
      (input.launchType === undefined ||
        (input.launchType === 'FARGATE' && options.capacityProviderStrategy.length === 0)),
  );
  const { items, nextToken } = readPage(listed, input, { size: 10 });
  return { serviceArns: items.map(({ arn }) => arn), nextToken };
}

/**
 * Changes of what is rolled out make a new deployment, as does forceNewDeployment; the rest does not
 * (reference: ECS service).
 */
export function updateService(
  input: UpdateServiceCommandInput,
  context: CallContext,
): Answer<UpdateServiceCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const service = requireService(context, cluster, input.service);
  if (service.status !== 'ACTIVE') {
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  }
  refuseUnserved(input);
  const { options } = service;
  const rollout = readRollout(context, input, service.rollout);
  const deploymentConfiguration = readDeploymentConfiguration(
    input.deploymentConfiguration,
    options.deploymentConfiguration,
  );
  const changed: Partial<ServiceRecord['options']> = {
    deploymentConfiguration,
    availabilityZoneRebalancing: readRebalancing(
      input.availabilityZoneRebalancing ?? options.availabilityZoneRebalancing,
      deploymentConfiguration.maximumPercent,
    ),
    desiredCount:
      input.desiredCount === undefined ? options.desiredCount : readDesiredCount(input.desiredCount),
    propagateTags: readPropagateTags(input.propagateTags ?? options.propagateTags),
    enableExecuteCommand: input.enableExecuteCommand ?? options.enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags ?? options.enableECSManagedTags,
    capacityProviderStrategy: readUpdatedCapacity(service, input),
  };
  Object.assign(options, changed);
  if (input.forceNewDeployment === true || !isDeepStrictEqual(rollout, service.rollout)) {
    deploy(context, service, rollout);
  }
  service.wake();
  return { service: showService(context, service, true) };
}

/** An empty strategy goes back to the launch type. */
function readUpdatedCapacity(service: ServiceRecord, input: UpdateServiceCommandInput) {
  if (input.capacityProviderStrategy === undefined) return service.options.capacityProviderStrategy;
  return input.capacityProviderStrategy.length === 0 ? [] : readCapacity(service.cluster, input);
}

/** Drains: the tasks stop, then the service is INACTIVE. Deleting a draining service again changes nothing. */
export function deleteService(
  input: DeleteServiceCommandInput,
  context: CallContext,
): Answer<DeleteServiceCommandOutput> {
  const service = requireService(context, requireCluster(context, input.cluster), input.service);
  if (service.status === 'INACTIVE') throw serviceNotFound();
  if (service.status === 'ACTIVE') {
    if (input.force !== true && service.options.desiredCount > 0) {
      throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
    }
    if (input.force !== true && service.deployments.length > 1) {
      throw invalidParameter('The service cannot be stopped while deployments are active.');
    }
    service.status = 'DRAINING';
    service.options.desiredCount = 0;
    service.wake();
  }
  return { service: showService(context, service, true) };
}
