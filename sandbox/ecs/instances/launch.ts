import type { CallContext } from '../../call.ts';
import { launchInstance } from '../../ec2/instances.ts';
import { findSubnet, requireFreeAddresses } from '../../ec2/interfaces.ts';
import type { Subnet } from '../../ec2/state.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { invalidParameter } from '../errors.ts';
import { taskContext } from '../services/scheduler.ts';
import type { ClusterRecord } from '../state.ts';
import { NEWEST_AGENT } from './agent.ts';
import { agentAttributes, checkAttribute } from './attributes.ts';
import { addHost } from './lifecycle.ts';
import { AGENT_PORTS, isTrunking } from './register.ts';
import type { HostRecord } from './state.ts';
import { INSTANCE_TYPES, instanceType, sizeOf } from './types.ts';
import type { InstanceType } from './types.ts';

/** Instances that somebody wants in a cluster. */
export interface HostLaunch {
  /** Name or ARN. Default: `default`. */
  readonly cluster?: string;
  /** Default: 1. */
  readonly count?: number;
  /** Default: `t3.medium`. */
  readonly instanceType?: string;
  /** One of its default subnets. Default: the zones in turn. */
  readonly availabilityZone?: string;
  readonly subnetId?: string;
  /** Custom ones, over those that the agent has. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** One of the cluster's, of an Auto Scaling group. */
  readonly capacityProvider?: string;
  /** Of one's own, as ECS Anywhere has them: not in a zone or subnet. */
  readonly external?: boolean;
}

const DEFAULT_TYPE = 't3.medium';

/**
 * Makes instances whose agents have registered them, each with a network interface in its subnet, all or none. Throws ClusterNotFoundException,
 * InvalidParameterException, InsufficientFreeAddressesInSubnet.
 */
export function launchHosts(context: CallContext, launch: HostLaunch): readonly HostRecord[] {
  const cluster = requireActiveCluster(context, launch.cluster);
  const typeName = launch.instanceType ?? DEFAULT_TYPE;
  const type = instanceType(typeName);
  if (type === undefined) {
    throw invalidParameter(
      `The sandbox does not know the instance type ${typeName}. It knows ${INSTANCE_TYPES.join(', ')}.`,
    );
  }
  for (const [name, value] of Object.entries(launch.attributes ?? {})) checkAttribute({ name, value });
  checkProvider(context, cluster, launch);
  const possible = launch.external === true ? [] : subnetsFor(context, launch);
  const subnets = Array.from(
    { length: launch.count ?? 1 },
    (_, index) => possible[index % Math.max(1, possible.length)],
  );
  requireFreeAddresses(subnets.filter((subnet) => subnet !== undefined));
  return subnets.map((subnet) => launchHost(context, cluster, launch, { typeName, type, subnet }));
}

function checkProvider(
  { state }: CallContext,
  { capacityProviders, name }: ClusterRecord,
  { capacityProvider, external }: HostLaunch,
): void {
  if (capacityProvider === undefined) return;
  if (external === true) throw invalidParameter('An external instance has no capacity provider.');
  if (!capacityProviders.includes(capacityProvider) || !state.ecs.capacityProviders.has(capacityProvider)) {
    throw invalidParameter(
      `${capacityProvider} is no capacity provider of an Auto Scaling group that is associated with the cluster ${name}.`,
    );
  }
}

/** The one that was named, those of the zone, or the default ones of all zones. */
function subnetsFor(
  { state: { ec2 } }: CallContext,
  { subnetId, availabilityZone }: HostLaunch,
): readonly Subnet[] {
  if (subnetId !== undefined) {
    const subnet = findSubnet(ec2, subnetId);
    if (subnet === undefined) throw invalidParameter(`The subnet ID '${subnetId}' does not exist.`);
    if (availabilityZone !== undefined && availabilityZone !== subnet.availabilityZone) {
      throw invalidParameter(
        `The subnet ${subnetId} is in ${subnet.availabilityZone}, not in ${availabilityZone}.`,
      );
    }
    return [subnet];
  }
  const subnets = [...ec2.subnets.values()]
    .filter(
      (subnet) =>
        subnet.defaultForAz &&
        (availabilityZone === undefined || subnet.availabilityZone === availabilityZone),
    )
    .toSorted((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1));
  if (subnets.length > 0) return subnets;
  throw invalidParameter(
    `There is no default subnet${availabilityZone === undefined ? '' : ` in ${availabilityZone}`}. Name a subnetId.`,
  );
}

interface Machine {
  readonly typeName: string;
  readonly type: InstanceType;
  readonly subnet: Subnet | undefined;
}

function launchHost(
  context: CallContext,
  cluster: ClusterRecord,
  launch: HostLaunch,
  { typeName, type, subnet }: Machine,
): HostRecord {
  const { world } = context;
  const isExternal = subnet === undefined;
  const ec2InstanceId = `${isExternal ? 'mi' : 'i'}-0${world.randomText(16)}`;
  const trunkedTasks = !isExternal && isTrunking(context) ? type.trunkedTasks : undefined;
  const own =
    subnet === undefined
      ? undefined
      : launchInstance(context, subnet, { instanceId: ec2InstanceId, instanceType: typeName });
  const gpus = Array.from({ length: type.gpus ?? 0 }, () => `GPU-${world.randomText(32)}`);
  return addHost(taskContext(context), cluster, {
    ec2InstanceId,
    isExternal,
    capacityProvider: launch.capacityProvider,
    availabilityZone: subnet?.availabilityZone,
    subnetId: subnet?.subnetId,
    privateIpv4Address: own?.privateIpv4Address,
    interfaces: isExternal ? 0 : (trunkedTasks ?? type.interfaces - 1),
    hasTrunk: trunkedTasks !== undefined,
    resources: { ...sizeOf(type), gpus, tcpPorts: AGENT_PORTS, udpPorts: [] },
    versionInfo: NEWEST_AGENT,
    agentAttributes: agentAttributes({ isExternal, isArm: type.isArm === true, hasGpus: gpus.length > 0 }),
    attributes: [
      ...(subnet === undefined ? [] : placeAttributes(context, typeName, subnet)),
      ...Object.entries(launch.attributes ?? {}),
    ],
    tags: new Map(),
  });
}

/** What ECS adds of EC2's. One image a Region. */
function placeAttributes(
  { region }: CallContext,
  typeName: string,
  { availabilityZone, subnetId, vpcId }: Subnet,
): readonly (readonly [string, string])[] {
  return [
    ['ecs.ami-id', `ami-0${Buffer.from(region).toString('hex').slice(-16).padStart(16, '0')}`],
    ['ecs.availability-zone', availabilityZone],
    ['ecs.instance-type', typeName],
    ['ecs.subnet-id', subnetId],
    ['ecs.vpc-id', vpcId],
  ];
}
