import type {
  CreateRuleCommandInput,
  CreateRuleCommandOutput,
  DeleteRuleCommandInput,
  DeleteRuleCommandOutput,
  DescribeRulesCommandInput,
  DescribeRulesCommandOutput,
  ModifyRuleCommandInput,
  ModifyRuleCommandOutput,
  Rule,
  RuleCondition,
  SetRulePrioritiesCommandInput,
  SetRulePrioritiesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { readActions } from './actions.ts';
import { invalidConfiguration, requireOneOf, requireWithin, validationError } from './errors.ts';
import type { ListenerRecord, RuleRecord } from './state.ts';
import { elbPage, requireListener, requireRule } from './store.ts';
import { readTags } from './tags.ts';
import { settleTargets } from './targets.ts';

const MOST_PRIORITY = 50_000;
const FIELDS = [
  'host-header',
  'http-header',
  'http-request-method',
  'path-pattern',
  'query-string',
  'source-ip',
];
/** What a condition of old, with `Values`, is given back in too. */
const CONFIGS: Readonly<Record<string, 'HostHeaderConfig' | 'PathPatternConfig'>> = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
};

/** Rules are an application load balancer's. Throws ValidationError, PriorityInUse and what its actions and tags throw. */
export function createRule(
  input: CreateRuleCommandInput,
  context: CallContext,
): Answer<CreateRuleCommandOutput> {
  const listener = requireListener(context, input.ListenerArn);
  if (listener.loadBalancer.type !== 'application') {
    throw invalidConfiguration('Rules are not supported for listeners of load balancers of type network');
  }
  const { Priority: priority = 0 } = input;
  requireWithin('Rule priority', priority, 1, MOST_PRIORITY);
  refuseTakenPriority(listener, priority);
  const made: RuleRecord = {
    arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${context.world.randomText(16)}`,
    listener,
    priority,
    conditions: readConditions(input.Conditions),
    actions: readActions(context, input.Actions, listener),
    transforms: [...(input.Transforms ?? [])],
    tags: readTags(input.Tags),
  };
  listener.rules.set(made.arn, made);
  tagsChanged(context, made.arn, made.tags);
  settleTargets(context);
  return { Rules: [showRule(made)] };
}

/** In the order of their priorities, the default rule last. */
export function describeRules(
  input: DescribeRulesCommandInput,
  context: CallContext,
): Answer<DescribeRulesCommandOutput> {
  const { ListenerArn, RuleArns } = input;
  if ((ListenerArn === undefined) === (RuleArns === undefined)) {
    throw validationError('You must specify either listener rule ARNs or a listener ARN');
  }
  const rules = RuleArns === undefined ? rulesOf(requireListener(context, ListenerArn)) : RuleArns.map(one);
  function one(arn: string): Rule {
    return showRule(requireRule(context, arn));
  }
  const entries = rules.map((rule, index) => [String(index).padStart(5, '0'), rule] as const);
  const { items, NextMarker } = elbPage(entries, input);
  return { Rules: [...items], NextMarker };
}

function rulesOf(listener: ListenerRecord): Rule[] {
  const rules = [...listener.rules.values()].toSorted((a, b) => a.priority - b.priority);
  const fallback: Rule = {
    RuleArn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${listener.arn.slice(-16)}`,
    Priority: 'default',
    Conditions: [],
    Actions: listener.defaultActions,
    IsDefault: true,
  };
  return [...rules.map(showRule), fallback];
}

/** What is left out stays. */
export function modifyRule(
  input: ModifyRuleCommandInput,
  context: CallContext,
): Answer<ModifyRuleCommandOutput> {
  const rule = requireRule(context, input.RuleArn);
  const conditions = input.Conditions === undefined ? rule.conditions : readConditions(input.Conditions);
  const actions = readActions(context, input.Actions ?? rule.actions, rule.listener);
  const transforms = input.ResetTransforms === true ? [] : [...(input.Transforms ?? rule.transforms)];
  Object.assign(rule, { conditions, actions, transforms });
  settleTargets(context);
  return { Rules: [showRule(rule)] };
}

export function deleteRule(
  input: DeleteRuleCommandInput,
  context: CallContext,
): Answer<DeleteRuleCommandOutput> {
  const { arn, listener } = requireRule(context, input.RuleArn);
  listener.rules.delete(arn);
  tagsChanged(context, arn, undefined);
  settleTargets(context);
  return {};
}

/** All of them or none. */
export function setRulePriorities(
  input: SetRulePrioritiesCommandInput,
  context: CallContext,
): Answer<SetRulePrioritiesCommandOutput> {
  const asked = (input.RulePriorities ?? []).map(({ RuleArn, Priority = 0 }) => {
    requireWithin('Rule priority', Priority, 1, MOST_PRIORITY);
    return [requireRule(context, RuleArn), Priority] as const;
  });
  const moved = new Set(asked.map(([rule]) => rule));
  for (const [{ listener }, priority] of asked) refuseTakenPriority(listener, priority, moved);
  for (const [rule, priority] of asked) rule.priority = priority;
  return { Rules: asked.map(([rule]) => showRule(rule)) };
}

function refuseTakenPriority(
  { rules }: ListenerRecord,
  priority: number,
  moved: ReadonlySet<RuleRecord> = new Set(),
): void {
  for (const rule of rules.values()) {
    if (rule.priority === priority && !moved.has(rule)) {
      throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
    }
  }
}

function readConditions(conditions: readonly RuleCondition[] = []): RuleCondition[] {
  if (conditions.length === 0) throw validationError('A condition must be specified');
  return conditions.map((condition) => {
    const { Field = '' } = condition;
    requireOneOf('Condition field', Field, FIELDS);
    const config = CONFIGS[Field];
    if (config === undefined) return condition;
    const Values = condition.Values ?? condition[config]?.Values;
    if ((Values ?? condition.RegexValues ?? condition[config]?.RegexValues) === undefined) {
      throw validationError('A condition value must be specified');
    }
    return Values === undefined
      ? condition
      : { ...condition, Values, [config]: { ...condition[config], Values } };
  });
}

function showRule({ arn, priority, conditions, actions, transforms }: RuleRecord): Rule {
  return {
    RuleArn: arn,
    Priority: String(priority),
    Conditions: conditions,
    Actions: actions,
    IsDefault: false,
    ...(transforms.length === 0 ? {} : { Transforms: transforms }),
  };
}
