import type {
  DeregisterScalableTargetCommandInput,
  DeregisterScalableTargetCommandOutput,
  DescribeScalableTargetsCommandInput,
  DescribeScalableTargetsCommandOutput,
  RegisterScalableTargetCommandInput,
  RegisterScalableTargetCommandOutput,
} from '@aws-sdk/client-application-auto-scaling';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { roleArn } from '../ecs/names.ts';
import { ensureServiceLinkedRole } from '../iam/service-linked-roles.ts';
import { partitionOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import { scale, scaledService } from './activities.ts';
import { checkIdentity, inWords, invalid, notFound, page, violated, withTags } from './checks.ts';
import { forgetTarget } from './forget.ts';
import { DIMENSION, NAMESPACE } from './state.ts';
import type { ScalableTarget } from './state.ts';

const PRINCIPAL = 'ecs.application-autoscaling.amazonaws.com';
const ROLE = 'AWSServiceRoleForApplicationAutoScaling_ECSService';

/**
 * Registers an ECS service, or changes what is written. A capacity outside of the bounds is moved to the nearest of them at once (API
 * reference, RegisterScalableTarget). Throws ValidationException, TooManyTagsException.
 */
export function registerScalableTarget(
  input: RegisterScalableTargetCommandInput,
  context: CallContext,
): Answer<RegisterScalableTargetCommandOutput> {
  const resourceId = checkIdentity(input);
  const { targets } = context.state.applicationAutoScaling;
  const before = targets.get(resourceId);
  if (before !== undefined && input.Tags !== undefined && Object.keys(input.Tags).length > 0) {
    throw invalid(
      'Tags can only be given when a scalable target is created. To tag this one, use TagResource.',
    );
  }
  const { MinCapacity: min = before?.minCapacity, MaxCapacity: max = before?.maxCapacity } = input;
  if (min === undefined || max === undefined) {
    throw invalid('Minimum and maximum capacity must be specified for a new scalable target');
  }
  if (min < 0)
    throw violated(String(min), 'minCapacity', 'Member must have value greater than or equal to 0');
  if (max < min) throw invalid('Maximum capacity cannot be less than minimum capacity');
  const service = scaledService(context, resourceId);
  if (service === undefined) throw invalid(`ECS service doesn't exist: ${resourceId}`);
  if (service.schedulingStrategy === 'DAEMON') {
    throw invalid(`ECS services of the scheduling strategy DAEMON cannot be scaled: ${resourceId}`);
  }
  const target = before ?? created(context, resourceId, input.Tags ?? {});
  target.minCapacity = min;
  target.maxCapacity = max;
  target.suspended = { ...target.suspended, ...input.SuspendedState };
  if (before === undefined) {
    ensureServiceLinkedRole(context, PRINCIPAL);
    targets.set(resourceId, target);
    tagsChanged(context, target.arn, target.tags);
  }
  const { desiredCount } = service.options;
  if (desiredCount < min) scale(context, target, min, `minimum capacity was set to ${min}`);
  if (desiredCount > max) scale(context, target, max, `maximum capacity was set to ${max}`);
  return { ScalableTargetARN: target.arn };
}

function created(
  context: CallContext,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
): ScalableTarget {
  const { accountId, region, world } = context;
  const id = world.randomText(36, '0123456789abcdefghijklmnopqrstuvwxyz');
  const arn = `arn:${partitionOf(region)}:application-autoscaling:${region}:${accountId}:scalable-target/${id}`;
  return {
    arn,
    resourceId,
    createdAt: world.date(),
    minCapacity: 0,
    maxCapacity: 0,
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    tags: withTags(new Map(), tags, arn),
    policies: new SortedMap(),
    scheduledActions: new SortedMap(),
    metrics: new Map(),
    scaledOutAt: undefined,
    scaledInAt: undefined,
    looksAt: undefined,
  };
}

/** Throws ValidationException, InvalidNextTokenException. */
export function describeScalableTargets(
  input: DescribeScalableTargetsCommandInput,
  context: CallContext,
): Answer<DescribeScalableTargetsCommandOutput> {
  const { ResourceIds = [] } = input;
  const { items, nextToken } = page(
    input,
    context.state.applicationAutoScaling.targets.entries(),
    ({ resourceId }) => ResourceIds.length === 0 || ResourceIds.includes(resourceId),
  );
  const RoleARN = roleArn(context, `aws-service-role/${PRINCIPAL}/${ROLE}`);
  return {
    ScalableTargets: items.map((target) => ({
      ServiceNamespace: NAMESPACE,
      ResourceId: target.resourceId,
      ScalableDimension: DIMENSION,
      MinCapacity: target.minCapacity,
      MaxCapacity: target.maxCapacity,
      RoleARN,
      CreationTime: target.createdAt,
      SuspendedState: { ...target.suspended },
      ScalableTargetARN: target.arn,
    })),
    NextToken: nextToken,
  };
}

/** Its policies and scheduled actions go with it. Throws ValidationException, ObjectNotFoundException. */
export function deregisterScalableTarget(
  input: DeregisterScalableTargetCommandInput,
  context: CallContext,
): Answer<DeregisterScalableTargetCommandOutput> {
  const resourceId = checkIdentity(input);
  if (!forgetTarget(context, resourceId))
    throw notFound(`No scalable target found for ${inWords(resourceId)}`);
  return {};
}
