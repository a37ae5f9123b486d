import type { Tags } from './resource.ts';

/** A rule of a security group, which allows some traffic to or from a peer. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  readonly protocol: string;
  /** Null where the protocol is `-1`. For ICMP: type and code. */
  readonly fromPort: number | null;
  readonly toPort: number | null;
  /** Canonical CIDR (v4 or v6), `sg-…`, `pl-…`, or `self` for the group that the rule is in. */
  readonly peer: string;
  /**
   * Of a group in a peered VPC: its account, and the connection. EC2 asks for them to find the group, whose id alone is the rule's identity
   * (EC2 API reference, UserIdGroupPair).
   */
  readonly userId?: string;
  readonly vpcPeeringConnectionId?: string;
  readonly description?: string;
}

/** The peer of a rule for the group that the rule is in, whose id nobody knows before the group is made. */
export const SELF = 'self';

/** A rule as AWS has it; the id is missing on a rule that we have just written. */
export interface ObservedRule extends SecurityGroupRule {
  readonly id?: string;
  /** Absent of one without any. */
  readonly tags?: Tags;
}

/** A rule with where it stands. */
export interface PlacedRule extends SecurityGroupRule {
  /** Id of the group that it is in. */
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
}

/** A rule's identity in its group and direction, `udp 2000 172.31.0.0/16`; its description is none of it (reference: security groups). */
export function ruleKey(rule: SecurityGroupRule): string {
  const { protocol, fromPort, toPort, peer } = normaliseRule(rule);
  const name = protocol === '-1' ? 'all' : protocol;
  if (fromPort === null || toPort === null) return `${name} ${peer}`;
  if (protocol.startsWith('icmp')) return `${name} ${fromPort}/${toPort} ${peer}`;
  return `${name} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} ${peer}`;
}

/** One string per rule that EC2 would take for another, wherever they are. */
export function placedKey(rule: PlacedRule): string {
  return `${rule.groupId} ${rule.direction} ${ruleKey(rule)}`;
}

/** Rules by key; of two rules with one key the first counts. */
export function rulesByKey<Rule extends SecurityGroupRule>(
  rules: readonly Rule[],
): ReadonlyMap<string, Rule> {
  return new Map(rules.toReversed().map((rule) => [ruleKey(rule), rule]));
}

const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  all: '-1',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};

/** Protocols that have ports, or types and codes; for all others AWS drops what it is given. */
const WITH_PORTS = new Set(['tcp', 'udp', 'icmp', 'icmpv6']);

/** A rule with AWS's normalisations made: protocol numbers become names, `-1` has no ports. */
export function normaliseRule<Rule extends SecurityGroupRule>(rule: Rule): Rule {
  const lower = rule.protocol.toLowerCase();
  const protocol = PROTOCOL_NAMES[lower] ?? lower;
  const ports = WITH_PORTS.has(protocol) ? {} : { fromPort: null, toPort: null };
  return { ...rule, ...ports, protocol, peer: rule.peer.toLowerCase() };
}
