import type {
  ContainerInstance,
  ContainerInstanceField,
  ContainerInstanceHealthStatus,
  Resource,
} from '@aws-sdk/client-ecs';
import type { ClusterRecord } from '../state.ts';
import { showTags } from '../tags.ts';
import { showAttributes } from './attributes.ts';
import { remaining, reservedPorts } from './reservations.ts';
import type { HostRecord } from './state.ts';
import { tasksOn } from './store.ts';

/** A container instance as DescribeContainerInstances answers it, with what `include` asks for. */
export function showHost(
  cluster: ClusterRecord,
  host: HostRecord,
  include: readonly ContainerInstanceField[] = [],
): ContainerInstance {
  const { resources, trunk } = host;
  const left = remaining(host);
  return {
    containerInstanceArn: host.arn,
    ec2InstanceId: host.ec2InstanceId,
    ...(host.capacityProvider === undefined ? {} : { capacityProviderName: host.capacityProvider }),
    version: host.version,
    versionInfo: host.versionInfo,
    remainingResources: showResources({
      cpu: left.cpu,
      memoryMiB: left.memoryMiB,
      gpus: resources.gpus.length === 0 ? undefined : left.gpus,
      tcpPorts: reservedPorts(host, 'tcp'),
      udpPorts: reservedPorts(host, 'udp'),
    }),
    registeredResources: showResources({
      ...resources,
      gpus: resources.gpus.length === 0 ? undefined : resources.gpus,
    }),
    status: host.status,
    ...(host.statusReason === undefined ? {} : { statusReason: host.statusReason }),
    agentConnected: host.agentConnected,
    ...countTasks(cluster, host),
    ...(host.agentUpdateStatus === undefined ? {} : { agentUpdateStatus: host.agentUpdateStatus }),
    attributes: showAttributes(host),
    registeredAt: host.registeredAt,
    attachments:
      trunk === undefined
        ? []
        : [
            {
              id: trunk.attachmentId,
              type: 'eni',
              status: 'ATTACHED',
              details: [{ name: 'trunkId', value: trunk.trunkId }],
            },
          ],
    tags: include.includes('TAGS') ? showTags(host.tags) : [],
    ...(include.includes('CONTAINER_INSTANCE_HEALTH') ? { healthStatus: showHealth(host) } : {}),
  };
}

function countTasks(
  cluster: ClusterRecord,
  host: HostRecord,
): Required<Pick<ContainerInstance, 'runningTasksCount' | 'pendingTasksCount'>> {
  let runningTasksCount = 0;
  let pendingTasksCount = 0;
  for (const { lastStatus, desiredStatus } of tasksOn(cluster, host)) {
    if (lastStatus === 'RUNNING') runningTasksCount += 1;
    else if (desiredStatus === 'RUNNING') pendingTasksCount += 1;
  }
  return { runningTasksCount, pendingTasksCount };
}

interface ShownResources {
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Undefined where the instance has none. */
  readonly gpus: readonly string[] | undefined;
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
}

/** In AWS's order. Of ports those that are taken are told, of all else what there is. */
function showResources({ cpu, memoryMiB, gpus, tcpPorts, udpPorts }: ShownResources): Resource[] {
  return [
    amount('CPU', cpu),
    amount('MEMORY', memoryMiB),
    names('PORTS', tcpPorts.map(String)),
    names('PORTS_UDP', udpPorts.map(String)),
    ...(gpus === undefined ? [] : [names('GPU', gpus)]),
  ];
}

function amount(name: string, integerValue: number): Resource {
  return { name, type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue };
}

function names(name: string, values: readonly string[]): Resource {
  return {
    name,
    type: 'STRINGSET',
    doubleValue: 0,
    longValue: 0,
    integerValue: 0,
    stringSetValue: [...values],
  };
}

/** What an agent that is heard of says, and ECS of one that is not (developer guide, container instance health). */
function showHealth({
  agentConnected,
  agentChangedAt,
  registeredAt,
}: HostRecord): ContainerInstanceHealthStatus {
  const connectivity = agentConnected ? 'OK' : 'IMPAIRED';
  return {
    overallStatus: connectivity,
    details: [
      {
        type: 'CONTAINER_RUNTIME',
        status: agentConnected ? 'OK' : 'INSUFFICIENT_DATA',
        lastUpdated: agentChangedAt,
        lastStatusChange: agentConnected ? registeredAt : agentChangedAt,
      },
      {
        type: 'AGENT_CONNECTIVITY',
        status: connectivity,
        lastUpdated: agentChangedAt,
        lastStatusChange: agentChangedAt,
      },
    ],
  };
}
