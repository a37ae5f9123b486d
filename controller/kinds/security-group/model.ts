import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { SELF, ruleKey, rulesByKey } from '../../core/security-group-rule.ts';
import type { ObservedRule, SecurityGroupRule } from '../../core/security-group-rule.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { securityGroupFacts } from './facts.ts';

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

/** A rule of a group of ours. */
export interface GroupRule extends ObservedRule {
  /** A manifest wants it by itself, by its tags: it is none too many. */
  readonly isOfManifest?: true;
}

export interface SecurityGroupState {
  readonly id: string;
  readonly description: string;
  readonly vpcId: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
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
    "its daemon: AWS deletes no group that tasks use, so new tasks first replace the old ones in the VPC's default group, until the controller has created the group again",
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
          ruleDescriptions(ofGroupItself(state[direction], spec[direction], state.id)),
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

/**
 * What AWS has, under the names that the manifest has for it: a rule that names its own group is `self` where that is written, and stands
 * for both where the id is written too.
 */
export function asWritten<Rule extends ObservedRule>(
  actual: readonly Rule[],
  wanted: readonly SecurityGroupRule[],
  groupId: string,
): readonly Rule[] {
  const written = rulesByKey(wanted);
  return actual.flatMap((rule) => {
    if (rule.peer !== groupId) return [rule];
    const names = [rule, { ...rule, peer: SELF }].filter((named) => written.has(ruleKey(named)));
    return names.length > 0 ? names : [rule];
  });
}

/** Without what manifests want there by themselves, unless the group's wants it too. */
function ofGroupItself(
  actual: readonly GroupRule[],
  wanted: readonly SecurityGroupRule[],
  groupId: string,
): readonly SecurityGroupRule[] {
  const written = rulesByKey(wanted);
  return asWritten(actual, wanted, groupId).filter(
    (rule) => rule.isOfManifest !== true || written.has(ruleKey(rule)),
  );
}

function ruleDescriptions(rules: readonly SecurityGroupRule[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...rulesByKey(rules)].map(([key, rule]) => [key, ruleText(rule)]));
}

/** A rule is all in its key but for its description. */
function ruleText({ description }: SecurityGroupRule): string {
  return description === undefined || description === '' ? 'allowed' : `allowed: ${description}`;
}
