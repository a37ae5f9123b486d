import type { Cluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import { registeredHosts } from '../instances/store.ts';
import type { ClusterRecord } from '../state.ts';
import { showTags } from '../tags.ts';
import { showAttachments } from './attachments.ts';

/** A cluster as DescribeClusters answers it, with what `include` asks for. */
export function showCluster(cluster: ClusterRecord, include: readonly ClusterField[]): Cluster {
  const onFargate = { running: 0, pending: 0 };
  const onInstances = { running: 0, pending: 0 };
  for (const { lastStatus, desiredStatus, host } of cluster.tasks.unsorted()) {
    const counts = host === undefined ? onFargate : onInstances;
    if (lastStatus === 'RUNNING') counts.running += 1;
    else if (desiredStatus === 'RUNNING') counts.pending += 1;
  }
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: [...registeredHosts(cluster)].length,
    runningTasksCount: onFargate.running + onInstances.running,
    pendingTasksCount: onFargate.pending + onInstances.pending,
    activeServicesCount: cluster.activeServices,
    statistics: include.includes('STATISTICS') ? showStatistics(cluster, onFargate, onInstances) : [],
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

interface TaskCounts {
  readonly running: number;
  readonly pending: number;
}

/** By launch type; what is EXTERNAL counts with EC2's. */
function showStatistics(
  { services }: ClusterRecord,
  tasksOnFargate: TaskCounts,
  tasksOnInstances: TaskCounts,
): KeyValuePair[] {
  let onInstances = 0;
  let onFargate = 0;
  for (const { status, rollout } of services.values()) {
    if (status !== 'ACTIVE') continue;
    if (rollout.platformVersion === undefined) onInstances += 1;
    else onFargate += 1;
  }
  return [
    ['runningEC2TasksCount', tasksOnInstances.running],
    ['runningFargateTasksCount', tasksOnFargate.running],
    ['pendingEC2TasksCount', tasksOnInstances.pending],
    ['pendingFargateTasksCount', tasksOnFargate.pending],
    ['activeEC2ServiceCount', onInstances],
    ['activeFargateServiceCount', onFargate],
  ].map(([name, value]) => ({ name: String(name), value: String(value) }));
}
