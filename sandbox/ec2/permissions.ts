import type { IpPermission } from '@aws-sdk/client-ec2';
import { AwsError } from '../error.ts';
import { canonicalIpv6Cidr, formatIpv4Cidr, parseIpv4Cidr } from './addresses.ts';
import { permissionKey } from './group-store.ts';
import { readRuleDescription } from './group-text.ts';
import { defaultVpc, findSecurityGroupByName, requireSecurityGroup } from './lookups.ts';
import { activePeering } from './peering/connection-life.ts';
import { requirePrefixList } from './prefix-lists.ts';
import type { Direction, Ec2State, Peer, Permission, SecurityGroup } from './state.ts';

const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};

/** A permission as a request states it, and the description that its rule gets. */
export interface RequestedPermission {
  readonly permission: Permission;
  readonly description: string | undefined;
}

/**
 * One permission per protocol, port range and peer, normalised as EC2 stores them. Throws MissingParameter,
 * InvalidParameterValue, InvalidGroup.NotFound, InvalidGroupId.Malformed, InvalidPrefixListID.NotFound.
 */
export function readIpPermissions(
  ec2: Ec2State,
  group: SecurityGroup,
  direction: Direction,
  ipPermissions: readonly IpPermission[],
): readonly RequestedPermission[] {
  const requested = ipPermissions.flatMap((ipPermission) => {
    const traffic = readTraffic(ipPermission);
    const peers = readPeers(ec2, group, ipPermission);
    if (peers.length === 0) {
      throw new AwsError(
        'MissingParameter',
        'Missing source specification: include source security group or CIDR information',
      );
    }
    return peers.map(({ peer, description }) => ({
      permission: { direction, ...traffic, peer },
      description: readRuleDescription(description),
    }));
  });
  if (new Set(requested.map(({ permission }) => permissionKey(permission))).size < requested.length) {
    throw new AwsError('InvalidParameterValue', 'The same permission must not appear multiple times');
  }
  return requested;
}

type Traffic = Pick<Permission, 'protocol' | 'fromPort' | 'toPort'>;

/** `-1` and protocols without ports keep none: EC2 drops what the request says (reference: Security groups). */
export function readTraffic(ipPermission: {
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
}): Traffic {
  const protocol = readProtocol(ipPermission.IpProtocol);
  const { FromPort: fromPort, ToPort: toPort } = ipPermission;
  if (protocol === 'tcp' || protocol === 'udp') return { protocol, ...readPorts(fromPort, toPort) };
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    return { protocol, ...readIcmp(protocol, fromPort, toPort) };
  }
  return { protocol, fromPort: -1, toPort: -1 };
}

export function readIpv4Peer(cidr: string): Peer {
  const parsed = parseIpv4Cidr(cidr);
  if (parsed === undefined) throw malformedCidr(cidr);
  return { type: 'ipv4', cidr: formatIpv4Cidr(parsed) };
}

export function readIpv6Peer(cidr: string): Peer {
  const canonical = canonicalIpv6Cidr(cidr);
  if (canonical === undefined) throw malformedCidr(cidr);
  return { type: 'ipv6', cidr: canonical };
}

/** Throws InvalidPrefixListID.NotFound, InvalidPrefixListId.Malformed. */
export function readPrefixListPeer(ec2: Ec2State, prefixListId: string): Peer {
  return { type: 'prefix-list', prefixListId: requirePrefixList(ec2.place.region, prefixListId).id };
}

/** A group of the account in the same VPC, or in one that is peered with it. Throws InvalidGroup.NotFound. */
export function readGroupPeer(ec2: Ec2State, group: SecurityGroup, groupId: string, ownerId?: string): Peer {
  const peer = requireSecurityGroup(ec2, groupId);
  const isOurs = (ownerId ?? ec2.place.accountId) === ec2.place.accountId;
  if (isOurs && peer.vpcId === group.vpcId) return { type: 'group', groupId };
  const connection = isOurs ? activePeering(ec2, group.vpcId, peer.vpcId) : undefined;
  if (connection === undefined) {
    throw new AwsError(
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    );
  }
  const { vpcPeeringConnectionId } = connection;
  return { type: 'group', groupId, peering: { vpcId: peer.vpcId, vpcPeeringConnectionId } };
}

function readPeers(
  ec2: Ec2State,
  group: SecurityGroup,
  ipPermission: IpPermission,
): { readonly peer: Peer; readonly description: string | undefined }[] {
  return [
    ...(ipPermission.IpRanges ?? []).map((range) => ({
      peer: readIpv4Peer(range.CidrIp ?? ''),
      description: range.Description,
    })),
    ...(ipPermission.Ipv6Ranges ?? []).map((range) => ({
      peer: readIpv6Peer(range.CidrIpv6 ?? ''),
      description: range.Description,
    })),
    ...(ipPermission.PrefixListIds ?? []).map((list) => ({
      peer: readPrefixListPeer(ec2, list.PrefixListId ?? ''),
      description: list.Description,
    })),
    ...(ipPermission.UserIdGroupPairs ?? []).map((pair) => ({
      peer: readGroupPeer(ec2, group, pair.GroupId ?? groupIdByName(ec2, pair.GroupName), pair.UserId),
      description: pair.Description,
    })),
  ];
}

/** The group that a change is about. Throws InvalidGroup.NotFound, InvalidGroupId.Malformed, MissingParameter. */
export function groupOf(
  ec2: Ec2State,
  input: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
): SecurityGroup {
  if (input.GroupId !== undefined && input.GroupName !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter groupName cannot be used with the parameter groupId',
    );
  }
  return requireSecurityGroup(ec2, input.GroupId ?? groupIdByName(ec2, input.GroupName));
}

/** The id of a group by its name, which is understood in the default VPC only. */
export function groupIdByName(ec2: Ec2State, groupName: string | undefined): string {
  if (groupName === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  }
  const vpcId = defaultVpc(ec2)?.vpcId;
  const group = vpcId === undefined ? undefined : findSecurityGroupByName(ec2, vpcId, groupName);
  if (group === undefined) {
    throw new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${groupName}' does not exist in default VPC '${vpcId ?? 'none'}'`,
    );
  }
  return group.groupId;
}

function readProtocol(text: string | undefined): string {
  if (text === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipProtocol');
  }
  const lower = text.toLowerCase();
  const name = Object.hasOwn(PROTOCOL_NAMES, lower) ? PROTOCOL_NAMES[lower]! : lower;
  const known =
    name === '-1' ||
    Object.values(PROTOCOL_NAMES).includes(name) ||
    (/^\d{1,3}$/.test(name) && Number(name) <= 255);
  if (!known) {
    throw new AwsError('InvalidParameterValue', `Invalid value '${text}' for IP protocol. Unknown protocol.`);
  }
  return name;
}

function readPorts(fromPort: number | undefined, toPort: number | undefined): Omit<Traffic, 'protocol'> {
  if (fromPort === undefined || toPort === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
    );
  }
  for (const port of [fromPort, toPort]) {
    if (port < 0 || port > 65535) {
      throw new AwsError('InvalidParameterValue', `TCP/UDP port (${port}) out of range`);
    }
  }
  if (fromPort > toPort) {
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  }
  return { fromPort, toPort };
}

/** Type and code; -1 is every one. ICMPv6 may leave both out. */
function readIcmp(
  protocol: 'icmp' | 'icmpv6',
  type: number | undefined,
  code: number | undefined,
): Omit<Traffic, 'protocol'> {
  if (type === undefined && protocol === 'icmp') {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value 'Must specify both type and code with ICMP.' for portRange.`,
    );
  }
  const fromPort = type ?? -1;
  const toPort = code ?? -1;
  if (fromPort < -1 || fromPort > 255 || toPort < -1 || toPort > 255 || (fromPort === -1 && toPort !== -1)) {
    throw new AwsError('InvalidParameterValue', `ICMP type and code (${fromPort}:${toPort}) out of range`);
  }
  return { fromPort, toPort };
}

function malformedCidr(cidr: string): AwsError {
  return new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
}
