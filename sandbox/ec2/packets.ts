import { contains, parseIpv4Cidr } from './addresses.ts';
import type { AclEntry } from './network-state.ts';
import { joins } from './peering/connection-life.ts';
import { requirePrefixList } from './prefix-lists.ts';
import { shownRoutes } from './routes/shown-routes.ts';
import type { Direction, Ec2State, NetworkInterface, Permission, Subnet } from './state.ts';

export interface Packet {
  readonly protocol: 'tcp' | 'udp';
  readonly fromAddress: string;
  readonly fromPort: number;
  readonly toAddress: string;
  readonly toPort: number;
}

/** Where a packet is lost: `nowhere` is at an address that no interface has. */
export type Loss =
  | 'nowhere'
  | 'egress rule'
  | 'route'
  | 'network ACL out'
  | 'network ACL in'
  | 'ingress rule';

/** What counts of whoever sends and receives. */
export type PacketEnd = Pick<NetworkInterface, 'privateIpv4Address' | 'subnetId' | 'securityGroupIds'>;

/**
 * Where the network of a Region loses a packet between two of its interfaces; undefined where it arrives. Over TCP the answer has to come
 * back too, which security groups let pass by themselves, and routes and network ACLs do not (Security groups, Network ACLs, Amazon VPC
 * user guide).
 */
export function lossOf(ec2: Ec2State, packet: Packet): Loss | undefined {
  const from = interfaceAt(ec2, packet.fromAddress);
  const to = interfaceAt(ec2, packet.toAddress);
  return from === undefined || to === undefined ? 'nowhere' : lossBetween(ec2, from, to, packet);
}

type Ports = Pick<Packet, 'protocol' | 'fromPort' | 'toPort'>;

/** The same between two ends that are known. */
export function lossBetween(
  ec2: Ec2State,
  from: PacketEnd,
  to: PacketEnd,
  { protocol, fromPort, toPort }: Ports,
): Loss | undefined {
  const [fromAddress, toAddress] = [from.privateIpv4Address, to.privateIpv4Address];
  const packet = { protocol, fromAddress, fromPort, toAddress, toPort };
  // What a host sends to itself never leaves it.
  if (fromAddress === toAddress) return undefined;
  if (!groupsAllow(ec2, 'egress', from, to, packet)) return 'egress rule';
  const lost = lossOnTheWay(ec2, from, to, packet);
  if (lost !== undefined) return lost;
  if (!groupsAllow(ec2, 'ingress', to, from, packet)) return 'ingress rule';
  return protocol === 'tcp' ? answerLossBetween(ec2, from, to, packet) : undefined;
}

/** Where the answer to a packet that arrived is lost: security groups let it pass by themselves. */
export function answerLossBetween(
  ec2: Ec2State,
  from: PacketEnd,
  to: PacketEnd,
  { protocol, fromPort, toPort }: Ports,
): Loss | undefined {
  return lossOnTheWay(ec2, to, from, {
    protocol,
    fromAddress: to.privateIpv4Address,
    fromPort: toPort,
    toAddress: from.privateIpv4Address,
    toPort: fromPort,
  });
}

export function interfaceAt(ec2: Ec2State, address: string): NetworkInterface | undefined {
  return [...ec2.interfaces.values()].find(({ privateIpv4Address }) => privateIpv4Address === address);
}

/** What subnets do. Within one nothing is routed, and its network ACL is not asked. */
function lossOnTheWay(ec2: Ec2State, from: PacketEnd, to: PacketEnd, packet: Packet): Loss | undefined {
  if (from.subnetId === to.subnetId) return undefined;
  const [near, far] = [ec2.subnets.get(from.subnetId)!, ec2.subnets.get(to.subnetId)!];
  if (!aclAllows(ec2, near, 'egress', packet.toAddress, packet)) return 'network ACL out';
  if (!leadsTo(ec2, near, far, packet.toAddress)) return 'route';
  return aclAllows(ec2, far, 'ingress', packet.fromAddress, packet) ? undefined : 'network ACL in';
}

/** The most specific route counts: to the VPC itself, or over a peering connection that is active. */
function leadsTo(ec2: Ec2State, near: Subnet, far: Subnet, address: string): boolean {
  const vpc = ec2.vpcs.get(near.vpcId)!;
  const table = ec2.routeTables.get((near.routeTable ?? vpc.mainRouteTable).routeTableId)!;
  const [best] = shownRoutes(ec2, table)
    .flatMap((route) => {
      const block = route.DestinationCidrBlock ?? '';
      const length = parseIpv4Cidr(block)?.prefixLength ?? -1;
      return covers(block, address) ? [{ route, length }] : [];
    })
    .toSorted((one, other) => other.length - one.length);
  if (best === undefined) return false;
  if (best.route.GatewayId === 'local') return far.vpcId === near.vpcId;
  const connection = ec2.peeringConnections.get(best.route.VpcPeeringConnectionId ?? '');
  return connection?.status.code === 'active' && joins(connection, near.vpcId, far.vpcId);
}

/** Entries are asked by their numbers, and the first that matches decides; what none matches is denied. */
function aclAllows(
  ec2: Ec2State,
  subnet: Subnet,
  direction: Direction,
  other: string,
  packet: Packet,
): boolean {
  const acl = ec2.networkAcls.get(subnet.networkAcl.networkAclId)!;
  const deciding = [...acl.entries.values()]
    .filter(({ egress }) => egress === (direction === 'egress'))
    .toSorted((one, next) => one.ruleNumber - next.ruleNumber)
    .find((entry) => isAbout(entry, other, packet));
  return deciding?.ruleAction === 'allow';
}

const PROTOCOL_NUMBERS = { tcp: '6', udp: '17' } as const;

function isAbout({ protocol, block, portRange }: AclEntry, other: string, packet: Packet): boolean {
  const isProtocol = protocol === '-1' || protocol === PROTOCOL_NUMBERS[packet.protocol];
  const isPort =
    portRange === undefined || (portRange.From <= packet.toPort && packet.toPort <= portRange.To);
  return isProtocol && isPort && 'CidrBlock' in block && covers(block.CidrBlock, other);
}

/** Of all groups of an interface one rule is enough. */
function groupsAllow(
  ec2: Ec2State,
  direction: Direction,
  { securityGroupIds }: PacketEnd,
  other: PacketEnd,
  packet: Packet,
): boolean {
  return securityGroupIds
    .flatMap((groupId) => [...(ec2.groups.get(groupId)?.rules.values() ?? [])])
    .some(
      ({ permission }) =>
        permission.direction === direction &&
        (permission.protocol === '-1' ||
          (permission.protocol === packet.protocol &&
            permission.fromPort <= packet.toPort &&
            packet.toPort <= permission.toPort)) &&
        isPeer(ec2, permission.peer, other),
    );
}

function isPeer(ec2: Ec2State, peer: Permission['peer'], other: PacketEnd): boolean {
  switch (peer.type) {
    case 'ipv4':
      return covers(peer.cidr, other.privateIpv4Address);
    case 'ipv6':
      return false;
    case 'prefix-list':
      return requirePrefixList(ec2.place.region, peer.prefixListId).cidrs.some((cidr) =>
        covers(cidr, other.privateIpv4Address),
      );
    case 'group':
      return (
        other.securityGroupIds.includes(peer.groupId) &&
        (peer.peering === undefined ||
          ec2.peeringConnections.get(peer.peering.vpcPeeringConnectionId)?.status.code === 'active')
      );
    default:
      return peer satisfies never;
  }
}

function covers(block: string, address: string): boolean {
  const outer = parseIpv4Cidr(block);
  const inner = parseIpv4Cidr(`${address}/32`);
  return outer !== undefined && inner !== undefined && contains(outer, inner);
}
