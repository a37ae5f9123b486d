import type { Call, SetMeddling } from './meddling.ts';

type Touch = SetMeddling['touch'];

const CPU = 'ECSServiceAverageCPUUtilization';
const MEMORY = 'ECSServiceAverageMemoryUtilization';
const NAMESPACE = { ServiceNamespace: 'ecs' };
const DIMENSION = { ...NAMESPACE, ScalableDimension: 'ecs:service:DesiredCount' };

/** What Application Auto Scaling calls the target by. */
async function targetOf(call: Call, arn: string): Promise<{ readonly ResourceId: string }> {
  const { ScalableTargets } = await call('application-autoscaling', 'DescribeScalableTargets', NAMESPACE);
  const all = ScalableTargets as readonly {
    readonly ResourceId: string;
    readonly ScalableTargetARN: string;
  }[];
  return { ResourceId: all.find(({ ScalableTargetARN }) => ScalableTargetARN === arn)?.ResourceId ?? '' };
}

function register(bounds: object): Touch {
  return async (call, { arn }) =>
    call('application-autoscaling', 'RegisterScalableTarget', {
      ...DIMENSION,
      ...(await targetOf(call, arn)),
      ...bounds,
    });
}

function track(PolicyName: string, PredefinedMetricType: string, TargetValue: number): Touch {
  return async (call, { arn }) =>
    call('application-autoscaling', 'PutScalingPolicy', {
      ...DIMENSION,
      ...(await targetOf(call, arn)),
      PolicyName,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue,
        PredefinedMetricSpecification: { PredefinedMetricType },
      },
    });
}

/** What makes the drifts of scalable targets and their scaling policies. */
export const SCALING_BY_HAND = {
  'more tasks at most': { of: 'scalable-target', touch: register({ MaxCapacity: 9 }) },
  'fewer tasks at least': { of: 'scalable-target', touch: register({ MinCapacity: 1 }) },
  "a scaling policy's other target": { of: 'scalable-target', touch: track(CPU, CPU, 42) },
  'a scaling policy that is missing': {
    of: 'scalable-target',
    touch: async (call, { arn }) =>
      call('application-autoscaling', 'DeleteScalingPolicy', {
        ...DIMENSION,
        ...(await targetOf(call, arn)),
        PolicyName: CPU,
      }),
  },
  'a scaling policy too many': { of: 'scalable-target', touch: track('by-hand', MEMORY, 70) },
  'another label of a scalable target': {
    of: 'scalable-target',
    touch: (call, { arn }) =>
      call('application-autoscaling', 'TagResource', { ResourceARN: arn, Tags: { team: 'search' } }),
  },
} as const satisfies Readonly<Record<string, SetMeddling>>;
