import type { Cluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import type { ClusterRecord } from '../state.ts';
import { showTags } from '../tags.ts';
import { showAttachments } from './attachments.ts';

/** A cluster as DescribeClusters answers it, with what `include` asks for. */
export function showCluster(cluster: ClusterRecord, include: readonly ClusterField[]): Cluster {
  let running = 0;
  let pending = 0;
  for (const { lastStatus, desiredStatus } of cluster.tasks.values()) {
    if (lastStatus === 'RUNNING') running += 1;
    else if (desiredStatus === 'RUNNING') pending += 1;
  }
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: cluster.activeServices,
    statistics: include.includes('STATISTICS') ? showStatistics(cluster, running, pending) : [],
    tags: include.includes('TAGS') ? showTags(cluster.tags) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    ...(include.includes('CONFIGURATIONS') && cluster.configuration !== undefined
      ? { configuration: cluster.configuration }
      : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    ...(include.includes('ATTACHMENTS') && cluster.attachmentsStatus !== undefined
      ? { attachments: showAttachments(cluster), attachmentsStatus: cluster.attachmentsStatus }
      : {}),
    ...(cluster.serviceConnectDefaults === undefined
      ? {}
      : { serviceConnectDefaults: cluster.serviceConnectDefaults }),
  };
}

/** Tasks run on Fargate alone. */
function showStatistics({ services }: ClusterRecord, running: number, pending: number): KeyValuePair[] {
  let onInstances = 0;
  let onFargate = 0;
  for (const { status, rollout } of services.values()) {
    if (status !== 'ACTIVE') continue;
    if (rollout.platformVersion === undefined) onInstances += 1;
    else onFargate += 1;
  }
  return [
    ['runningEC2TasksCount', 0],
    ['runningFargateTasksCount', running],
    ['pendingEC2TasksCount', 0],
    ['pendingFargateTasksCount', pending],
    ['activeEC2ServiceCount', onInstances],
    ['activeFargateServiceCount', onFargate],
  ].map(([name, value]) => ({ name: String(name), value: String(value) }));
}
