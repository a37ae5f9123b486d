import { toPermission } from '../../aws/permission.ts';
import { rulesBy } from '../../aws/security-group-rules.ts';
import { changeTags, toUpperTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import type { Place } from '../../core/arn.ts';
import { StationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import type { Needs } from '../../core/outputs.ts';
import { OWNER_TAG, ownerOf, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type { Desired, Observed, Progress, ResourceId, Tags } from '../../core/resource.ts';
import { placedKey } from '../../core/security-group-rule.ts';
import type { PlacedRule } from '../../core/security-group-rule.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { RULE_TAG, securityGroupRuleFacts } from './facts.ts';
import type { SecurityGroupRuleOutputs } from './facts.ts';
import { rulesFor } from './match.ts';
import type { SeenRule, WantedRule } from './match.ts';
import { rulesInAws, wantedRule } from './model.ts';
import type { SecurityGroupRuleSpec, SecurityGroupRuleState } from './spec.ts';

const LOOK_AGAIN_MS = 2_000;
/** Where nothing is wanted, and nothing of ours was there, so long nobody looks again. */
const NOTHING_FOR_MS = 600_000;

export function securityGroupRuleDriver(
  context: DriverContext,
): KindDriver<SecurityGroupRuleSpec, SecurityGroupRuleState> {
  const { claim } = context;
  const { ec2 } = context.aws;
  /** When nothing of ours was there, on the Clock's monotonic scale. */
  let nothingAt = Number.NEGATIVE_INFINITY;

  function observed(
    id: ResourceId,
    rule: SeenRule,
    place: Place | undefined,
  ): Observed<SecurityGroupRuleState> {
    const { id: ruleId = '', groupId: group, direction, protocol, fromPort, toPort, peer, tags = {} } = rule;
    return {
      id,
      ...ownership(claim, tags),
      ...(place && { arn: regionalArn(place, 'ec2', `security-group-rule/${ruleId}`) }),
      state: { id: ruleId, group, direction, protocol, fromPort, toPort, peer },
      outputs: { id: ruleId } satisfies SecurityGroupRuleOutputs,
      health: HEALTHY,
    };
  }

  const isOurs = (tags: Tags): boolean => ownerOf(claim, tags) === 'us';

  /**
   * Rules that carry our owner's tag, wherever they are, and those of the groups in which a wanted one is not among them: it may be
   * somebody's.
   */
  async function seenFor(wanted: readonly WantedRule[]): Promise<readonly SeenRule[]> {
    const tagged = await rulesBy(ec2, `tag:${OWNER_TAG}`, [claim.owner]);
    const known = new Set(tagged.map(placedKey));
    const groups = wanted.flatMap(({ rule }) =>
      rule === undefined || known.has(placedKey(rule)) ? [] : [rule.groupId],
    );
    const all = [...tagged, ...(await rulesBy(ec2, 'group-id', [...new Set(groups)]))];
    return [...new Map(all.map((rule) => [rule.id, rule])).values()];
  }

  /** Its name in its manifest, where nothing else of ours is called so, else its id. */
  function leftoverId(rule: SeenRule, names: Set<string>): ResourceId {
    const { [RULE_TAG]: name = '' } = rule.tags ?? {};
    const isFree = name !== '' && !names.has(name);
    if (isFree) names.add(name);
    return {
      environment: claim.environment,
      kind: securityGroupRuleFacts.name,
      name: isFree ? name : (rule.id ?? ''),
    };
  }

  async function authorize(
    desired: Desired<SecurityGroupRuleSpec>,
    rule: PlacedRule,
    tags: Tags,
    place: Place | undefined,
  ): Promise<Observed<SecurityGroupRuleState>> {
    const call =
      rule.direction === 'egress' ? ec2.authorizeSecurityGroupEgress : ec2.authorizeSecurityGroupIngress;
    const { SecurityGroupRules: [made] = [] } = await call({
      GroupId: rule.groupId,
      IpPermissions: [toPermission(rule, rule.groupId)],
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: toUpperTags(tags) }],
    });
    return observed(desired.id, { ...rule, tags, id: made?.SecurityGroupRuleId ?? '' }, place);
  }

  async function revoke({ id, group, direction }: SecurityGroupRuleState): Promise<void> {
    const call = direction === 'egress' ? ec2.revokeSecurityGroupEgress : ec2.revokeSecurityGroupIngress;
    try {
      await call({ GroupId: group, SecurityGroupRuleIds: [id] });
    } catch (error) {
      if (!hasCode(error, 'InvalidSecurityGroupRuleId.NotFound', 'InvalidGroup.NotFound')) throw error;
    }
  }

  return {
    async observe({ desired, scope, needs }) {
      const now = context.clock.monotonic();
      if (desired.length === 0 && now - nothingAt < NOTHING_FOR_MS) return { items: [], unseen: [] };
      const wanted = rulesInAws(desired, needs).map(
        (one): WantedRule => ({ desired: one, rule: wantedRule(one, needs) }),
      );
      const seen = await seenFor(wanted);
      nothingAt = desired.length === 0 && seen.length === 0 ? now : Number.NEGATIVE_INFINITY;
      const place = needs(environmentId(claim.environment));
      const found = rulesFor(wanted, seen, isOurs);
      const items = [...found].map(([one, rule]) => observed(one.desired.id, rule, place));
      const used = new Set(found.values());
      const names = new Set(wanted.map((one) => one.desired.id.name));
      const waiting = new Set(
        wanted.filter(({ rule }) => rule === undefined).map((one) => one.desired.id.name),
      );
      const leftovers =
        scope === 'all-owned'
          ? seen.filter((rule) => !used.has(rule) && isOurs(rule.tags ?? {}) && !isFor(rule, waiting))
          : [];
      return {
        items: [...items, ...leftovers.map((rule) => observed(leftoverId(rule, names), rule, place))],
        unseen: [],
      };
    },

    async create(desired, tags, needs) {
      const rule = requireRule(desired, needs);
      try {
        const made = await authorize(desired, rule, tags, needs(desired.spec.environment));
        return { type: 'done', observed: made };
      } catch (error) {
        if (!hasCode(error, 'InvalidPermission.Duplicate')) throw error;
        return started('an equal rule exists already; the controller looks again');
      }
    },

    /** EC2 changes a rule only with leave to change every rule of its group, so that another is made and takes its place. */
    async update(desired, before, { changes }, tags, needs) {
      if (changes.some(({ path, to }) => path === 'peer' && to === null)) {
        await revoke(before.state);
        return started('the controller removes it until the group that it names exists again');
      }
      if (!['protocol', 'fromPort', 'toPort', 'peer'].some((path) => isChanged(changes, path))) {
        return { type: 'done', observed: before };
      }
      const made = await authorize(
        desired,
        requireRule(desired, needs),
        tags,
        needs(desired.spec.environment),
      );
      await revoke(before.state);
      return { type: 'done', observed: made };
    },

    async delete({ state }) {
      await revoke(state);
      return { type: 'gone' };
    },

    async tagsNow({ state }) {
      const [rule] = await rulesBy(ec2, 'security-group-rule-id', [state.id]);
      return rule && (rule.tags ?? {});
    },

    async tag(before, set, remove) {
      const Resources = [before.state.id];
      const tags = await changeTags(before.tags, set, remove, {
        set: (some) => ec2.createTags({ Resources, Tags: toUpperTags(some) }),
        remove: (keys) => ec2.deleteTags({ Resources, Tags: keys.map((Key) => ({ Key })) }),
      });
      const { manifest: _former, ...rest } = before;
      return { ...rest, ...ownership(claim, tags) };
    },
  };
}

/** Whether a rule was made for one of these, or for a block of it. */
function isFor({ tags = {} }: SeenRule, names: ReadonlySet<string>): boolean {
  const { [RULE_TAG]: name = '' } = tags;
  return [...names].some((each) => name === each || name.startsWith(`${each}/`));
}

/** Throws StationkeeperError NeedMissing, retry `wait`, where what it is between vanished since it was planned. */
function requireRule(desired: Desired<SecurityGroupRuleSpec>, needs: Needs): PlacedRule {
  const rule = wantedRule(desired, needs);
  if (rule !== undefined) return rule;
  throw new StationkeeperError({
    code: 'NeedMissing',
    message: 'the controller does not know its two groups yet and looks again',
    retry: 'wait',
  });
}

function started(message: string): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
}
