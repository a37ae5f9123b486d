import type { Deployment, NetworkConfiguration, Service } from '@aws-sdk/client-ecs';
import { serviceLinkedRoleArn } from './names.ts';
import type { Owner } from './names.ts';
import { primaryOf } from './state.ts';
import type { DeploymentRecord, Network, ServiceRecord, TaskRecord } from './state.ts';
import { showTags } from './tags.ts';

/** What LATEST means on Linux (reference: Fargate validity). */
export const LATEST_PLATFORM = '1.4.0';

/** A service as DescribeServices answers it. */
export function showService(owner: Owner, service: ServiceRecord, withTags: boolean): Service {
  const { options } = service;
  const { taskDefinition, network, platformVersion, registries } = service.rollout;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: [],
    serviceRegistries: [...registries],
    status: service.status,
    desiredCount: options.desiredCount,
    ...counts(service.tasks),
    ...capacity(service),
    platformVersion,
    platformFamily: 'Linux',
    taskDefinition: taskDefinition.arn,
    deploymentConfiguration: options.deploymentConfiguration,
    deployments: service.deployments.map((deployment) => showDeployment(service, deployment)),
    roleArn: serviceLinkedRoleArn(owner),
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    placementConstraints: [],
    placementStrategy: [],
    networkConfiguration: showNetwork(network),
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: options.enableECSManagedTags,
    propagateTags: options.propagateTags,
    enableExecuteCommand: options.enableExecuteCommand,
    availabilityZoneRebalancing: options.availabilityZoneRebalancing,
    ...(withTags ? { tags: showTags(service.tags) } : {}),
  };
}

function showDeployment(service: ServiceRecord, deployment: DeploymentRecord): Deployment {
  const { rollout, tasks } = deployment;
  const isPrimary = deployment === primaryOf(service);
  const live = [...tasks].filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length;
  return {
    id: deployment.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: rollout.taskDefinition.arn,
    desiredCount: isPrimary ? service.options.desiredCount : live,
    ...counts(tasks),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...capacity(service),
    platformVersion: rollout.platformVersion === 'LATEST' ? LATEST_PLATFORM : rollout.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: showNetwork(rollout.network),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
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

function capacity({ options }: ServiceRecord): Pick<Service, 'launchType' | 'capacityProviderStrategy'> {
  return options.capacityProviderStrategy.length > 0
    ? { capacityProviderStrategy: options.capacityProviderStrategy }
    : { launchType: 'FARGATE' };
}

function showNetwork(network: Network): NetworkConfiguration {
  return {
    awsvpcConfiguration: {
      subnets: [...network.subnets],
      securityGroups: [...network.securityGroups],
      assignPublicIp: network.assignPublicIp,
    },
  };
}
