import type { IpPermission, SecurityGroupRule as ApiRule } from '@aws-sdk/client-ec2';
import { SELF, normaliseRule } from '../core/security-group-rule.ts';
import type { ObservedRule, SecurityGroupRule } from '../core/security-group-rule.ts';
import { fromTagList } from './tags.ts';

/** A rule of a group as Authorize, Revoke and UpdateDescriptions take it. */
export function toPermission(rule: SecurityGroupRule, groupId: string): IpPermission {
  const { protocol, fromPort, toPort, userId, vpcPeeringConnectionId, ...normal } = normaliseRule(rule);
  const peer = normal.peer === SELF ? groupId : normal.peer;
  const Description = rule.description === undefined ? {} : { Description: rule.description };
  return {
    IpProtocol: protocol,
    ...(fromPort === null || toPort === null ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...(peer.startsWith('sg-')
      ? {
          UserIdGroupPairs: [
            {
              GroupId: peer,
              ...(userId === undefined ? {} : { UserId: userId }),
              ...(vpcPeeringConnectionId === undefined
                ? {}
                : { VpcPeeringConnectionId: vpcPeeringConnectionId }),
              ...Description,
            },
          ],
        }
      : peer.startsWith('pl-')
        ? { PrefixListIds: [{ PrefixListId: peer, ...Description }] }
        : peer.includes(':')
          ? { Ipv6Ranges: [{ CidrIpv6: peer, ...Description }] }
          : { IpRanges: [{ CidrIp: peer, ...Description }] }),
  };
}

/** A rule as DescribeSecurityGroupRules returns it: one peer each, ports -1 where there are none. */
export function fromApiRule(rule: ApiRule): ObservedRule {
  const { ReferencedGroupInfo: group } = rule;
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? group?.GroupId ?? 'unknown';
  const userId = group?.UserId === rule.GroupOwnerId ? undefined : group?.UserId;
  return normaliseRule({
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? null,
    toPort: rule.ToPort ?? null,
    peer,
    ...(userId === undefined ? {} : { userId }),
    ...(group?.VpcPeeringConnectionId === undefined
      ? {}
      : { vpcPeeringConnectionId: group.VpcPeeringConnectionId }),
    ...(rule.Description === undefined ? {} : { description: rule.Description }),
    ...(rule.SecurityGroupRuleId === undefined ? {} : { id: rule.SecurityGroupRuleId }),
    ...((rule.Tags ?? []).length === 0 ? {} : { tags: fromTagList(rule.Tags) }),
  });
}
