import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  SecurityGroup as SecurityGroupShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { ec2Page, entriesOf, exactValues, filterBy } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { addSecurityGroup, peerName, removeSecurityGroup } from './group-store.ts';
import { readGroupDescription, readGroupName } from './group-text.ts';
import { requireByIds } from './ids.ts';
import {
  defaultVpc,
  findSecurityGroup,
  findSecurityGroupByName,
  findVisibleGroup,
  requireVpc,
} from './lookups.ts';
import { groupIdByName, groupOf } from './permissions.ts';
import { ipPermissionsOf } from './rule-shapes.ts';
import { isVisible } from './state.ts';
import type { Direction, Ec2State, Peer, Permission, SecurityGroup } from './state.ts';
import { setTags } from './tag-store.ts';
import { shownTags, specifiedTags, tagList, tagsOf } from './tags.ts';

/** Most groups of a Region, in all its VPCs, before any increase (Amazon VPC quotas). */
const MAX_GROUPS = 2500;

/** Reads show it a little later (world.timing.ec2.visibility). */
export function createSecurityGroup(
  input: CreateSecurityGroupCommandInput,
  context: CallContext,
): Answer<CreateSecurityGroupCommandOutput> {
  const { world } = context;
  const { ec2 } = context.state;
  const groupName = readGroupName(input.GroupName);
  const description = readGroupDescription(input.Description);
  const vpc = input.VpcId === undefined ? defaultVpc(ec2) : requireVpc(ec2, input.VpcId);
  if (vpc === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  if (findSecurityGroupByName(ec2, vpc.vpcId, groupName) !== undefined) {
    throw new AwsError(
      'InvalidGroup.Duplicate',
      `The security group '${groupName}' already exists for VPC '${vpc.vpcId}'`,
    );
  }
  if (ec2.groups.size >= MAX_GROUPS) {
    throw new AwsError(
      'SecurityGroupLimitExceeded',
      `The maximum number of security groups for VPC '${vpc.vpcId}' has been reached.`,
    );
  }
  const tags = specifiedTags(input.TagSpecifications, 'security-group');
  const group = addSecurityGroup(context, {
    groupName,
    description,
    vpcId: vpc.vpcId,
    visibleAt: world.now() + world.pick(world.timing.ec2.visibility),
    openWithinGroup: false,
  });
  setTags(context, group.groupId, tags);
  return { GroupId: group.groupId, SecurityGroupArn: securityGroupArn(ec2, group), Tags: tagList(tags) };
}

/** Refused while an interface or a rule of another group in its VPC uses it; a rule in a peered VPC becomes stale. */
export function deleteSecurityGroup(
  input: DeleteSecurityGroupCommandInput,
  context: CallContext,
): Answer<DeleteSecurityGroupCommandOutput> {
  const { ec2 } = context.state;
  const group = groupOf(ec2, input);
  if (group.groupName === 'default') {
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${group.groupId}" name: "default" cannot be deleted by a user`,
    );
  }
  const usedByAnother = [...group.referencingRuleIds].some((ruleId) => {
    const user = ec2.groups.get(ec2.rules.get(ruleId)?.groupId ?? '');
    return user !== undefined && user !== group && user.vpcId === group.vpcId;
  });
  if (group.interfaceIds.size > 0 || usedByAnother) {
    throw new AwsError('DependencyViolation', `resource ${group.groupId} has a dependent object`);
  }
  removeSecurityGroup(context, group);
  return { Return: true, GroupId: group.groupId };
}

export function describeSecurityGroups(
  input: DescribeSecurityGroupsCommandInput,
  context: CallContext,
): Answer<DescribeSecurityGroupsCommandOutput> {
  const { ec2 } = context.state;
  const keep = filterBy(input.Filters, filterTable(ec2), (group) => tagsOf(ec2, group.groupId));
  const page = ec2Page(
    input,
    candidates(context, input),
    (group) => isVisible(context.world, group) && keep(group),
  );
  return {
    SecurityGroups: page.items.map((group) => groupShape(ec2, group)),
    NextToken: page.nextToken,
  };
}

function candidates(
  context: CallContext,
  input: DescribeSecurityGroupsCommandInput,
): (start: string) => Iterable<readonly [string, SecurityGroup]> {
  const { ec2 } = context.state;
  const ids = [
    ...(input.GroupIds ?? []),
    ...(input.GroupNames ?? []).map((name) => groupIdByName(ec2, name)),
  ];
  if (ids.length > 0) {
    return entriesOf(
      requireByIds('group', ids, (id) => findVisibleGroup(context, id)),
      idOf,
    );
  }
  const filtered = exactValues(input.Filters, 'group-id') ?? idsByNames(ec2, input);
  if (filtered === undefined) return (start) => ec2.groups.from(start);
  const found = filtered.flatMap((id) => findVisibleGroup(context, id) ?? []);
  return entriesOf(found, idOf);
}

/** Ids of groups that may have one of the filter's names, in any VPC. */
function idsByNames(ec2: Ec2State, input: DescribeSecurityGroupsCommandInput): string[] | undefined {
  const wanted = exactValues(input.Filters, 'group-name');
  return wanted?.flatMap((name) =>
    [...ec2.groupNames.values()].flatMap((names) => names.get(name.toLowerCase()) ?? []),
  );
}

function idOf(group: SecurityGroup): string {
  return group.groupId;
}

function filterTable(ec2: Ec2State): FilterTable<SecurityGroup> {
  return {
    'group-id': (group) => [group.groupId],
    'group-name': (group) => [group.groupName],
    description: (group) => [group.description],
    'vpc-id': (group) => [group.vpcId],
    'owner-id': () => [ec2.place.accountId],
    ...permissionFilters(ec2, 'ip-permission', 'ingress'),
    ...permissionFilters(ec2, 'egress.ip-permission', 'egress'),
  };
}

function permissionFilters(ec2: Ec2State, prefix: string, direction: Direction): FilterTable<SecurityGroup> {
  const values = (read: (permission: Permission) => string | undefined) => (group: SecurityGroup) =>
    [...group.rules.values()]
      .filter(({ permission }) => permission.direction === direction)
      .map(({ permission }) => read(permission));
  const peers = (type: Peer['type']) =>
    values(({ peer }) => (peer.type === type ? peerName(peer) : undefined));
  return {
    [`${prefix}.protocol`]: values(({ protocol }) => protocol),
    [`${prefix}.from-port`]: values(({ fromPort }) => String(fromPort)),
    [`${prefix}.to-port`]: values(({ toPort }) => String(toPort)),
    [`${prefix}.cidr`]: peers('ipv4'),
    [`${prefix}.ipv6-cidr`]: peers('ipv6'),
    [`${prefix}.prefix-list-id`]: peers('prefix-list'),
    [`${prefix}.group-id`]: peers('group'),
    [`${prefix}.group-name`]: values(({ peer }) =>
      peer.type === 'group' ? findSecurityGroup(ec2, peer.groupId)?.groupName : undefined,
    ),
    [`${prefix}.user-id`]: values(({ peer }) => (peer.type === 'group' ? ec2.place.accountId : undefined)),
  };
}

function groupShape(ec2: Ec2State, group: SecurityGroup): SecurityGroupShape {
  return {
    GroupId: group.groupId,
    GroupName: group.groupName,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: ec2.place.accountId,
    SecurityGroupArn: securityGroupArn(ec2, group),
    IpPermissions: ipPermissionsOf(ec2, group, 'ingress'),
    IpPermissionsEgress: ipPermissionsOf(ec2, group, 'egress'),
    Tags: shownTags(ec2, group.groupId),
  };
}

function securityGroupArn(ec2: Ec2State, group: SecurityGroup): string {
  const { region, accountId } = ec2.place;
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:security-group/${group.groupId}`;
}
