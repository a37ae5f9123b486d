import type { CallContext } from '../../call.ts';
import { demandOf } from '../instances/demand.ts';
import type { HostRecord } from '../instances/state.ts';
import { registeredHosts } from '../instances/store.ts';
import { isMember } from '../placement/fit.ts';
import type { Misfit } from '../placement/fit.ts';
import { hostsFor, misfitsOn } from '../placement/place.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';

/** What the scheduler makes of a container instance for a service of the strategy DAEMON. */
export interface DaemonHost {
  readonly host: HostRecord;
  /** Whether a task is meant to run there while it is ACTIVE. */
  readonly isMeant: boolean;
  /** The service's own that have not stopped yet: as long as there is one, no other is started. */
  readonly tasks: readonly TaskRecord[];
  /** What keeps a task of the deployment from it at this moment, in the order in which it is asked for; nothing where one fits. */
  readonly misfits: () => Iterable<Misfit>;
}

/** Every instance of the cluster that is registered, as it is for a deployment of the service. */
export function daemonHosts(
  context: Pick<CallContext, 'state'>,
  { cluster, launchType, options, tasks }: ServiceRecord,
  { rollout }: DeploymentRecord,
): readonly DaemonHost[] {
  const { definition } = rollout.taskDefinition;
  const demand = demandOf(definition);
  const constraints = [...options.placementConstraints, ...(definition.placementConstraints ?? [])];
  const provided = new Set(hostsFor(cluster, launchType));
  const tasksOn = new Map<string, TaskRecord[]>();
  for (const task of tasks) {
    if (task.host !== undefined) tasksOn.set(task.host.id, [...(tasksOn.get(task.host.id) ?? []), task]);
  }
  return [...registeredHosts(cluster)].map((host) => ({
    host,
    isMeant: provided.has(host) && isMember(cluster, host, constraints),
    tasks: tasksOn.get(host.id) ?? [],
    misfits: () => misfitsOn(context, host, demand, rollout.network),
  }));
}
