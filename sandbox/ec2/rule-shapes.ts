import type {
  IpPermission,
  ReferencedSecurityGroup,
  RevokedSecurityGroupRule,
  SecurityGroupRule as RuleShape,
} from '@aws-sdk/client-ec2';
import { partitionOf } from '../partition.ts';
import { peerName } from './group-store.ts';
import type { Direction, Ec2State, Peer, Permission, SecurityGroup, SecurityGroupRule } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** One rule, as DescribeSecurityGroupRules shows it. */
export function ruleShape(ec2: Ec2State, rule: SecurityGroupRule): RuleShape {
  const { region, accountId } = ec2.place;
  const { peer } = rule.permission;
  return {
    ...sharedMembers(rule),
    SecurityGroupRuleArn: `arn:${partitionOf(region)}:ec2:${region}:${accountId}:security-group-rule/${rule.ruleId}`,
    GroupOwnerId: accountId,
    ...(peer.type === 'group' ? { ReferencedGroupInfo: referencedGroup(ec2, peer) } : {}),
    Tags: tagList(tagsOf(ec2, rule.ruleId)),
  };
}

/** One rule, as a revocation shows it. */
export function revokedShape(rule: SecurityGroupRule): RevokedSecurityGroupRule {
  const { peer } = rule.permission;
  return {
    ...sharedMembers(rule),
    ...(peer.type === 'group' ? { ReferencedGroupId: peer.groupId } : {}),
  };
}

function sharedMembers(rule: SecurityGroupRule) {
  const { permission, description } = rule;
  const { peer } = permission;
  return {
    SecurityGroupRuleId: rule.ruleId,
    GroupId: rule.groupId,
    IsEgress: permission.direction === 'egress',
    IpProtocol: permission.protocol,
    FromPort: permission.fromPort,
    ToPort: permission.toPort,
    ...(peer.type === 'ipv4' ? { CidrIpv4: peer.cidr } : {}),
    ...(peer.type === 'ipv6' ? { CidrIpv6: peer.cidr } : {}),
    ...(peer.type === 'prefix-list' ? { PrefixListId: peer.prefixListId } : {}),
    ...(description === undefined ? {} : { Description: description }),
  };
}

/** Rules of one direction as DescribeSecurityGroups shows them: the peers of one protocol and port range together. */
export function ipPermissionsOf(ec2: Ec2State, group: SecurityGroup, direction: Direction): IpPermission[] {
  const merged = new Map<string, Required<Pick<IpPermission, PeerList>> & IpPermission>();
  for (const { permission, description } of group.rules.values()) {
    if (permission.direction !== direction) continue;
    const key = `${permission.protocol} ${permission.fromPort} ${permission.toPort}`;
    const entry = merged.get(key) ?? emptyIpPermission(permission);
    merged.set(key, entry);
    addPeer(ec2, entry, permission.peer, description);
  }
  return [...merged.values()];
}

/** One permission in the form that requests have. */
export function ipPermissionOf(ec2: Ec2State, permission: Permission): IpPermission {
  const entry = emptyIpPermission(permission);
  addPeer(ec2, entry, permission.peer);
  return entry;
}

/** `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`, as EC2's messages name a rule. */
export function ruleText(permission: Permission): string {
  const { protocol, fromPort, toPort, peer } = permission;
  if (protocol === '-1') return `peer: ${peerName(peer)}, ALL, ALLOW`;
  const ports =
    protocol === 'icmp' || protocol === 'icmpv6'
      ? `type: ${icmpText(fromPort)}, code: ${icmpText(toPort)}`
      : `from port: ${fromPort}, to port: ${toPort}`;
  return `peer: ${peerName(peer)}, ${protocol.toUpperCase()}, ${ports}, ALLOW`;
}

function icmpText(typeOrCode: number): string {
  return typeOrCode === -1 ? 'ALL' : String(typeOrCode);
}

type PeerList = 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs';

function emptyIpPermission(permission: Permission): Required<Pick<IpPermission, PeerList>> & IpPermission {
  const { protocol, fromPort, toPort } = permission;
  const hasPorts = ['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol);
  return {
    IpProtocol: protocol,
    ...(hasPorts ? { FromPort: fromPort, ToPort: toPort } : {}),
    IpRanges: [],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  };
}

function addPeer(
  ec2: Ec2State,
  entry: Required<Pick<IpPermission, PeerList>>,
  peer: Peer,
  description?: string,
): void {
  const described = description === undefined ? {} : { Description: description };
  if (peer.type === 'ipv4') entry.IpRanges?.push({ CidrIp: peer.cidr, ...described });
  else if (peer.type === 'ipv6') entry.Ipv6Ranges?.push({ CidrIpv6: peer.cidr, ...described });
  else if (peer.type === 'prefix-list') {
    entry.PrefixListIds?.push({ PrefixListId: peer.prefixListId, ...described });
  } else entry.UserIdGroupPairs?.push({ ...referencedGroup(ec2, peer), ...described });
}

/** Of a group in another VPC also the connection by which it is peered (UserIdGroupPair, EC2 API reference). */
function referencedGroup(
  { place, peeringConnections }: Ec2State,
  { groupId, peering }: Extract<Peer, { readonly type: 'group' }>,
): ReferencedSecurityGroup {
  const group = { GroupId: groupId, UserId: place.accountId };
  if (peering === undefined) return group;
  const { vpcId, vpcPeeringConnectionId } = peering;
  return {
    ...group,
    VpcId: vpcId,
    VpcPeeringConnectionId: vpcPeeringConnectionId,
    PeeringStatus: peeringConnections.get(vpcPeeringConnectionId)?.status.code ?? 'deleted',
  };
}
