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

/** Per group, direction and IP version, before any increase (Amazon VPC quotas). */
const MAX_RULES = 60;

export function authorizeSecurityGroupIngress(
  input: AuthorizeSecurityGroupIngressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
  const permissions = listed(input.IpPermissions) ?? flatPermissions(input);
  return authorize(ec2, 'ingress', groupOf(ec2, input), permissions, input.TagSpecifications);
}

export function authorizeSecurityGroupEgress(
  input: AuthorizeSecurityGroupEgressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<AuthorizeSecurityGroupEgressCommandOutput> {
  return authorize(ec2, 'egress', groupOf(ec2, input), input.IpPermissions ?? [], input.TagSpecifications);
}

export function revokeSecurityGroupIngress(
  input: RevokeSecurityGroupIngressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<RevokeSecurityGroupIngressCommandOutput> {
  const permissions = listed(input.IpPermissions) ?? flatPermissions(input);
  return revoke(ec2, 'ingress', groupOf(ec2, input), permissions, input.SecurityGroupRuleIds);
}

export function revokeSecurityGroupEgress(
  input: RevokeSecurityGroupEgressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<RevokeSecurityGroupEgressCommandOutput> {
  const permissions = input.IpPermissions ?? [];
  return revoke(ec2, 'egress', groupOf(ec2, input), permissions, input.SecurityGroupRuleIds);
}

export function describeSecurityGroupRules(
  input: DescribeSecurityGroupRulesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeSecurityGroupRulesCommandOutput> {
  const keep = filterBy<SecurityGroupRule>(
    input.Filters,
    { 'group-id': (rule) => [rule.groupId], 'security-group-rule-id': (rule) => [rule.ruleId] },
    (rule) => tagsOf(ec2, rule.ruleId),
  );
  const page = ec2Page(input, candidates(ec2, input), (rule) => isVisible(ec2, rule) && keep(rule));
  return {
    SecurityGroupRules: page.items.map((rule) => ruleShape(ec2, rule)),
    NextToken: page.nextToken,
  };
}

/** All or none. Throws InvalidPermission.Duplicate, RulesPerSecurityGroupLimitExceeded. */
function authorize(
  ec2: Ec2State,
  direction: Direction,
  group: SecurityGroup,
  ipPermissions: readonly IpPermission[],
  tagSpecifications: readonly TagSpecification[] | undefined,
): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
  if (ipPermissions.length === 0) throw noPermissions();
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
  const { world } = ec2.place;
  const visibleAt = world.now() + world.pick(world.timing.ec2.visibility);
  const added = requested.map((wanted) => addRule(ec2, group, { ...wanted, visibleAt }));
  for (const rule of added) setTags(ec2, rule.ruleId, tags);
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
  ec2: Ec2State,
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
  for (const rule of revoked) removeRule(ec2, rule);
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
  ec2: Ec2State,
  input: DescribeSecurityGroupRulesCommandInput,
): (start: string) => Iterable<readonly [string, SecurityGroupRule]> {
  const ids = listed(input.SecurityGroupRuleIds);
  if (ids !== undefined) {
    const find = (id: string) => {
      const rule = ec2.rules.get(id);
      return rule !== undefined && isVisible(ec2, rule) ? rule : undefined;
    };
    return entriesOf(requireByIds('rule', ids, find), idOf);
  }
  const ofGroups = exactValues(input.Filters, 'group-id');
  if (ofGroups === undefined) return (start) => ec2.rules.from(start);
  const rules = ofGroups.flatMap((groupId) => [...(findVisibleGroup(ec2, groupId)?.rules.values() ?? [])]);
  return entriesOf(rules, idOf);
}

function idOf(rule: SecurityGroupRule): string {
  return rule.ruleId;
}

function noPermissions(): AwsError {
  return new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
}
