import type {
  CapacityProviderStrategyItem,
  Deployment,
  Service,
  ServiceCurrentRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { World } from '../../world.ts';
import { ongoing, serviceDeploymentArn, serviceRevisionArn } from '../deployments/history.ts';
import { serviceLinkedRoleArn } from '../names.ts';
import type { Owner } from '../names.ts';
import { primaryOf } from '../state.ts';
import type {
  DeploymentRecord,
  Network,
  Rollout,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from '../state.ts';
import { showTags } from '../tags.ts';
import { platformOf, runningVersion } from '../task-definitions/platform.ts';
import { eventsOf } from './events.ts';

/** A service as DescribeServices answers it. */
export function showService(
  owner: Owner & { readonly world: World },
  service: ServiceRecord,
  withTags: boolean,
): Service {
  const { options } = service;
  const { taskDefinition, network, platformVersion, registries, loadBalancers } = service.rollout;
  const gracePeriod = options.healthCheckGracePeriodSeconds ?? (loadBalancers.length > 0 ? 0 : undefined);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: [...loadBalancers],
    serviceRegistries: [...registries],
    status: service.status,
    desiredCount: options.desiredCount,
    ...counts(service.tasks),
    ...capacity(options.capacityProviderStrategy, service),
    ...showPlatform(taskDefinition, platformVersion),
    taskDefinition: taskDefinition.arn,
    deploymentConfiguration: options.deploymentConfiguration,
    deployments: service.deployments.map((deployment) => showDeployment(service, deployment)),
    roleArn: serviceLinkedRoleArn(owner),
    events: eventsOf(owner.world, service),
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    ...currentDeployment(owner, service),
    placementConstraints: options.placementConstraints,
    placementStrategy: options.placementStrategy,
    ...showNetwork(network),
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: options.enableECSManagedTags,
    propagateTags: options.propagateTags,
    enableExecuteCommand: options.enableExecuteCommand,
    availabilityZoneRebalancing: options.availabilityZoneRebalancing,
    ...(gracePeriod === undefined ? {} : { healthCheckGracePeriodSeconds: gracePeriod }),
    ...(withTags ? { tags: showTags(service.tags) } : {}),
  };
}

function currentDeployment(
  owner: Owner,
  service: ServiceRecord,
): Pick<Service, 'currentServiceDeployment' | 'currentServiceRevisions'> {
  const underWay = ongoing(service);
  return {
    ...(underWay === undefined
      ? {}
      : { currentServiceDeployment: serviceDeploymentArn(owner, service, underWay) }),
    currentServiceRevisions: service.deployments.map((deployment) =>
      showRevisionCounts(owner, service, deployment),
    ),
  };
}

/** How many tasks of a service revision are meant to run, run and are on their way up. */
export function showRevisionCounts(
  owner: Owner,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): ServiceCurrentRevisionSummary {
  const { runningCount, pendingCount } = counts(deployment.tasks);
  return {
    arn: serviceRevisionArn(owner, service, deployment),
    requestedTaskCount: requestedCount(service, deployment),
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
  };
}

/** The primary's is the service's; another one's is what it still has. */
function requestedCount(service: ServiceRecord, deployment: DeploymentRecord): number {
  if (deployment === primaryOf(service)) return service.options.desiredCount;
  return [...deployment.tasks].filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length;
}

function showDeployment(service: ServiceRecord, deployment: DeploymentRecord): Deployment {
  const { rollout, tasks } = deployment;
  const isPrimary = deployment === primaryOf(service);
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: rollout.taskDefinition.arn,
    desiredCount: requestedCount(service, deployment),
    ...counts(tasks),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...capacity(deployment.capacityProviderStrategy, service),
    ...showPlatform(rollout.taskDefinition, runningVersion(rollout.taskDefinition, rollout.platformVersion)),
    ...showNetwork(rollout.network),
    ...showLaunch(rollout),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** What services do not show, and their deployments and revisions do. */
export function showLaunch({
  volumes,
  serviceConnect,
}: Rollout): Pick<Deployment, 'volumeConfigurations' | 'serviceConnectConfiguration'> {
  return {
    ...(volumes.length === 0 ? {} : { volumeConfigurations: [...volumes] }),
    ...(serviceConnect === undefined ? {} : { serviceConnectConfiguration: serviceConnect }),
  };
}

/** Tasks on their way up are pending; those on their way down are neither. */
function counts(tasks: Iterable<TaskRecord>): { runningCount: number; pendingCount: number } {
  let runningCount = 0;
  let pendingCount = 0;
  for (const { lastStatus, desiredStatus } of tasks) {
    if (lastStatus === 'RUNNING') runningCount += 1;
    else if (desiredStatus === 'RUNNING') pendingCount += 1;
  }
  return { runningCount, pendingCount };
}

export function capacity(
  strategy: readonly CapacityProviderStrategyItem[],
  { launchType }: ServiceRecord,
): Pick<Service, 'launchType' | 'capacityProviderStrategy'> {
  return strategy.length > 0 ? { capacityProviderStrategy: [...strategy] } : { launchType };
}

/** Fargate's alone. */
export function showPlatform(
  taskDefinition: TaskDefinitionRecord,
  platformVersion: string | undefined,
): Pick<Service, 'platformVersion' | 'platformFamily'> {
  if (platformVersion === undefined) return {};
  return { platformVersion, platformFamily: platformOf(taskDefinition).family };
}

/** Nothing where tasks have no network of their own. */
export function showNetwork(network: Network): Pick<Service, 'networkConfiguration'> {
  if (network.subnets.length === 0) return {};
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...network.subnets],
        securityGroups: [...network.securityGroups],
        assignPublicIp: network.assignPublicIp,
      },
    },
  };
}
