import type {
  DescribeSecurityGroupReferencesCommandInput,
  DescribeSecurityGroupReferencesCommandOutput,
  DescribeStaleSecurityGroupsCommandInput,
  DescribeStaleSecurityGroupsCommandOutput,
  GetSecurityGroupsForVpcCommandInput,
  GetSecurityGroupsForVpcCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { ec2Page, entriesOf, filterBy } from './filters.ts';
import { requireByIds } from './ids.ts';
import { findVisibleGroup, requireVpc } from './lookups.ts';
import type { SecurityGroup } from './state.ts';
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

/** Groups of peered VPCs that refer to these: there are none, as the sandbox peers no VPCs. */
export function describeSecurityGroupReferences(
  input: DescribeSecurityGroupReferencesCommandInput,
  context: CallContext,
): Answer<DescribeSecurityGroupReferencesCommandOutput> {
  requireByIds('group', input.GroupId ?? [], (id) => findVisibleGroup(context, id));
  return { SecurityGroupReferenceSet: [] };
}

const STALE_PAGE = { least: 5, most: 255 };

/** Groups whose rules refer to a peered VPC that has gone: there are none either. */
export function describeStaleSecurityGroups(
  input: DescribeStaleSecurityGroupsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeStaleSecurityGroupsCommandOutput> {
  requireVpc(ec2, input.VpcId ?? '');
  const none = ec2Page<never>(
    input,
    () => [],
    () => true,
    STALE_PAGE,
  );
  return { StaleSecurityGroupSet: [...none.items] };
}
