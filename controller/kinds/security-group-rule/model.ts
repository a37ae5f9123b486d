import type { KindModel } from '../../core/kind.ts';
import { compareText } from '../../core/order.ts';
import type { Needs } from '../../core/outputs.ts';
import type { Desired } from '../../core/resource.ts';
import { placedKey } from '../../core/security-group-rule.ts';
import type { PlacedRule } from '../../core/security-group-rule.ts';
import { compareFields } from '../../plan/compare.ts';
import { securityGroupRuleFacts } from './facts.ts';
import type { SecurityGroupRuleSpec, SecurityGroupRuleState } from './spec.ts';

/**
 * One rule of a security group that is not ours as a whole, known by its tags. What allows the traffic is compared; its description is
 * nobody's.
 */
export const securityGroupRuleModel: KindModel<SecurityGroupRuleSpec, SecurityGroupRuleState> = {
  facts: securityGroupRuleFacts,
  updateChangesOutputs: false,
  needs: ({ spec }) => [spec.environment, spec.daemon, spec.consumer.id],
  inAws: rulesInAws,
  diff(desired, { state }, needs) {
    const rule = wantedRule(desired, needs);
    if (rule === undefined) return [];
    const { groupId: group, protocol, fromPort, toPort, peer } = rule;
    return compareFields({ group, protocol, fromPort, toPort, peer }, state, { replace: ['group'] });
  },
  uses: ({ state: { peer } }) => (peer.startsWith('sg-') ? [peer] : []),
  /** AWS deletes no group that a rule names, so that the rule goes, and comes back with the group that is made anew. */
  letGo: ({ state: { peer } }, used) =>
    used.outputs['id'] === peer ? [{ path: 'peer', from: peer, to: null, by: 'update' }] : [],
};

/**
 * What EC2 takes for one rule is one, called by the first of its names: two consumers may be in the same subnets, or name one group in two
 * ways. What is not known yet stands for itself.
 */
export function rulesInAws(
  desired: readonly Desired<SecurityGroupRuleSpec>[],
  needs: Needs,
): readonly Desired<SecurityGroupRuleSpec>[] {
  const all = desired
    .flatMap((one) => eachBlock(one, needs))
    .toSorted((one, other) => compareText(one.id.name, other.id.name));
  const firsts = new Map<string, string>();
  return all.filter((one) => {
    const rule = wantedRule(one, needs);
    if (rule === undefined) return true;
    const key = `${one.id.environment} ${placedKey(rule)}`;
    const first = firsts.get(key) ?? one.id.name;
    firsts.set(key, first);
    return first === one.id.name;
  });
}

/** A rule for each block of the consumer's subnets; while these are not known, itself. */
function eachBlock(
  desired: Desired<SecurityGroupRuleSpec>,
  needs: Needs,
): readonly Desired<SecurityGroupRuleSpec>[] {
  const { id, spec } = desired;
  if (spec.peer !== 'subnets') return [desired];
  const { blocks } = needs(spec.consumer.id) ?? {};
  if (blocks === undefined) return [desired];
  return blocks.map((block) => ({
    ...desired,
    id: { ...id, name: `${id.name}/${block}` },
    spec: { ...spec, peer: { block } },
  }));
}

/** The rule as EC2 has it; undefined while the groups, or the blocks, are not known. */
export function wantedRule({ spec }: Desired<SecurityGroupRuleSpec>, needs: Needs): PlacedRule | undefined {
  const { direction, protocol, fromPort, toPort, peer } = spec;
  const daemon = needs(spec.daemon)?.id;
  const consumer = needs(spec.consumer.id);
  if (daemon === undefined || consumer?.id === undefined || peer === 'subnets') return undefined;
  const [groupId, other] = direction === 'egress' ? [consumer.id, daemon] : [daemon, consumer.id];
  const traffic = { groupId, direction, protocol, fromPort, toPort };
  if (peer !== 'group') return { ...traffic, peer: peer.block };
  const { vpcPeeringConnectionId } = consumer;
  return { ...traffic, peer: other, ...(vpcPeeringConnectionId !== undefined && { vpcPeeringConnectionId }) };
}
