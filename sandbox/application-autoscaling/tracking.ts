import type { TargetTrackingScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import type { CallContext } from '../call.ts';
import { scale, scaledService } from './activities.ts';
import type { ScalableTarget, ScalingPolicy, Side } from './state.ts';

/** Of an ECS service, in seconds, where a policy does not say (User Guide, target tracking: cooldown periods). */
const COOLDOWN = 300;
/** A metric is low below this part of its target, so that what has just scaled in does not scale out again. */
const LOW = 0.9;

/** A policy that tracks a metric whose value is known. */
interface Tracked {
  readonly policy: ScalingPolicy;
  readonly tracking: TargetTrackingScalingPolicyConfiguration;
  readonly value: number;
}

/**
 * What people call the metric of a policy: `ECSServiceAverageCPUUtilization`, `<namespace>/<metric name>` of a customized one, and of
 * metric math the name of the policy.
 */
export function metricNameOf({ name, targetTracking }: ScalingPolicy): string {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    targetTracking ?? {};
  if (predefined !== undefined) return predefined.PredefinedMetricType ?? name;
  return customized?.MetricName === undefined ? name : `${customized.Namespace}/${customized.MetricName}`;
}

/**
 * Scales by what the metrics are now, and looks again whenever an alarm or the end of a cooldown is due. Several policies scale out to
 * the most that one of them wants, and in only where all want less (User Guide, target tracking: multiple policies).
 */
export function track(context: CallContext, target: ScalableTarget): void {
  const { world } = context;
  if (context.state.applicationAutoScaling.targets.get(target.resourceId) !== target) return;
  const service = scaledService(context, target.resourceId);
  const tracked = trackedBy(target);
  for (const one of tracked) noteBreach(one, world.now());
  if (service === undefined || tracked.length === 0) return;
  const current = service.options.desiredCount;
  const wanted = wantedCount(context, target, tracked, current);
  // While a deployment is under way nothing is scaled in (ECS Developer Guide, service auto scaling).
  const waits = wanted < current && service.deployments.length > 1;
  if (wanted !== current && !waits) move(context, target, tracked, { current, wanted });
  const next = nextLook(context, target, tracked);
  if (next !== undefined) lookAt(context, target, next);
}

function lookAt(context: CallContext, target: ScalableTarget, at: number): void {
  const { world } = context;
  if (target.looksAt === at) return;
  target.looksAt = at;
  world.after(at - world.now(), () => {
    if (target.looksAt !== at) return;
    target.looksAt = undefined;
    track(context, target);
  });
}

function trackedBy({ policies, metrics }: ScalableTarget): readonly Tracked[] {
  return [...policies.values()].flatMap((policy) => {
    const value = metrics.get(metricNameOf(policy));
    const { targetTracking: tracking } = policy;
    return value === undefined || tracking === undefined ? [] : [{ policy, tracking, value }];
  });
}

function sideOf({ tracking, value }: Tracked): Side | undefined {
  const target = tracking.TargetValue ?? 0;
  if (value > target) return 'high';
  return value < target * LOW ? 'low' : undefined;
}

function noteBreach(one: Tracked, now: number): void {
  const side = sideOf(one);
  const { policy } = one;
  if (side === policy.breach?.side) return;
  policy.breach = side === undefined ? undefined : { side, since: now };
}

/** Epoch milliseconds from which on a policy may scale to its side; undefined where it wants nothing. */
function dueAt(
  { world }: CallContext,
  target: ScalableTarget,
  { policy, tracking }: Tracked,
): number | undefined {
  const { breach } = policy;
  if (breach === undefined) return undefined;
  const { scaleOutAlarm, scaleInAlarm } = world.timing.scaling;
  if (breach.side === 'high') {
    const cooldown = (tracking.ScaleOutCooldown ?? COOLDOWN) * 1000;
    return Math.max(breach.since + scaleOutAlarm.least, (target.scaledOutAt ?? -Infinity) + cooldown);
  }
  if (tracking.DisableScaleIn === true) return undefined;
  const cooldown = (tracking.ScaleInCooldown ?? COOLDOWN) * 1000;
  return Math.max(breach.since + scaleInAlarm.least, (target.scaledInAt ?? -Infinity) + cooldown);
}

/** The desired count within the bounds that the policies come to. */
function wantedCount(
  context: CallContext,
  target: ScalableTarget,
  tracked: readonly Tracked[],
  current: number,
): number {
  const now = context.world.now();
  const isDue = (one: Tracked): boolean => (dueAt(context, target, one) ?? Infinity) <= now;
  const countOf = ({ tracking, value }: Tracked): number =>
    Math.ceil((current * value) / (tracking.TargetValue ?? 1));
  const out = tracked.filter((one) => one.policy.breach?.side === 'high' && isDue(one)).map(countOf);
  if (out.length > 0 && !target.suspended.DynamicScalingOutSuspended) {
    return Math.max(current, Math.min(target.maxCapacity, Math.max(...out)));
  }
  const mayScaleIn = tracked.filter(({ tracking }) => tracking.DisableScaleIn !== true);
  const isIn =
    mayScaleIn.length > 0 && mayScaleIn.every((one) => one.policy.breach?.side === 'low' && isDue(one));
  if (!isIn || target.suspended.DynamicScalingInSuspended) return current;
  return Math.min(current, Math.max(target.minCapacity, Math.max(...mayScaleIn.map(countOf))));
}

function move(
  context: CallContext,
  target: ScalableTarget,
  tracked: readonly Tracked[],
  { current, wanted }: { readonly current: number; readonly wanted: number },
): void {
  const isOut = wanted > current;
  const side: Side = isOut ? 'high' : 'low';
  const { policy } = tracked.find((one) => one.policy.breach?.side === side) ?? tracked[0]!;
  const alarm = policy.alarms.find(({ AlarmName = '' }) =>
    AlarmName.includes(isOut ? '-AlarmHigh-' : '-AlarmLow-'),
  );
  scale(
    context,
    target,
    wanted,
    `monitor alarm ${alarm?.AlarmName} in state ALARM triggered policy ${policy.name}`,
  );
  if (isOut) target.scaledOutAt = context.world.now();
  else target.scaledInAt = context.world.now();
}

/** Deployments end without anybody telling; where one keeps a scale-in waiting, it is looked again within a minute. */
const LOOK_AGAIN_MS = 60_000;

/** Epoch milliseconds; undefined where nothing can come of looking. */
function nextLook(
  context: CallContext,
  target: ScalableTarget,
  tracked: readonly Tracked[],
): number | undefined {
  const now = context.world.now();
  const count = scaledService(context, target.resourceId)?.options.desiredCount ?? 0;
  const due = tracked.flatMap((one) => {
    const isAtBound =
      one.policy.breach?.side === 'high' ? count >= target.maxCapacity : count <= target.minCapacity;
    const at = isAtBound ? undefined : dueAt(context, target, one);
    return at === undefined ? [] : [at <= now ? now + LOOK_AGAIN_MS : at];
  });
  return due.length === 0 ? undefined : Math.min(...due);
}
