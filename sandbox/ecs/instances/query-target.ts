import type { QueryTarget } from '../cluster-query/matches.ts';
import type { ClusterRecord } from '../state.ts';
import { attributeOf, hasAttribute } from './attributes.ts';
import type { HostRecord } from './state.ts';
import { tasksOn } from './store.ts';

/** What an expression asks about, of a container instance. */
export function targetOf(cluster: ClusterRecord, host: HostRecord): QueryTarget {
  return {
    attributes: {
      has: (name) => hasAttribute(host, name),
      get: (name) => attributeOf(host, name),
    },
    agentConnected: host.agentConnected,
    agentVersion: host.versionInfo.agentVersion ?? '',
    ec2InstanceId: host.ec2InstanceId,
    registeredAt: host.registeredAt,
    runningTasksCount: host.taskIds.size,
    groups: () => tasksOn(cluster, host).map(({ group }) => group),
  };
}
