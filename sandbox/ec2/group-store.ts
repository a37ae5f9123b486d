import { newId } from './state.ts';
import type {
  Direction,
  Ec2Context,
  Ec2State,
  Peer,
  Permission,
  SecurityGroup,
  SecurityGroupRule,
} from './state.ts';
import { forgetTags } from './tag-store.ts';

/** A new group allows all egress, over IPv6 too where its VPC has it (reference: Security groups). */
export function addSecurityGroup(
  context: Ec2Context,
  group: Pick<SecurityGroup, 'groupName' | 'description' | 'vpcId' | 'visibleAt'> & {
    readonly openWithinGroup: boolean;
  },
): SecurityGroup {
  const { openWithinGroup, ...identity } = group;
  const { ec2 } = context.state;
  const added: SecurityGroup = {
    ...identity,
    groupId: newId(context.world, 'sg'),
    rules: new Map(),
    interfaceIds: new Set(),
    referencingRuleIds: new Set(),
  };
  ec2.groups.set(added.groupId, added);
  const names = ec2.groupNames.get(added.vpcId) ?? new Map<string, string>();
  names.set(added.groupName.toLowerCase(), added.groupId);
  ec2.groupNames.set(added.vpcId, names);
  const everything = { protocol: '-1', fromPort: -1, toPort: -1 } as const;
  const add = (direction: Direction, peer: Peer) =>
    addRule(context, added, { permission: { ...everything, direction, peer }, visibleAt: added.visibleAt });
  if (openWithinGroup) add('ingress', { type: 'group', groupId: added.groupId });
  add('egress', { type: 'ipv4', cidr: '0.0.0.0/0' });
  if (ec2.vpcs.get(added.vpcId)?.ipv6 !== undefined) add('egress', { type: 'ipv6', cidr: '::/0' });
  return added;
}

/** Removes the group with its rules, its tags, and what points to them. */
export function removeSecurityGroup(context: Ec2Context, group: SecurityGroup): void {
  const { ec2 } = context.state;
  for (const rule of group.rules.values()) removeRule(context, rule);
  ec2.groups.delete(group.groupId);
  ec2.groupNames.get(group.vpcId)?.delete(group.groupName.toLowerCase());
  forgetTags(context, group.groupId);
}

export function addRule(
  { world, state }: Ec2Context,
  group: SecurityGroup,
  wanted: Pick<SecurityGroupRule, 'permission' | 'visibleAt'> & { readonly description?: string | undefined },
): SecurityGroupRule {
  const { permission, visibleAt, description } = wanted;
  const rule: SecurityGroupRule = {
    ruleId: newId(world, 'sgr'),
    groupId: group.groupId,
    visibleAt,
    permission,
    description,
  };
  state.ec2.rules.set(rule.ruleId, rule);
  link(state.ec2, rule);
  return rule;
}

export function removeRule(context: Ec2Context, rule: SecurityGroupRule): void {
  unlink(context.state.ec2, rule);
  context.state.ec2.rules.delete(rule.ruleId);
  forgetTags(context, rule.ruleId);
}

/** Changes rules, which keep their ids and tags. It changes them together, so that two rules can change places. */
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

/** One string per permission, equal for those that AWS takes for the same; a description is no part of it. */
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
