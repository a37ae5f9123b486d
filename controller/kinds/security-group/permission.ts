import type { IpPermission, SecurityGroupRule as ApiRule } from '@aws-sdk/client-ec2';
import { normaliseRule } from './model.ts';
import type { ObservedRule, SecurityGroupRule } from './model.ts';

/** A rule as Authorize, Revoke and UpdateDescriptions take it. */
export function toPermission(rule: SecurityGroupRule): IpPermission {
  const { protocol, fromPort, toPort, peer } = normaliseRule(rule);
  const Description = rule.description === undefined ? {} : { Description: rule.description };
  return {
    IpProtocol: protocol,
    ...(fromPort === null || toPort === null ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...(peer.startsWith('sg-')
      ? { UserIdGroupPairs: [{ GroupId: peer, ...Description }] }
      : peer.startsWith('pl-')
        ? { PrefixListIds: [{ PrefixListId: peer, ...Description }] }
        : peer.includes(':')
          ? { Ipv6Ranges: [{ CidrIpv6: peer, ...Description }] }
          : { IpRanges: [{ CidrIp: peer, ...Description }] }),
  };
}

/** A rule as DescribeSecurityGroupRules returns it: one peer each, ports -1 where there are none. */
export function fromApiRule(rule: ApiRule): ObservedRule {
  const peer =
    rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? 'unknown';
  return normaliseRule({
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? null,
    toPort: rule.ToPort ?? null,
    peer,
    ...(rule.Description === undefined ? {} : { description: rule.Description }),
    ...(rule.SecurityGroupRuleId === undefined ? {} : { id: rule.SecurityGroupRuleId }),
  });
}
