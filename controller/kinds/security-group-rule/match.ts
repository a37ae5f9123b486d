import type { Desired, Tags } from '../../core/resource.ts';
import { placedKey } from '../../core/security-group-rule.ts';
import type { ObservedRule, PlacedRule } from '../../core/security-group-rule.ts';
import { RULE_TAG } from './facts.ts';
import type { SecurityGroupRuleSpec } from './spec.ts';

export type SeenRule = ObservedRule & PlacedRule;

/** A rule that is wanted; `rule` is undefined while it is not known which groups it is between. */
export interface WantedRule {
  readonly desired: Desired<SecurityGroupRuleSpec>;
  readonly rule: PlacedRule | undefined;
}

/**
 * Which rule of EC2's stands for a wanted one: the equal one, whoever's it is, as there cannot be two; else the one that was made for it,
 * by its tag, and that somebody has changed. Pure.
 */
export function rulesFor(
  wanted: readonly WantedRule[],
  seen: readonly SeenRule[],
  isOurs: (tags: Tags) => boolean,
): ReadonlyMap<WantedRule, SeenRule> {
  const byKey = new Map(seen.map((rule) => [placedKey(rule), rule]));
  const equal = wanted.flatMap((one) => {
    const found = one.rule && byKey.get(placedKey(one.rule));
    return found === undefined ? [] : [[one, found] as const];
  });
  const taken = new Set(equal.map(([, rule]) => rule));
  const ours = seen.filter((rule) => !taken.has(rule) && isOurs(rule.tags ?? {}));
  const byTag = new Map(ours.map((rule) => [nameIn(rule, rule.tags?.[RULE_TAG]), rule]));
  const satisfied = new Set(equal.map(([one]) => one));
  const changed = wanted.flatMap((one) => {
    if (satisfied.has(one)) return [];
    const found = one.rule === undefined ? undefined : byTag.get(nameIn(one.rule, one.desired.id.name));
    return found === undefined ? [] : [[one, found] as const];
  });
  return new Map([...equal, ...changed]);
}

function nameIn({ groupId, direction }: PlacedRule, name = ''): string {
  return `${groupId} ${direction} ${name}`;
}
