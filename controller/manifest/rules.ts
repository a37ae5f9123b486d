import { SELF } from '../core/security-group-rule.ts';
import type { SecurityGroupRule } from '../core/security-group-rule.ts';
import { parseCidr } from './cidr.ts';
import type { RuleManifest } from './schema/security-group.ts';

/** Protocol numbers that EC2 returns by name. */
const NAMED_PROTOCOLS: Readonly<Record<string, string>> = {
  '-1': '-1',
  all: '-1',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};

/** A rule as EC2 keeps it. */
export function normalizeRule(rule: RuleManifest): SecurityGroupRule {
  const written = String(rule.protocol).toLowerCase();
  const protocol = NAMED_PROTOCOLS[written] ?? written;
  const { self, securityGroup: { id, ...account } = {} } = rule;
  return {
    protocol,
    ...portRange(rule, protocol),
    peer: blockOf(rule) ?? rule.securityGroupId ?? rule.prefixListId ?? id ?? (self === true ? SELF : ''),
    ...account,
    ...(rule.description !== undefined && { description: rule.description }),
  };
}

function blockOf({ cidr }: RuleManifest): string | undefined {
  return cidr === undefined ? undefined : (parseCidr(cidr)?.canonical ?? cidr);
}

function portRange(rule: RuleManifest, protocol: string): Pick<SecurityGroupRule, 'fromPort' | 'toPort'> {
  switch (protocol) {
    case 'tcp':
    case 'udp':
      return { fromPort: rule.port ?? rule.fromPort ?? null, toPort: rule.port ?? rule.toPort ?? null };
    case 'icmp':
    case 'icmpv6':
      return { fromPort: rule.fromPort ?? -1, toPort: rule.toPort ?? -1 };
    default:
      return { fromPort: null, toPort: null };
  }
}
