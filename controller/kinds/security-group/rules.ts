import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/operations.ts';
import { toPermission } from '../../aws/permission.ts';
import { hasCode } from '../../core/errors.ts';
import type { FieldChange } from '../../core/resource.ts';
import { ruleKey, rulesByKey } from '../../core/security-group-rule.ts';
import type { ObservedRule, SecurityGroupRule } from '../../core/security-group-rule.ts';
import { isChanged } from '../../plan/compare.ts';
import { asWritten } from './model.ts';

type Direction = 'ingress' | 'egress';

/** What AWS puts into every new group: everything may leave. */
const DEFAULT_EGRESS: SecurityGroupRule = { protocol: '-1', fromPort: null, toPort: null, peer: '0.0.0.0/0' };
/** The same over IPv6, where the VPC has it. */
const DEFAULT_EGRESS_V6: SecurityGroupRule = { ...DEFAULT_EGRESS, peer: '::/0' };

/** The calls that EC2 has once for each direction. */
function callsFor(ec2: Aws['ec2'], direction: Direction) {
  return direction === 'ingress'
    ? {
        authorize: ec2.authorizeSecurityGroupIngress,
        revoke: ec2.revokeSecurityGroupIngress,
        describe: ec2.updateSecurityGroupRuleDescriptionsIngress,
      }
    : {
        authorize: ec2.authorizeSecurityGroupEgress,
        revoke: ec2.revokeSecurityGroupEgress,
        describe: ec2.updateSecurityGroupRuleDescriptionsEgress,
      };
}

/**
 * Adds rules. EC2 refuses the whole call for one rule that exists already, so the rest is then added one by one
 * (reference: hazards, security group rule).
 */
export async function authorize(
  ec2: Aws['ec2'],
  direction: Direction,
  GroupId: string,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  if (rules.length === 0) return;
  const call = callsFor(ec2, direction).authorize;
  const permissions = rules.map((rule) => toPermission(rule, GroupId));
  try {
    await call({ GroupId, IpPermissions: permissions });
  } catch (error) {
    if (!hasCode(error, 'InvalidPermission.Duplicate')) throw error;
    if (permissions.length === 1) return;
    for (const permission of permissions) await authorizeOne(call, GroupId, permission);
  }
}

async function authorizeOne(
  call: ReturnType<typeof callsFor>['authorize'],
  GroupId: string,
  permission: IpPermission,
): Promise<void> {
  try {
    await call({ GroupId, IpPermissions: [permission] });
  } catch (error) {
    if (!hasCode(error, 'InvalidPermission.Duplicate')) throw error;
  }
}

/** Takes rules away, by id where it is known; false where one was gone already, which is no failure. */
export async function revoke(
  ec2: Aws['ec2'],
  direction: Direction,
  GroupId: string,
  rules: readonly ObservedRule[],
): Promise<boolean> {
  if (rules.length === 0) return true;
  const call = callsFor(ec2, direction).revoke;
  const ids = rules.flatMap((rule) => rule.id ?? []);
  const what =
    ids.length === rules.length
      ? { SecurityGroupRuleIds: ids }
      : { IpPermissions: rules.map((rule) => toPermission(bare(rule), GroupId)) };
  try {
    await call({ GroupId, ...what });
    return true;
  } catch (error) {
    if (!hasCode(error, 'InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound')) throw error;
    if (rules.length > 1) for (const rule of rules) await revoke(ec2, direction, GroupId, [rule]);
    return false;
  }
}

/** A rule's description need not be given to revoke it (EC2 API reference, RevokeSecurityGroupIngress). */
function bare({ description: _description, ...rule }: SecurityGroupRule): SecurityGroupRule {
  return rule;
}

/**
 * Gives a new group its egress: what AWS put there goes, but for what is wanted, and the rest comes. Outside
 * the default VPC EC2 refuses to take away what is not there, so that it is worth knowing of a VPC whether it has
 * a default rule for IPv6. Returns whether all of the default rules were there.
 */
export async function establishEgress(
  ec2: Aws['ec2'],
  GroupId: string,
  wanted: readonly SecurityGroupRule[],
  { ipv6 }: { readonly ipv6: boolean },
): Promise<boolean> {
  const rules = rulesByKey(wanted);
  const defaults = ipv6 ? [DEFAULT_EGRESS, DEFAULT_EGRESS_V6] : [DEFAULT_EGRESS];
  const surplus = defaults.filter((rule) => !rules.has(ruleKey(rule)));
  const allWereThere = await revoke(ec2, 'egress', GroupId, surplus);
  const there = rules.get(ruleKey(DEFAULT_EGRESS));
  const missing = wanted.filter((rule) => rule !== there);
  await authorize(ec2, 'egress', GroupId, missing);
  return allWereThere;
}

/**
 * Makes the changes of one direction, and returns the rules as they then are. Rules are added before others are
 * taken away, so that traffic is never cut more than is wanted.
 */
export async function changeRules(
  ec2: Aws['ec2'],
  direction: Direction,
  GroupId: string,
  rules: { readonly wanted: readonly SecurityGroupRule[]; readonly actual: readonly ObservedRule[] },
  changes: readonly FieldChange[],
): Promise<readonly ObservedRule[]> {
  const wanted = rulesByKey(rules.wanted);
  const actual = rulesByKey(asWritten(rules.actual, rules.wanted, GroupId));
  const changed = (key: string): boolean => isChanged(changes, `${direction}[${key}]`);
  const added = [...wanted].filter(([key]) => !actual.has(key) && changed(key));
  const described = [...wanted].filter(([key]) => actual.has(key) && changed(key));
  const removed = [...actual].filter(([key]) => !wanted.has(key) && changed(key));
  await authorize(
    ec2,
    direction,
    GroupId,
    added.map(([, rule]) => rule),
  );
  if (described.length > 0) {
    const IpPermissions = described.map(([, rule]) => toPermission(rule, GroupId));
    await callsFor(ec2, direction).describe({ GroupId, IpPermissions });
  }
  await revoke(
    ec2,
    direction,
    GroupId,
    removed.map(([, rule]) => rule),
  );
  const after = new Map([...actual, ...added, ...described]);
  for (const [key] of removed) after.delete(key);
  return [...after.values()];
}
