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
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import type { CallContext } from '../sandbox.ts';
import { ec2Page, entriesOf, exactValues, filterBy } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { addSecurityGroup, peerName, removeSecurityGroup } from './group-store.ts';
import {
  defaultVpc,
  findSecurityGroup,
  findSecurityGroupByName,
  requireSecurityGroup,
  requireVpc,
} from './lookups.ts';
import { groupIdByName } from './permissions.ts';
import { ipPermissionsOf } from './rule-shapes.ts';
import type { Direction, Ec2State, Peer, Permission, SecurityGroup } from './state.ts';
import { setTags } from './tag-store.ts';
import { shownTags, specifiedTags, tagList, tagsOf } from './tags.ts';

/** Per region, before any increase (Amazon VPC quotas). */
const MAX_GROUPS = 2500;

export function createSecurityGroup(
  input: CreateSecurityGroupCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<CreateSecurityGroupCommandOutput> {
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
      'The maximum number of security groups for this account has been reached.',
    );
  }
  const tags = specifiedTags(input.TagSpecifications, 'security-group');
  const group = addSecurityGroup(ec2, { groupName, description, vpcId: vpc.vpcId, openWithinGroup: false });
  setTags(ec2, group.groupId, tags);
  return { GroupId: group.groupId, SecurityGroupArn: securityGroupArn(ec2, group), Tags: tagList(tags) };
}

/** Refused while an interface or a rule of another group uses it. */
export function deleteSecurityGroup(
  input: DeleteSecurityGroupCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DeleteSecurityGroupCommandOutput> {
  const group = requireSecurityGroup(ec2, input.GroupId ?? groupIdByName(ec2, input.GroupName));
  if (group.groupName === 'default') {
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${group.groupId}" name: "default" cannot be deleted by a user`,
    );
  }
  const usedByAnother = [...group.referencingRuleIds].some(
    (ruleId) => ec2.rules.get(ruleId)?.groupId !== group.groupId,
  );
  if (group.interfaceIds.size > 0 || usedByAnother) {
    throw new AwsError('DependencyViolation', `resource ${group.groupId} has a dependent object`);
  }
  removeSecurityGroup(ec2, group);
  return { Return: true, GroupId: group.groupId };
}

export function describeSecurityGroups(
  input: DescribeSecurityGroupsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeSecurityGroupsCommandOutput> {
  const keep = filterBy(input.Filters, filterTable(ec2), (group) => tagsOf(ec2, group.groupId));
  const page = ec2Page(input, candidates(ec2, input), keep);
  return {
    SecurityGroups: page.items.map((group) => groupShape(ec2, group)),
    NextToken: page.nextToken,
  };
}

function candidates(
  ec2: Ec2State,
  input: DescribeSecurityGroupsCommandInput,
): (start: string) => Iterable<readonly [string, SecurityGroup]> {
  const ids = [
    ...(input.GroupIds ?? []),
    ...(input.GroupNames ?? []).map((name) => groupIdByName(ec2, name)),
  ];
  if (ids.length > 0) {
    return entriesOf(
      ids.map((id) => requireSecurityGroup(ec2, id)),
      idOf,
    );
  }
  const filtered = exactValues(input.Filters, 'group-id');
  if (filtered === undefined) return (start) => ec2.groups.from(start);
  const found = filtered.flatMap((id) => findSecurityGroup(ec2, id) ?? []);
  return entriesOf(found, idOf);
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
    ...permissionFilters('ip-permission', 'ingress'),
    ...permissionFilters('egress.ip-permission', 'egress'),
  };
}

function permissionFilters(prefix: string, direction: Direction): FilterTable<SecurityGroup> {
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

/** 1 to 255 characters of EC2's set; `sg-…` and `default` are AWS's (CreateSecurityGroup, EC2 API reference). */
function readGroupName(groupName: string | undefined): string {
  if (groupName === undefined || groupName === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter GroupName');
  }
  if (groupName.toLowerCase() === 'default') {
    throw new AwsError('InvalidParameterValue', 'Cannot use reserved security group name: default');
  }
  if (groupName.toLowerCase().startsWith('sg-')) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${groupName}' for groupName. Group names may not be in the format sg-*`,
    );
  }
  if (!isPlainText(groupName)) throw invalidText('groupName', groupName);
  return groupName;
}

function readGroupDescription(description: string | undefined): string {
  if (description === undefined || description === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter GroupDescription');
  }
  if (!isPlainText(description)) throw invalidText('groupDescription', description);
  return description;
}

function isPlainText(text: string): boolean {
  return text.length <= 255 && /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/.test(text);
}

function invalidText(parameter: string, value: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. It must be at most 255 characters of the set a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*`,
  );
}
