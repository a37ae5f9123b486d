import type {
  Alarm,
  PolicyType,
  ScalableTargetAction,
  ScalingActivity,
  StepScalingPolicyConfiguration,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { SortedMap } from '../sorted-map.ts';

/** The one dimension that is served: how many tasks an ECS service is to have. */
export const DIMENSION = 'ecs:service:DesiredCount';
export const NAMESPACE = 'ecs';

/** What is scaled: an ECS service. */
export interface ScalableTarget {
  readonly arn: string;
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string;
  readonly createdAt: Date;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<SuspendedState>;
  readonly tags: Map<string, string>;
  /** By name. */
  readonly policies: SortedMap<ScalingPolicy>;
  /** By name. */
  readonly scheduledActions: SortedMap<ScheduledAction>;
  /** What people say that its metrics are (control), by the metric's name. */
  readonly metrics: Map<string, number>;
  /** Epoch milliseconds; undefined where it never was. */
  scaledOutAt: number | undefined;
  scaledInAt: number | undefined;
  /** When its policies look next; undefined where nothing is planned. */
  looksAt: number | undefined;
}

/** Whether a metric is beyond what its policy keeps it at. */
export type Side = 'high' | 'low';

export interface ScalingPolicy {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  type: PolicyType;
  targetTracking: TargetTrackingScalingPolicyConfiguration | undefined;
  stepScaling: StepScalingPolicyConfiguration | undefined;
  alarms: Alarm[];
  /** Since when (epoch milliseconds) its metric has been beyond its target on that side. */
  breach: { readonly side: Side; readonly since: number } | undefined;
}

/** Kept and shown; nothing runs it. */
export interface ScheduledAction {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly schedule: string;
  readonly timezone: string | undefined;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly action: ScalableTargetAction | undefined;
}

export interface ScalingState {
  /** By resource id. */
  readonly targets: SortedMap<ScalableTarget>;
  /** Newest first; they outlive their target. */
  readonly activities: ScalingActivity[];
}

export function createScalingState(): ScalingState {
  return { targets: new SortedMap(), activities: [] };
}
