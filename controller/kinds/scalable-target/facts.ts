import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SCALING_ROLE_MADE } from '../../aws/linked-role.ts';
import { TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { pathsOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import { SCALABLE_TARGET_FIELDS } from './fields.ts';

export interface ScalableTargetOutputs {
  readonly arn: string;
}

/** What Application Auto Scaling makes for target tracking, as whoever puts the policy. */
const ALARM: ResourceType = {
  name: 'alarm',
  all: (place) => [regionalArn(place, 'cloudwatch', 'alarm:TargetTracking-service/*')],
};
/** User Guide, identity-based policies: permissions that scaling policies need besides. */
const ALARMS_MADE = ['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'].map(alarmed);
const ALARMS_DELETED = [alarmed('cloudwatch:DeleteAlarms')];

function alarmed(action: string) {
  return writes(action, ALARM, 'none', { sid: 'ManageScalingAlarms' });
}

export const scalableTargetFacts: KindFacts<ScalableTargetOutputs> = {
  name: 'scalable-target',
  naming: ECS_NAMING,
  scope: 'cluster',
  builtOn: ['service'],
  paths: pathsOf({ fields: SCALABLE_TARGET_FIELDS }),
  resourceType: {
    name: 'ScalableTarget',
    all: (place) => [regionalArn(place, 'application-autoscaling', 'scalable-target/*')],
  },
  waitCodes: ['FailedResourceAccessException'],
  inventoryType: 'application-autoscaling:scalable-target',
  calls: {
    // It is asked only where a service is scaled, or was by us: the policy of others has nothing of it.
    'application-autoscaling': {
      describeScalableTargets: calls(['observe'], reads('application-autoscaling:DescribeScalableTargets')),
      describeScalingPolicies: calls(['observe'], reads('application-autoscaling:DescribeScalingPolicies')),
      listTagsForResource: calls(['observe'], reads('application-autoscaling:ListTagsForResource')),
      registerScalableTarget: calls(
        ['create', 'update'],
        // The same call makes it and changes it.
        writes('application-autoscaling:RegisterScalableTarget', 'own', 'request'),
        writes('application-autoscaling:RegisterScalableTarget', 'own', 'resource'),
        writes('application-autoscaling:TagResource', 'own', 'request'),
        SCALING_ROLE_MADE,
      ),
      putScalingPolicy: calls(
        ['create', 'update'],
        writes('application-autoscaling:PutScalingPolicy', 'own', 'resource'),
        ...ALARMS_MADE,
      ),
      deleteScalingPolicy: calls(
        ['update'],
        writes('application-autoscaling:DeleteScalingPolicy', 'own', 'resource'),
        ...ALARMS_DELETED,
      ),
      deregisterScalableTarget: calls(
        ['delete'],
        writes('application-autoscaling:DeregisterScalableTarget', 'own', 'resource'),
        ...ALARMS_DELETED,
      ),
      tagResource: calls(TAGGED, writes('application-autoscaling:TagResource', 'own', 'either')),
      untagResource: calls(
        ['adopt', 'release'],
        writes('application-autoscaling:UntagResource', 'own', 'resource'),
      ),
    },
    tagging: { getResources: calls(['leftovers'], reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
