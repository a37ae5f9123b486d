import type { VersionInfo } from '@aws-sdk/client-ecs';
import { terminateInstance } from '../../ec2/instances.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { uuid } from '../ids.ts';
import { wakeHostedServices } from '../services/scheduler.ts';
import type { ClusterRecord, Tags } from '../state.ts';
import { loseTask } from '../tasks/ending.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { TaskStop } from '../tasks/state.ts';
import { setAttribute } from './attributes.ts';
import { nothingTaken } from './reservations.ts';
import type { HostAttributes, HostRecord, HostResources } from './state.ts';
import { hostArn, rememberInactive, tasksOn } from './store.ts';

/** What is known of an instance when its agent registers it. */
export interface NewHost {
  readonly ec2InstanceId: string;
  readonly isExternal: boolean;
  readonly capacityProvider?: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly subnetId: string | undefined;
  readonly privateIpv4Address: string | undefined;
  /** How many interfaces its tasks can have. */
  readonly interfaces: number;
  readonly hasTrunk: boolean;
  readonly resources: HostResources;
  readonly versionInfo: VersionInfo;
  readonly agentAttributes: HostAttributes;
  /** Over those of the agent. */
  readonly attributes: readonly (readonly [string, string | undefined])[];
  readonly tags: Tags;
}

/** Registers an instance. One with a trunk is REGISTERING until that is there. */
export function addHost(context: TaskContext, cluster: ClusterRecord, host: NewHost): HostRecord {
  const { world } = context;
  const { hasTrunk, attributes, ...facts } = host;
  const id = world.randomText(32);
  const added: HostRecord = {
    capacityProvider: undefined,
    ...facts,
    id,
    arn: hostArn(context, cluster.name, id),
    registeredAt: world.date(),
    trunk: undefined,
    taken: nothingTaken(),
    agentUpdateStatus: undefined,
    status: hasTrunk ? 'REGISTERING' : 'ACTIVE',
    statusReason: undefined,
    agentConnected: true,
    agentChangedAt: world.date(),
    version: 1,
    attributes: new Map(),
    taskIds: new Set(),
  };
  for (const [name, value] of attributes) setAttribute(added, name, value);
  cluster.hosts.set(id, added);
  tagsChanged(context, added.arn, added.tags);
  if (hasTrunk) {
    world.after(world.pick(world.timing.ecs.trunkAttachment), () => attachTrunk(context, cluster, added));
  }
  wakeHostedServices(context, cluster);
  return added;
}

/** Developer guide, elastic network interface trunking. */
function attachTrunk(context: TaskContext, cluster: ClusterRecord, host: HostRecord): void {
  if (host.status !== 'REGISTERING') return;
  const trunkId = `trunk-assoc-0${context.world.randomText(16)}`;
  host.trunk = { attachmentId: uuid(context.world), trunkId };
  setAttribute(host, 'ecs.awsvpc-trunk-id', trunkId);
  changeHost(context, cluster, host, { status: 'ACTIVE' });
}

/** Changes an instance, which the cluster's services may have to do with. */
export function changeHost(
  context: TaskContext,
  cluster: ClusterRecord,
  host: HostRecord,
  changes: Partial<
    Pick<HostRecord, 'status' | 'statusReason' | 'resources' | 'versionInfo' | 'agentUpdateStatus'>
  > = {},
): void {
  Object.assign(host, changes);
  host.version += 1;
  wakeHostedServices(context, cluster);
}

/** The agent connects, or is not heard of any more. */
export function connectAgent(
  context: TaskContext,
  cluster: ClusterRecord,
  host: HostRecord,
  isConnected: boolean,
): void {
  if (host.agentConnected === isConnected) return;
  host.agentConnected = isConnected;
  host.agentChangedAt = context.world.date();
  changeHost(context, cluster, host);
}

/** Takes an instance out of its cluster. Nobody is told to end its tasks any more: they have stopped, as far as ECS knows. */
export function removeHost(
  context: TaskContext,
  cluster: ClusterRecord,
  host: HostRecord,
  stop: TaskStop,
): void {
  for (const task of tasksOn(cluster, host)) loseTask(context, task, stop);
  host.status = 'INACTIVE';
  host.agentConnected = false;
  host.agentChangedAt = context.world.date();
  host.version += 1;
  host.tags.clear();
  tagsChanged(context, host.arn, undefined);
  rememberInactive(cluster, host);
  wakeHostedServices(context, cluster);
}

/** The machine is no more, and with it all that ran there; of EC2's, its network interface goes too. */
export function terminateHost(context: TaskContext, cluster: ClusterRecord, host: HostRecord): void {
  removeHost(context, cluster, host, {
    code: 'TerminationNotice',
    reason: host.isExternal
      ? `The external instance ${host.ec2InstanceId} is gone.`
      : `Host EC2 (instance ${host.ec2InstanceId}) terminated.`,
  });
  terminateInstance(context, host.ec2InstanceId);
}
