import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { CallContext } from '../call.ts';
import { launchHosts } from '../ecs/instances/launch.ts';
import type { HostLaunch } from '../ecs/instances/launch.ts';
import { changeHost, connectAgent, terminateHost } from '../ecs/instances/lifecycle.ts';
import type { HostRecord } from '../ecs/instances/state.ts';
import { showHost } from '../ecs/instances/view.ts';
import { taskContext } from '../ecs/services/scheduler.ts';
import type { ClusterRecord } from '../ecs/state.ts';
import { AwsError } from '../error.ts';

/** What can be done to a container instance behind AWS's back. */
export const INSTANCE_ACTIONS = ['drain', 'activate', 'disconnect', 'connect', 'terminate'] as const;
export type InstanceAction = (typeof INSTANCE_ACTIONS)[number];

/** Makes instances in the one cluster of that name, or ARN, of all these places. Throws ClusterNotFoundException, InvalidParameterException. */
export function launchInstances(
  contexts: readonly CallContext[],
  launch: HostLaunch,
): readonly ContainerInstance[] {
  const cluster = launch.cluster ?? 'default';
  const name = cluster.slice(cluster.lastIndexOf('/') + 1);
  const owners = contexts.filter(({ state }) => {
    const found = state.ecs.clusters.get(name);
    return found?.status === 'ACTIVE' && (found.arn === cluster || name === cluster);
  });
  const [owner, other] = owners;
  if (owner === undefined) throw new AwsError('ClusterNotFoundException', `There is no cluster ${cluster}.`);
  if (other !== undefined) {
    const where = owners.map(({ accountId, region }) => `${region} of ${accountId}`).join(' and in ');
    throw new AwsError(
      'InvalidParameterException',
      `There is a cluster ${cluster} in ${where}: name it by its ARN.`,
    );
  }
  const hosts = launchHosts(owner, { ...launch, cluster: name });
  return hosts.map((host) => showHost(owner.state.ecs.clusters.get(name)!, host, ['TAGS']));
}

/** Acts on the instance of an id or ARN; undefined where there is none. Throws InvalidParameterException for what it cannot do. */
export function actOnInstance(
  contexts: readonly CallContext[],
  idOrArn: string,
  action: InstanceAction,
): ContainerInstance | undefined {
  const id = idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
  for (const context of contexts) {
    for (const cluster of context.state.ecs.clusters.values()) {
      const host = cluster.hosts.get(id);
      if (host === undefined || (idOrArn !== id && idOrArn !== host.arn)) continue;
      if (host.status === 'INACTIVE') continue;
      act(context, cluster, host, action);
      return showHost(cluster, host, ['TAGS']);
    }
  }
  return undefined;
}

function act(context: CallContext, cluster: ClusterRecord, host: HostRecord, action: InstanceAction): void {
  const tasks = taskContext(context);
  switch (action) {
    case 'connect':
    case 'disconnect':
      connectAgent(tasks, cluster, host, action === 'connect');
      return;
    case 'terminate':
      terminateHost(tasks, cluster, host);
      return;
    case 'activate':
    case 'drain': {
      const status = action === 'drain' ? 'DRAINING' : 'ACTIVE';
      if (host.status !== 'ACTIVE' && host.status !== 'DRAINING') {
        throw new AwsError(
          'InvalidParameterException',
          `The instance is ${host.status}: it cannot ${action} yet.`,
        );
      }
      if (host.status !== status) changeHost(tasks, cluster, host, { status });
    }
  }
}
