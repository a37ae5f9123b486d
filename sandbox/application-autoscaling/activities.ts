import type {
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  ScalingActivity,
} from '@aws-sdk/client-application-auto-scaling';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { requireActiveCluster } from '../ecs/clusters/store.ts';
import { uuid } from '../ecs/ids.ts';
import { updateService } from '../ecs/services/operations.ts';
import { findService } from '../ecs/services/store.ts';
import type { ServiceRecord } from '../ecs/state.ts';
import { AwsError } from '../error.ts';
import { page } from './checks.ts';
import { DIMENSION, NAMESPACE } from './state.ts';
import type { ScalableTarget } from './state.ts';

/** AWS shows those of six weeks. */
const MOST_ACTIVITIES = 1000;

/** The ECS service of a resource id; undefined where there is none that runs. */
export function scaledService(context: CallContext, resourceId: string): ServiceRecord | undefined {
  const [, cluster, service] = resourceId.split('/');
  try {
    const found = findService(context, requireActiveCluster(context, cluster), service);
    return found?.status === 'ACTIVE' ? found : undefined;
  } catch (thrown) {
    if (thrown instanceof AwsError) return undefined;
    throw thrown;
  }
}

/** Sets the desired count and records why, in the service's own words. */
export function scale(
  context: CallContext,
  target: ScalableTarget,
  desiredCount: number,
  cause: string,
): void {
  const [, cluster, service] = target.resourceId.split('/');
  const { world, state } = context;
  updateService({ cluster, service, desiredCount }, context);
  const activity: ScalingActivity = {
    ActivityId: uuid(world),
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    Description: `Setting desired count to ${desiredCount}.`,
    Cause: cause,
    StartTime: world.date(),
    EndTime: world.date(),
    StatusCode: 'Successful',
    StatusMessage: `Successfully set desired count to ${desiredCount}. Change successfully fulfilled by ecs.`,
  };
  const { activities } = state.applicationAutoScaling;
  activities.unshift(activity);
  if (activities.length > MOST_ACTIVITIES) activities.length = MOST_ACTIVITIES;
}

/** Newest first. Throws ValidationException, InvalidNextTokenException. */
export function describeScalingActivities(
  input: DescribeScalingActivitiesCommandInput,
  { state }: CallContext,
): Answer<DescribeScalingActivitiesCommandOutput> {
  // Pages go by position, which is as long for each.
  const entries = state.applicationAutoScaling.activities.map(
    (activity, index) => [String(index).padStart(6, '0'), activity] as const,
  );
  const { items, nextToken } = page(
    input,
    entries,
    ({ ResourceId }) => input.ResourceId === undefined || ResourceId === input.ResourceId,
  );
  return { ScalingActivities: [...items], NextToken: nextToken };
}
