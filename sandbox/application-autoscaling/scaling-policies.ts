import type {
  DeleteScalingPolicyCommandInput,
  DeleteScalingPolicyCommandOutput,
  DescribeScalingPoliciesCommandInput,
  DescribeScalingPoliciesCommandOutput,
  PutScalingPolicyCommandInput,
  PutScalingPolicyCommandOutput,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { uuid } from '../ecs/ids.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import {
  checkIdentity,
  checkName,
  checkPolicyType,
  inWords,
  invalid,
  notFound,
  page,
  requireTarget,
} from './checks.ts';
import { DIMENSION, NAMESPACE } from './state.ts';
import type { ScalableTarget, ScalingPolicy } from './state.ts';
import { track } from './tracking.ts';

/** Quota "Scaling policies per scalable target". */
const MOST_POLICIES = 50;
/** What can be tracked of an ECS service (API reference, PredefinedMetricSpecification). */
const ECS_METRICS: readonly string[] = [
  'ALBRequestCountPerTarget',
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageCPUUtilizationHighResolution',
  'ECSServiceAverageMemoryUtilization',
  'ECSServiceAverageMemoryUtilizationHighResolution',
];

/**
 * Makes a policy or changes it; the one of another type is refused. Target tracking is run (tracking.ts), step scaling only kept. Throws
 * ValidationException, ObjectNotFoundException, LimitExceededException.
 */
export function putScalingPolicy(
  input: PutScalingPolicyCommandInput,
  context: CallContext,
): Answer<PutScalingPolicyCommandOutput> {
  const name = checkName(input.PolicyName, 'policyName');
  const target = requireTarget(context.state.applicationAutoScaling, input);
  const before = target.policies.get(name);
  const type = input.PolicyType ?? before?.type ?? 'StepScaling';
  checkPolicyType(type);
  if (type === 'PredictiveScaling')
    throw invalid('The sandbox does not forecast: PredictiveScaling is not served');
  if (before !== undefined && before.type !== type) {
    throw invalid(`Policy type cannot be changed from ${before.type} to ${type}`);
  }
  const { TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: steps } = input;
  if (type === 'TargetTrackingScaling') checkTracking(tracking, steps, target, name);
  else checkSteps(input);
  if (before === undefined && target.policies.size >= MOST_POLICIES) {
    throw new AwsError(
      'LimitExceededException',
      `A scalable target can have at most ${MOST_POLICIES} scaling policies.`,
    );
  }
  const policy = before ?? created(context, target, name);
  policy.type = type;
  policy.targetTracking = tracking;
  policy.stepScaling = steps;
  policy.alarms = tracking === undefined ? [] : alarmsOf(context, target, tracking, policy);
  policy.breach = undefined;
  target.policies.set(name, policy);
  track(context, target);
  return { PolicyARN: policy.arn, Alarms: [...policy.alarms] };
}

function created(context: CallContext, target: ScalableTarget, name: string): ScalingPolicy {
  const { accountId, region, world } = context;
  return {
    arn: `arn:${partitionOf(region)}:autoscaling:${region}:${accountId}:scalingPolicy:${uuid(world)}:resource/${NAMESPACE}/${target.resourceId}:policyName/${name}`,
    name,
    createdAt: world.date(),
    type: 'StepScaling',
    targetTracking: undefined,
    stepScaling: undefined,
    alarms: [],
    breach: undefined,
  };
}

function checkTracking(
  tracking: TargetTrackingScalingPolicyConfiguration | undefined,
  steps: unknown,
  target: ScalableTarget,
  name: string,
): void {
  if (tracking === undefined || steps !== undefined) {
    throw invalid(
      'TargetTrackingScalingPolicyConfiguration, and no other configuration, is needed for the policy type TargetTrackingScaling',
    );
  }
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  if ((predefined === undefined) === (customized === undefined)) {
    throw invalid(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified',
    );
  }
  if (predefined !== undefined) {
    const { PredefinedMetricType: type = '', ResourceLabel: label } = predefined;
    if (!ECS_METRICS.includes(type))
      throw invalid(`PredefinedMetricType ${type} is not supported for ECS services`);
    if (type === 'ALBRequestCountPerTarget' && label === undefined) {
      throw invalid('ResourceLabel must be specified for PredefinedMetricType ALBRequestCountPerTarget');
    }
    if (type !== 'ALBRequestCountPerTarget' && label !== undefined) {
      throw invalid(`ResourceLabel cannot be specified for PredefinedMetricType ${type}`);
    }
  }
  if (customized !== undefined) {
    const { Metrics: queries, MetricName, Namespace, Statistic } = customized;
    const isWhole = MetricName !== undefined && Namespace !== undefined && Statistic !== undefined;
    if ((queries === undefined) !== isWhole) {
      throw invalid(
        'CustomizedMetricSpecification must have MetricName, Namespace and Statistic, or Metrics alone',
      );
    }
    if (queries !== undefined && queries.filter(({ ReturnData = true }) => ReturnData).length !== 1) {
      throw invalid('Exactly one element of Metrics must have ReturnData set to true');
    }
  }
  for (const seconds of [tracking.ScaleInCooldown, tracking.ScaleOutCooldown]) {
    if (seconds !== undefined && seconds < 0) throw invalid('Cooldown must be greater than or equal to 0');
  }
  const isTaken = [...target.policies.values()].some(
    ({ name: other, targetTracking }) =>
      other !== name &&
      targetTracking !== undefined &&
      isDeepStrictEqual(targetTracking.PredefinedMetricSpecification, predefined) &&
      isDeepStrictEqual(targetTracking.CustomizedMetricSpecification, customized),
  );
  if (isTaken)
    throw invalid('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
}

function checkSteps({
  StepScalingPolicyConfiguration: steps,
  TargetTrackingScalingPolicyConfiguration: tracking,
}: PutScalingPolicyCommandInput): void {
  if (steps === undefined || tracking !== undefined) {
    throw invalid(
      'StepScalingPolicyConfiguration, and no other configuration, is needed for the policy type StepScaling',
    );
  }
  if (steps.AdjustmentType === undefined || (steps.StepAdjustments ?? []).length === 0) {
    throw invalid('AdjustmentType and at least one step adjustment must be specified');
  }
}

/** Target tracking makes its own: the second only where it may scale in. */
function alarmsOf(
  context: CallContext,
  { resourceId }: ScalableTarget,
  { DisableScaleIn = false }: TargetTrackingScalingPolicyConfiguration,
  { alarms }: ScalingPolicy,
): ScalingPolicy['alarms'] {
  const { accountId, region, world } = context;
  const kinds = DisableScaleIn ? ['AlarmHigh'] : ['AlarmHigh', 'AlarmLow'];
  return kinds.map((kind) => {
    const known = alarms.find(({ AlarmName = '' }) => AlarmName.includes(`-${kind}-`));
    if (known !== undefined) return known;
    const AlarmName = `TargetTracking-${resourceId}-${kind}-${uuid(world)}`;
    return {
      AlarmName,
      AlarmARN: `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`,
    };
  });
}

/** Throws ValidationException, InvalidNextTokenException. */
export function describeScalingPolicies(
  input: DescribeScalingPoliciesCommandInput,
  { state }: CallContext,
): Answer<DescribeScalingPoliciesCommandOutput> {
  const all = [...state.applicationAutoScaling.targets.values()].flatMap((target) =>
    [...target.policies.values()].map(
      (policy) => [`${target.resourceId} ${policy.name}`, { target, policy }] as const,
    ),
  );
  const { ResourceId, PolicyNames = [] } = input;
  const { items, nextToken } = page(
    input,
    all,
    ({ target, policy }) =>
      (ResourceId === undefined || target.resourceId === ResourceId) &&
      (PolicyNames.length === 0 || PolicyNames.includes(policy.name)),
  );
  return {
    ScalingPolicies: items.map(({ target, policy }) => ({
      PolicyARN: policy.arn,
      PolicyName: policy.name,
      ServiceNamespace: NAMESPACE,
      ResourceId: target.resourceId,
      ScalableDimension: DIMENSION,
      PolicyType: policy.type,
      StepScalingPolicyConfiguration: policy.stepScaling,
      TargetTrackingScalingPolicyConfiguration: policy.targetTracking,
      Alarms: [...policy.alarms],
      CreationTime: policy.createdAt,
    })),
    NextToken: nextToken,
  };
}

/** Throws ValidationException, ObjectNotFoundException. */
export function deleteScalingPolicy(
  input: DeleteScalingPolicyCommandInput,
  { state }: CallContext,
): Answer<DeleteScalingPolicyCommandOutput> {
  const resourceId = checkIdentity(input);
  const policies = state.applicationAutoScaling.targets.get(resourceId)?.policies;
  if (policies?.delete(input.PolicyName ?? '') === true) return {};
  throw notFound(`No scaling policy found for ${inWords(resourceId)}, policy name: ${input.PolicyName}`);
}
