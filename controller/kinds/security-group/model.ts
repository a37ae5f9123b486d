import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { securityGroupFacts } from './facts.ts';

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

/** An EC2 security group with all its rules: inside an owned group every rule is ours. */
export interface SecurityGroupSpec {
  readonly name: string;
  /** AWS never changes one: where the manifest gives none, a new group gets ours and any other keeps its own. */
  readonly description?: string;
  /** The Environment whose VPC it belongs to. */
  readonly environment: Reference<EnvironmentOutputs>;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

/** A rule as AWS has it; the id is missing on a rule that we have just written. */
export interface ObservedRule extends SecurityGroupRule {
  readonly id?: string;
}

export interface SecurityGroupState {
  readonly id: string;
  readonly description: string;
  readonly vpcId: string;
  readonly ingress: readonly ObservedRule[];
  readonly egress: readonly ObservedRule[];
  /** Rules of other groups that name this one, but of those that are to go as well; absent where there are none. */
  readonly referredBy?: readonly Referrer[];
}

/** A rule of another group that names a group. */
export interface Referrer {
  /** Of the other group. */
  readonly id: string;
  readonly name: string;
  /** `ingress[tcp 2000 sg-…]`. */
  readonly rule: string;
}

const NAMED_AT_MOST = 3;

/**
 * Name and VPC are a group's identity: a group in another VPC is another group, made anew there and the old
 * one removed once nothing uses it. So only the description needs a replacement.
 */
export const securityGroupModel: KindModel<SecurityGroupSpec, SecurityGroupState> = {
  facts: securityGroupFacts,
  updateChangesOutputs: false,
  renameReplaces: true,
  replaceInterrupts:
    "its daemon: AWS deletes no group that tasks use, so that until it is made anew new tasks take the old ones' place in the VPC's default group",
  needs: (desired) => [desired.spec.environment],
  says: ({ spec: { description, ingress, egress } }) => ({
    description,
    ingress: ruleDescriptions(ingress),
    egress: ruleDescriptions(egress),
  }),
  diff({ spec }, { state }) {
    return [
      ...compareFields({ description: spec.description }, state, { replace: ['description'] }),
      ...(['ingress', 'egress'] as const).flatMap((direction) =>
        compareCollection(
          direction,
          ruleDescriptions(spec[direction]),
          ruleDescriptions(asWritten(state[direction], spec[direction], state.id)),
        ),
      ),
    ];
  },
  removal: ({ state: { referredBy = [] } }) => ({
    upkeep: [],
    ...(referredBy.length === 0 ? {} : { held: whileNamed(referredBy) }),
  }),
};

function whileNamed(referrers: readonly Referrer[]): string {
  const named = referrers
    .slice(0, NAMED_AT_MOST)
    .map(({ id, name, rule }) => `security group ${name} (${id}) names it in its rule ${rule}`);
  const more = referrers.length - named.length;
  return `AWS deletes no security group that a rule of another names: ${named.join(', ')}${more > 0 ? ` and ${more} more rules do` : ''}; take that out of the other group, or of the manifest that wants it there`;
}

/** A rule's identity, `udp 2000 172.31.0.0/16`; its description is none of it (reference: security groups). */
export function ruleKey(rule: SecurityGroupRule): string {
  const { protocol, fromPort, toPort, peer } = normaliseRule(rule);
  const name = protocol === '-1' ? 'all' : protocol;
  if (fromPort === null || toPort === null) return `${name} ${peer}`;
  if (protocol.startsWith('icmp')) return `${name} ${fromPort}/${toPort} ${peer}`;
  return `${name} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} ${peer}`;
}

/** Rules by key; of two rules with one key the first counts. */
export function rulesByKey<Rule extends SecurityGroupRule>(
  rules: readonly Rule[],
): ReadonlyMap<string, Rule> {
  return new Map(rules.toReversed().map((rule) => [ruleKey(rule), rule]));
}

/**
 * What AWS has, under the names that the manifest has for it: a rule that names its own group is `self` where that is written, and stands
 * for both where the id is written too.
 */
export function asWritten(
  actual: readonly ObservedRule[],
  wanted: readonly SecurityGroupRule[],
  groupId: string,
): readonly ObservedRule[] {
  const written = rulesByKey(wanted);
  return actual.flatMap((rule) => {
    if (rule.peer !== groupId) return [rule];
    const names = [rule, { ...rule, peer: SELF }].filter((named) => written.has(ruleKey(named)));
    return names.length > 0 ? names : [rule];
  });
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

function ruleDescriptions(rules: readonly SecurityGroupRule[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...rulesByKey(rules)].map(([key, rule]) => [key, ruleText(rule)]));
}

/** A rule is all in its key but for its description. */
function ruleText({ description }: SecurityGroupRule): string {
  return description === undefined || description === '' ? 'allowed' : `allowed: ${description}`;
}
