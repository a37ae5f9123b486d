import type {
  ModifySecurityGroupRulesCommandInput,
  ModifySecurityGroupRulesCommandOutput,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
  UpdateSecurityGroupRuleDescriptionsEgressCommandOutput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { changeRules, permissionKey } from './group-store.ts';
import { readRuleDescription } from './group-text.ts';
import {
  groupOf,
  readGroupPeer,
  readIpPermissions,
  readIpv4Peer,
  readIpv6Peer,
  readPrefixListPeer,
  readTraffic,
} from './permissions.ts';
import { ruleText } from './rule-shapes.ts';
import { ruleOfGroup } from './security-group-rules.ts';
import type { Direction, Ec2State, Peer, SecurityGroup } from './state.ts';

/** Rules keep their ids. All or none; throws InvalidPermission.Duplicate where two rules would be the same. */
export function modifySecurityGroupRules(
  input: ModifySecurityGroupRulesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<ModifySecurityGroupRulesCommandOutput> {
  const group = groupOf(ec2, input);
  const changes = (input.SecurityGroupRules ?? []).map((update) => {
    const rule = ruleOfGroup(ec2, group, undefined, update.SecurityGroupRuleId ?? '');
    const request = update.SecurityGroupRule ?? {};
    const permission = {
      direction: rule.permission.direction,
      ...readTraffic(request),
      peer: readPeer(ec2, group, request),
    };
    refuseOtherPeerType(rule.permission.peer, permission.peer);
    return { rule, permission, description: readRuleDescription(request.Description) };
  });
  if (changes.length === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter SecurityGroupRule');
  }
  const changed = new Set(changes.map(({ rule }) => rule));
  const taken = new Set([...group.rules].filter(([, rule]) => !changed.has(rule)).map(([key]) => key));
  for (const { permission } of changes) {
    const key = permissionKey(permission);
    if (taken.has(key)) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(permission)}" already exists`,
      );
    }
    taken.add(key);
  }
  changeRules(ec2, changes);
  return { Return: true };
}

export function updateSecurityGroupRuleDescriptionsIngress(
  input: UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<UpdateSecurityGroupRuleDescriptionsIngressCommandOutput> {
  return updateDescriptions(ec2, 'ingress', input);
}

export function updateSecurityGroupRuleDescriptionsEgress(
  input: UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<UpdateSecurityGroupRuleDescriptionsEgressCommandOutput> {
  return updateDescriptions(ec2, 'egress', input);
}

/**
 * Finds rules by id or by what they allow, and sets their descriptions; a rule that is given none loses its own. Throws
 * InvalidPermission.NotFound.
 */
function updateDescriptions(
  ec2: Ec2State,
  direction: Direction,
  input: UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
): { readonly Return: boolean } {
  const group = groupOf(ec2, input);
  const { IpPermissions: permissions = [], SecurityGroupRuleDescriptions: descriptions = [] } = input;
  if (permissions.length === 0 && descriptions.length === 0) {
    throw new AwsError(
      'MissingParameter',
      `Either 'ipPermissions' or 'securityGroupRuleDescriptions' should be provided.`,
    );
  }
  const byId = descriptions.map((update) => ({
    rule: ruleOfGroup(ec2, group, direction, update.SecurityGroupRuleId ?? ''),
    description: readRuleDescription(update.Description),
  }));
  const byPermission = readIpPermissions(ec2, group, direction, permissions).map(
    ({ permission, description }) => {
      const rule = group.rules.get(permissionKey(permission));
      if (rule === undefined) {
        throw new AwsError(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      }
      return { rule, description };
    },
  );
  for (const { rule, description } of [...byId, ...byPermission]) rule.description = description;
  return { Return: true };
}

const PEER_TYPES = {
  ipv4: { request: 'an IPv4 CIDR', rule: 'IPv4 CIDR' },
  ipv6: { request: 'an IPv6 CIDR', rule: 'IPv6 CIDR' },
  'prefix-list': { request: 'a prefix list id', rule: 'prefix list' },
  group: { request: 'a referenced group id', rule: 'referenced group id' },
} as const satisfies Readonly<Record<Peer['type'], object>>;

/** A rule stays one about blocks, a prefix list or a group; another kind of peer needs another rule. */
function refuseOtherPeerType(before: Peer, after: Peer): void {
  if (before.type === after.type) return;
  throw new AwsError(
    'InvalidParameterValue',
    `You may not specify ${PEER_TYPES[after.type].request} for an existing ${PEER_TYPES[before.type].rule} rule.`,
  );
}

/** Exactly one peer. */
function readPeer(ec2: Ec2State, group: SecurityGroup, request: SecurityGroupRuleRequest): Peer {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId } = request;
  const peers = [
    ...(CidrIpv4 === undefined ? [] : [readIpv4Peer(CidrIpv4)]),
    ...(CidrIpv6 === undefined ? [] : [readIpv6Peer(CidrIpv6)]),
    ...(PrefixListId === undefined ? [] : [readPrefixListPeer(ec2, PrefixListId)]),
    ...(ReferencedGroupId === undefined ? [] : [readGroupPeer(ec2, group, ReferencedGroupId)]),
  ];
  const [peer, ...others] = peers;
  if (peer === undefined || others.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Exactly one of cidrIpv4, cidrIpv6, prefixListId and referencedGroupId must be specified.',
    );
  }
  return peer;
}
