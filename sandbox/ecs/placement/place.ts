import type { PlacementConstraint, PlacementStrategy } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { findSubnet } from '../../ec2/interfaces.ts';
import { attributeOf } from '../instances/attributes.ts';
import type { TaskDemand } from '../instances/demand.ts';
import { reserve } from '../instances/reservations.ts';
import type { HostRecord } from '../instances/state.ts';
import { registeredHosts } from '../instances/store.ts';
import type { ClusterRecord, Network, RunsOn, TaskHost } from '../state.ts';
import { closeness, isMember, lacksOf } from './fit.ts';
import type { Misfit } from './fit.ts';
import { preferred } from './strategies.ts';

/** What a task is to be placed by. */
export interface Placing {
  readonly cluster: ClusterRecord;
  readonly runsOn: RunsOn;
  /** Undefined: any, or none. */
  readonly capacityProvider: string | undefined;
  readonly demand: TaskDemand;
  readonly network: Network;
  /** Of the service or request, and of the task definition. */
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
  /** How many tasks of its group each instance has, by id. */
  readonly tasksOn: ReadonlyMap<string, number>;
}

/** A container instance that came to be asked, and why it will not do. */
export interface Rejection {
  readonly host: HostRecord;
  readonly misfit: Misfit;
}

export interface Placed {
  readonly host: HostRecord | undefined;
  /** Where there is no host; empty where there was nobody to ask. */
  readonly rejections: readonly Rejection[];
}

/** Instances that tasks of that launch type are put on once they are ACTIVE; of that provider's alone, where one is named. */
export function hostsFor(cluster: ClusterRecord, runsOn: RunsOn, provider?: string): readonly HostRecord[] {
  return [...registeredHosts(cluster)].filter(
    ({ isExternal, capacityProvider }) =>
      isExternal === (runsOn === 'EXTERNAL') && (provider === undefined || provider === capacityProvider),
  );
}

/** Chooses an instance for one task. */
export function place(context: CallContext, placing: Placing): Placed {
  const { cluster, runsOn, capacityProvider, strategies, tasksOn } = placing;
  const all = hostsFor(cluster, runsOn, capacityProvider).filter(({ status }) => status === 'ACTIVE');
  const fitting: HostRecord[] = [];
  const rejections: Rejection[] = [];
  for (const host of all) {
    const misfit = misfitOf(context, placing, host);
    if (misfit === undefined) fitting.push(host);
    else rejections.push({ host, misfit });
  }
  if (fitting.length === 0) return { host: undefined, rejections };
  const host = preferred(strategies, { fitting, all, tasksOn, random: () => context.world.random() });
  return { host, rejections: [] };
}

function misfitOf(
  context: CallContext,
  { cluster, demand, network, constraints, tasksOn }: Placing,
  host: HostRecord,
): Misfit | undefined {
  if (!isMember(cluster, host, constraints)) return 'MEMBER_OF';
  const isDistinct = constraints.some(({ type }) => type === 'distinctInstance');
  if (isDistinct && (tasksOn.get(host.id) ?? 0) > 0) return 'DISTINCT_INSTANCE';
  const [first] = misfitsOn(context, host, demand, network);
  return first;
}

/** What an instance lacks for a task that is to be put there and nowhere else, in the order in which it is asked for. */
export function misfitsOn(
  context: Pick<CallContext, 'state'>,
  host: HostRecord,
  demand: TaskDemand,
  network: Network,
): Iterable<Misfit> {
  return lacksOf(host, demand, !demand.hasInterface || subnetOn(context, host, network) !== undefined);
}

/** The one that came closest. */
export function closest(rejections: readonly Rejection[]): Rejection | undefined {
  return rejections.reduce<Rejection | undefined>(
    (best, next) => (best === undefined || closeness(next.misfit) > closeness(best.misfit) ? next : best),
    undefined,
  );
}

/** The subnet of a task's interface: one of the VPC and zone that the instance is in. */
export function subnetOn(
  { state: { ec2 } }: Pick<CallContext, 'state'>,
  { subnetId, availabilityZone }: HostRecord,
  { subnets }: Network,
): string | undefined {
  const vpcId = subnetId === undefined ? undefined : findSubnet(ec2, subnetId)?.vpcId;
  return subnets.find((id) => {
    const subnet = findSubnet(ec2, id);
    return subnet?.availabilityZone === availabilityZone && (vpcId === undefined || subnet?.vpcId === vpcId);
  });
}

/** Puts a task on an instance that it fits on, which it then takes its share of. */
export function settle(host: HostRecord, demand: TaskDemand): TaskHost {
  const { id, arn, ec2InstanceId, isExternal, availabilityZone, privateIpv4Address } = host;
  return {
    id,
    arn,
    ec2InstanceId,
    isExternal,
    availabilityZone,
    privateIpv4Address,
    cpuArchitecture: attributeOf(host, 'ecs.cpu-architecture') ?? 'x86_64',
    reservation: reserve(host, demand),
  };
}
