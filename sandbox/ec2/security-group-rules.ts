import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupEgressCommandOutput,
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  IpPermission,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupEgressCommandOutput,
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { ec2Page, entriesOf, exactValues, filterBy, listed } from './filters.ts';
import { addRule, permissionKey, removeRule } from './group-store.ts';
import { requireByIds } from './ids.ts';
import { findVisibleGroup, findVpc, requireRule } from './lookups.ts';
import { groupOf, readIpPermissions } from './permissions.ts';
import { prefixListWeight } from './prefix-lists.ts';
import { ipPermissionOf, revokedShape, ruleShape, ruleText } from './rule-shapes.ts';
import { isVisible } from './state.ts';
import type { Direction, Ec2State, Peer, SecurityGroup, SecurityGroupRule } from './state.ts';
import { setTags } from './tag-store.ts';
import { specifiedTags, tagsOf } from './tags.ts';

/** Most rules of a group, by direction and IP version, before any increase (Amazon VPC quotas). */
const MAX_RULES = 60;

export function authorizeSecurityGroupIngress(
  input: AuthorizeSecurityGroupIngressCommandInput,
  context: CallContext,
): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
  const permissions = listed(input.IpPermissions) ?? flatPermissions(input);
  const group = groupOf(context.state.ec2, input);
  return authorize(context, 'ingress', group, permissions, input.TagSpecifications);
}

export function authorizeSecurityGroupEgress(
  input: AuthorizeSecurityGroupEgressCommandInput,
  context: CallContext,
): Answer<AuthorizeSecurityGroupEgressCommandOutput> {
  const group = groupOf(context.state.ec2, input);
  return authorize(context, 'egress', group, input.IpPermissions ?? [], input.TagSpecifications);
}

export function revokeSecurityGroupIngress(
  input: RevokeSecurityGroupIngressCommandInput,
  context: CallContext,
): Answer<RevokeSecurityGroupIngressCommandOutput> {
  const permissions = listed(input.IpPermissions) ?? flatPermissions(input);
  const group = groupOf(context.state.ec2, input);
  return revoke(context, 'ingress', group, permissions, input.SecurityGroupRuleIds);
}

export function revokeSecurityGroupEgress(
  input: RevokeSecurityGroupEgressCommandInput,
  context: CallContext,
): Answer<RevokeSecurityGroupEgressCommandOutput> {
  const group = groupOf(context.state.ec2, input);
  const permissions = input.IpPermissions ?? [];
  return revoke(context, 'egress', group, permissions, input.SecurityGroupRuleIds);
}

export function describeSecurityGroupRules(
  input: DescribeSecurityGroupRulesCommandInput,
  context: CallContext,
): Answer<DescribeSecurityGroupRulesCommandOutput> {
  const { ec2 } = context.state;
  const keep = filterBy<SecurityGroupRule>(
    input.Filters,
    { 'group-id': (rule) => [rule.groupId], 'security-group-rule-id': (rule) => [rule.ruleId] },
    (rule) => tagsOf(ec2, rule.ruleId),
  );
  const page = ec2Page(
    input,
    candidates(context, input),
    (rule) => isVisible(context.world, rule) && keep(rule),
  );
  return {
    SecurityGroupRules: page.items.map((rule) => ruleShape(ec2, rule)),
    NextToken: page.nextToken,
  };
}

/** All or none. Throws InvalidPermission.Duplicate, RulesPerSecurityGroupLimitExceeded. */
function authorize(
  context: CallContext,
  direction: Direction,
  group: SecurityGroup,
  ipPermissions: readonly IpPermission[],
  tagSpecifications: readonly TagSpecification[] | undefined,
): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
  if (ipPermissions.length === 0) throw noPermissions();
  const { world } = context;
  const { ec2 } = context.state;
  const requested = readIpPermissions(ec2, group, direction, ipPermissions);
  const tags = specifiedTags(tagSpecifications, 'security-group-rule');
  for (const { permission } of requested) {
    if (group.rules.has(permissionKey(permission))) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(permission)}" already exists`,
      );
    }
  }
  const peers = [...group.rules.values()]
    .filter((rule) => rule.permission.direction === direction)
    .map((rule) => rule.permission.peer);
  refuseTooMany(ec2, [...peers, ...requested.map(({ permission }) => permission.peer)]);
  const visibleAt = world.now() + world.pick(world.timing.ec2.visibility);
  const added = requested.map((wanted) => addRule(context, group, { ...wanted, visibleAt }));
  for (const rule of added) setTags(context, rule.ruleId, tags);
  return { Return: true, SecurityGroupRules: added.map((rule) => ruleShape(ec2, rule)) };
}

/** A group counts for both IP versions, a prefix list with its weight (Amazon VPC quotas; AWS-managed prefix lists). */
function refuseTooMany(ec2: Ec2State, peers: readonly Peer[]): void {
  for (const other of ['ipv6', 'ipv4'] as const) {
    const counts = peers.map((peer) => {
      if (peer.type === 'prefix-list') return prefixListWeight(ec2.place.region, peer.prefixListId);
      return peer.type === other ? 0 : 1;
    });
    if (counts.reduce((sum, count) => sum + count, 0) > MAX_RULES) {
      throw new AwsError(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    }
  }
}

/**
 * All or none, but in a default VPC: there what matches goes, and the rest is answered as unknown
 * (reference: Security groups). Throws InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound.
 */
function revoke(
  context: CallContext,
  direction: Direction,
  group: SecurityGroup,
  ipPermissions: readonly IpPermission[],
  ruleIds: readonly string[] = [],
): Answer<RevokeSecurityGroupIngressCommandOutput> {
  if (ipPermissions.length === 0 && ruleIds.length === 0) {
    throw new AwsError(
      'MissingParameter',
      `Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.`,
    );
  }
  if (ipPermissions.length > 0 && ruleIds.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter 'ipPermissions' may not be used in combination with 'securityGroupRuleIds'`,
    );
  }
  const { ec2 } = context.state;
  const byId = ruleIds.map((ruleId) => ruleOfGroup(ec2, group, direction, ruleId));
  const requested = readIpPermissions(ec2, group, direction, ipPermissions);
  const unknown = requested.filter(({ permission }) => !group.rules.has(permissionKey(permission)));
  if (unknown.length > 0 && findVpc(ec2, group.vpcId)?.isDefault !== true) {
    throw new AwsError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  }
  const matched = requested.flatMap(({ permission }) => group.rules.get(permissionKey(permission)) ?? []);
  const revoked = [...new Set([...byId, ...matched])];
  for (const rule of revoked) removeRule(context, rule);
  return {
    Return: true,
    RevokedSecurityGroupRules: revoked.map((rule) => revokedShape(rule)),
    UnknownIpPermissions: unknown.map(({ permission }) => ipPermissionOf(ec2, permission)),
  };
}

/** Throws InvalidSecurityGroupRuleId.NotFound for a rule of another group or direction too. */
export function ruleOfGroup(
  ec2: Ec2State,
  group: SecurityGroup,
  direction: Direction | undefined,
  ruleId: string,
): SecurityGroupRule {
  const rule = requireRule(ec2, ruleId);
  if (
    rule.groupId !== group.groupId ||
    (direction !== undefined && rule.permission.direction !== direction)
  ) {
    throw new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${ruleId}' does not exist in security group '${group.groupId}'`,
    );
  }
  return rule;
}

/** The old form with one rule in the request itself. A source group without a protocol means all TCP, UDP and ICMP. */
function flatPermissions(input: AuthorizeSecurityGroupIngressCommandInput): IpPermission[] {
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = input;
  if (SourceSecurityGroupName !== undefined) {
    const pair = { UserIdGroupPairs: [{ GroupName: SourceSecurityGroupName }] };
    if (IpProtocol !== undefined) return [{ IpProtocol, FromPort, ToPort, ...pair }];
    return [
      { IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, ...pair },
      { IpProtocol: 'udp', FromPort: 0, ToPort: 65535, ...pair },
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, ...pair },
    ];
  }
  if (IpProtocol === undefined && CidrIp === undefined) return [];
  return [{ IpProtocol, FromPort, ToPort, ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp }] }) }];
}

function candidates(
  context: CallContext,
  input: DescribeSecurityGroupRulesCommandInput,
): (start: string) => Iterable<readonly [string, SecurityGroupRule]> {
  const { ec2 } = context.state;
  const ids = listed(input.SecurityGroupRuleIds);
  if (ids !== undefined) {
    const find = (id: string) => {
      const rule = ec2.rules.get(id);
      return rule !== undefined && isVisible(context.world, rule) ? rule : undefined;
    };
    return entriesOf(requireByIds('rule', ids, find), idOf);
  }
  const ofGroups = exactValues(input.Filters, 'group-id');
  if (ofGroups === undefined) return (start) => ec2.rules.from(start);
  const rules = ofGroups.flatMap((groupId) => [
    ...(findVisibleGroup(context, groupId)?.rules.values() ?? []),
  ]);
  return entriesOf(rules, idOf);
}

function idOf(rule: SecurityGroupRule): string {
  return rule.ruleId;
}

function noPermissions(): AwsError {
  return new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
}
