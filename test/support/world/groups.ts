import { callsTo } from './account.ts';
import type { World } from './world.ts';

/** Security groups of other people in the AWS of a world. */

export interface GroupRule {
  readonly id: string;
  /** `egress udp 2000 sg-…`, as EC2 has it. */
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A rule as a call gives it: a block, or the id of a group, on the other side. */
export interface GivenRule {
  readonly direction: 'ingress' | 'egress';
  readonly protocol?: string;
  readonly port?: number;
  readonly peer: string;
}

async function defaultVpc({ sandbox }: World): Promise<string> {
  const { Vpcs } = await callsTo(sandbox)('ec2', 'DescribeVpcs', {
    Filters: [{ Name: 'is-default', Values: ['true'] }],
  });
  return (Vpcs as { VpcId: string }[])[0]!.VpcId;
}

/** Id of a new group, which EC2 shows everywhere by now. */
export async function makeGroup(
  world: World,
  GroupName: string,
  { vpcId, tags = {} }: { readonly vpcId?: string; readonly tags?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { GroupId } = await callsTo(world.sandbox)('ec2', 'CreateSecurityGroup', {
    GroupName,
    Description: GroupName,
    VpcId: vpcId ?? (await defaultVpc(world)),
    ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'security-group', Tags }] }),
  });
  await world.clock.advance(60_000);
  return String(GroupId);
}

/** Id of the group of this name. */
export async function groupNamed({ sandbox }: World, name: string): Promise<string> {
  const { SecurityGroups } = await callsTo(sandbox)('ec2', 'DescribeSecurityGroups', {
    Filters: [{ Name: 'group-name', Values: [name] }],
  });
  return (SecurityGroups as { GroupId: string }[])[0]?.GroupId ?? '';
}

export async function addRule(world: World, GroupId: string, rule: GivenRule): Promise<void> {
  await change(
    world,
    rule.direction === 'egress' ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress',
    GroupId,
    rule,
  );
}

export async function takeRule(world: World, GroupId: string, rule: GivenRule): Promise<void> {
  await change(
    world,
    rule.direction === 'egress' ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress',
    GroupId,
    rule,
  );
}

async function change(
  { sandbox, clock }: World,
  operation: string,
  GroupId: string,
  { protocol = 'udp', port = 2000, peer }: GivenRule,
): Promise<void> {
  const to = peer.startsWith('sg-')
    ? { UserIdGroupPairs: [{ GroupId: peer }] }
    : { IpRanges: [{ CidrIp: peer }] };
  const IpPermissions = [{ IpProtocol: protocol, FromPort: port, ToPort: port, ...to }];
  await callsTo(sandbox)('ec2', operation, { GroupId, IpPermissions });
  await clock.advance(30_000);
}

/** The rules of a group, in the order of their texts. */
export async function rulesOf({ sandbox }: World, groupId: string): Promise<readonly GroupRule[]> {
  const { SecurityGroupRules } = await callsTo(sandbox)('ec2', 'DescribeSecurityGroupRules', {
    Filters: [{ Name: 'group-id', Values: [groupId] }],
  });
  return (SecurityGroupRules as ApiRule[]).map(ruleOf).toSorted((a, b) => a.text.localeCompare(b.text));
}

interface ApiRule {
  readonly SecurityGroupRuleId: string;
  readonly IsEgress: boolean;
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly CidrIpv4?: string;
  readonly CidrIpv6?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId: string };
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

function ruleOf(rule: ApiRule): GroupRule {
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId ?? '';
  const ports = rule.IpProtocol === '-1' ? '' : ` ${rule.FromPort}`;
  return {
    id: rule.SecurityGroupRuleId,
    text: `${rule.IsEgress ? 'egress' : 'ingress'} ${rule.IpProtocol}${ports} ${peer}`,
    tags: Object.fromEntries((rule.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}
