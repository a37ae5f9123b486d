import type {
  DescribeSecurityGroupReferencesCommandInput,
  DescribeSecurityGroupReferencesCommandOutput,
  DescribeStaleSecurityGroupsCommandInput,
  DescribeStaleSecurityGroupsCommandOutput,
  GetSecurityGroupsForVpcCommandInput,
  GetSecurityGroupsForVpcCommandOutput,
  StaleIpPermission,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { ec2Page, entriesOf, filterBy } from './filters.ts';
import { requireByIds } from './ids.ts';
import { findSecurityGroup, findVisibleGroup, requireVpc } from './lookups.ts';
import { ipPermissionOf } from './rule-shapes.ts';
import type { Direction, Ec2State, SecurityGroup, SecurityGroupRule } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** The VPC's own groups: the sandbox shares none between VPCs. */
export function getSecurityGroupsForVpc(
  input: GetSecurityGroupsForVpcCommandInput,
  context: CallContext,
): Answer<GetSecurityGroupsForVpcCommandOutput> {
  const { ec2 } = context.state;
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  const keep = filterBy<SecurityGroup>(input.Filters, {
    'group-id': (group) => [group.groupId],
    'group-name': (group) => [group.groupName],
    description: (group) => [group.description],
    'owner-id': () => [ec2.place.accountId],
    'primary-vpc-id': (group) => [group.vpcId],
  });
  const ids = [...(ec2.groupNames.get(vpcId)?.values() ?? [])];
  const groups = ids.flatMap((id) => findVisibleGroup(context, id) ?? []);
  const page = ec2Page(
    input,
    entriesOf(groups, (group) => group.groupId),
    keep,
  );
  return {
    SecurityGroupForVpcs: page.items.map((group) => ({
      GroupId: group.groupId,
      GroupName: group.groupName,
      Description: group.description,
      OwnerId: ec2.place.accountId,
      PrimaryVpcId: group.vpcId,
      Tags: tagList(tagsOf(ec2, group.groupId)),
    })),
    NextToken: page.nextToken,
  };
}

/** The peered VPCs in which rules name these groups. */
export function describeSecurityGroupReferences(
  input: DescribeSecurityGroupReferencesCommandInput,
  context: CallContext,
): Answer<DescribeSecurityGroupReferencesCommandOutput> {
  const { ec2 } = context.state;
  const groups = requireByIds('group', input.GroupId ?? [], (id) => findVisibleGroup(context, id));
  const references = groups.flatMap((group) =>
    peeredRules([...group.referencingRuleIds].flatMap((id) => ec2.rules.get(id) ?? [])).map(
      ({ rule, vpcPeeringConnectionId }) => ({
        GroupId: group.groupId,
        ReferencingVpcId: ec2.groups.get(rule.groupId)?.vpcId,
        VpcPeeringConnectionId: vpcPeeringConnectionId,
      }),
    ),
  );
  const each = new Map(references.map((reference) => [JSON.stringify(reference), reference]));
  return { SecurityGroupReferenceSet: [...each.values()] };
}

const STALE_PAGE = { least: 5, most: 255 };

/** Groups of the VPC with rules that name a group which is gone from a peered VPC, or a VPC that is peered no more. */
export function describeStaleSecurityGroups(
  input: DescribeStaleSecurityGroupsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeStaleSecurityGroupsCommandOutput> {
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  const stale = [...(ec2.groupNames.get(vpcId)?.values() ?? [])].flatMap((id) => {
    const group = findSecurityGroup(ec2, id);
    const rules = group === undefined ? [] : staleRules(ec2, group);
    return group === undefined || rules.length === 0 ? [] : [{ group, rules }];
  });
  const page = ec2Page(
    input,
    entriesOf(stale, ({ group }) => group.groupId),
    () => true,
    STALE_PAGE,
  );
  const permissions = (rules: readonly SecurityGroupRule[], wanted: Direction): StaleIpPermission[] =>
    rules
      .filter(({ permission }) => permission.direction === wanted)
      .map(({ permission }) => {
        const { IpProtocol, FromPort, ToPort, UserIdGroupPairs } = ipPermissionOf(ec2, permission);
        return { IpProtocol, FromPort, ToPort, IpRanges: [], PrefixListIds: [], UserIdGroupPairs };
      });
  return {
    StaleSecurityGroupSet: page.items.map(({ group, rules }) => ({
      GroupId: group.groupId,
      GroupName: group.groupName,
      Description: group.description,
      VpcId: group.vpcId,
      StaleIpPermissions: permissions(rules, 'ingress'),
      StaleIpPermissionsEgress: permissions(rules, 'egress'),
    })),
    NextToken: page.nextToken,
  };
}

function staleRules(ec2: Ec2State, group: SecurityGroup): readonly SecurityGroupRule[] {
  return peeredRules([...group.rules.values()])
    .filter(
      ({ groupId, vpcPeeringConnectionId }) =>
        findSecurityGroup(ec2, groupId) === undefined ||
        ec2.peeringConnections.get(vpcPeeringConnectionId)?.status.code !== 'active',
    )
    .map(({ rule }) => rule);
}

/** Those of the rules that name a group of a peered VPC. */
function peeredRules(rules: readonly SecurityGroupRule[]): readonly {
  readonly rule: SecurityGroupRule;
  readonly groupId: string;
  readonly vpcPeeringConnectionId: string;
}[] {
  return rules.flatMap((rule) => {
    const { peer } = rule.permission;
    if (peer.type !== 'group' || peer.peering === undefined) return [];
    return [{ rule, groupId: peer.groupId, vpcPeeringConnectionId: peer.peering.vpcPeeringConnectionId }];
  });
}
