import { newId } from './state.ts';
import type { Direction, Ec2State, Peer, Permission, SecurityGroup, SecurityGroupRule } from './state.ts';
import { forgetTags } from './tag-store.ts';

/** A new group allows all egress, over IPv6 too where its VPC has it (reference: Security groups). */
export function addSecurityGroup(
  state: Ec2State,
  group: Pick<SecurityGroup, 'groupName' | 'description' | 'vpcId' | 'visibleAt'> & {
    readonly openWithinGroup: boolean;
  },
): SecurityGroup {
  const { openWithinGroup, ...identity } = group;
  const added: SecurityGroup = {
    ...identity,
    groupId: newId(state.place, 'sg'),
    rules: new Map(),
    interfaceIds: new Set(),
    referencingRuleIds: new Set(),
  };
  state.groups.set(added.groupId, added);
  const names = state.groupNames.get(added.vpcId) ?? new Map<string, string>();
  names.set(added.groupName.toLowerCase(), added.groupId);
  state.groupNames.set(added.vpcId, names);
  const everything = { protocol: '-1', fromPort: -1, toPort: -1 } as const;
  const add = (direction: Direction, peer: Peer) =>
    addRule(state, added, { permission: { ...everything, direction, peer }, visibleAt: added.visibleAt });
  if (openWithinGroup) add('ingress', { type: 'group', groupId: added.groupId });
  add('egress', { type: 'ipv4', cidr: '0.0.0.0/0' });
  if (state.vpcs.get(added.vpcId)?.ipv6CidrBlock !== undefined) add('egress', { type: 'ipv6', cidr: '::/0' });
  return added;
}

/** The group, its rules, and what points to them. Its tags too. */
export function removeSecurityGroup(state: Ec2State, group: SecurityGroup): void {
  for (const rule of group.rules.values()) removeRule(state, rule);
  state.groups.delete(group.groupId);
  state.groupNames.get(group.vpcId)?.delete(group.groupName.toLowerCase());
  forgetTags(state, group.groupId);
}

export function addRule(
  state: Ec2State,
  group: SecurityGroup,
  wanted: Pick<SecurityGroupRule, 'permission' | 'visibleAt'> & { readonly description?: string | undefined },
): SecurityGroupRule {
  const { permission, visibleAt, description } = wanted;
  const rule: SecurityGroupRule = {
    ruleId: newId(state.place, 'sgr'),
    groupId: group.groupId,
    visibleAt,
    permission,
    description,
  };
  state.rules.set(rule.ruleId, rule);
  link(state, rule);
  return rule;
}

export function removeRule(state: Ec2State, rule: SecurityGroupRule): void {
  unlink(state, rule);
  state.rules.delete(rule.ruleId);
  forgetTags(state, rule.ruleId);
}

/** The rules keep their ids and tags. Together, so that two rules can change places. */
export function changeRules(
  state: Ec2State,
  changes: readonly {
    readonly rule: SecurityGroupRule;
    readonly permission: Permission;
    readonly description: string | undefined;
  }[],
): void {
  for (const { rule } of changes) unlink(state, rule);
  for (const { rule, permission, description } of changes) {
    rule.permission = permission;
    rule.description = description;
    link(state, rule);
  }
}

/** Equal for permissions that AWS takes for the same; a description is no part of it. */
export function permissionKey(permission: Permission): string {
  const { direction, protocol, fromPort, toPort, peer } = permission;
  return `${direction} ${protocol} ${fromPort} ${toPort} ${peerName(peer)} ${peer.type}`;
}

/** A CIDR block or an id. */
export function peerName(peer: Permission['peer']): string {
  if (peer.type === 'group') return peer.groupId;
  return peer.type === 'prefix-list' ? peer.prefixListId : peer.cidr;
}

function link(state: Ec2State, rule: SecurityGroupRule): void {
  state.groups.get(rule.groupId)?.rules.set(permissionKey(rule.permission), rule);
  const { peer } = rule.permission;
  if (peer.type === 'group') state.groups.get(peer.groupId)?.referencingRuleIds.add(rule.ruleId);
}

function unlink(state: Ec2State, rule: SecurityGroupRule): void {
  state.groups.get(rule.groupId)?.rules.delete(permissionKey(rule.permission));
  const { peer } = rule.permission;
  if (peer.type === 'group') state.groups.get(peer.groupId)?.referencingRuleIds.delete(rule.ruleId);
}
