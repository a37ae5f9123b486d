import type { AutoScalingGroupProvider } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import { invalidParameter, requireOneOf } from '../errors.ts';

const SWITCH = ['ENABLED', 'DISABLED'];
const MOST_STEP = 10_000;
const MOST_WARMUP_S = 10_000;

/** An Auto Scaling group as a provider has it, with every default in place (API reference, ManagedScaling). Throws InvalidParameterException. */
export function readGroup(
  context: CallContext,
  { autoScalingGroupArn = '', managedScaling = {}, ...options }: AutoScalingGroupProvider,
): AutoScalingGroupProvider {
  checkArn(context, autoScalingGroupArn);
  const { managedTerminationProtection = 'DISABLED', managedDraining = 'ENABLED' } = options;
  const scaling = {
    status: managedScaling.status ?? 'DISABLED',
    targetCapacity: managedScaling.targetCapacity ?? 100,
    minimumScalingStepSize: managedScaling.minimumScalingStepSize ?? 1,
    maximumScalingStepSize: managedScaling.maximumScalingStepSize ?? MOST_STEP,
    instanceWarmupPeriod: managedScaling.instanceWarmupPeriod ?? 300,
  };
  requireOneOf('managedScaling.status', scaling.status, SWITCH);
  requireOneOf('managedTerminationProtection', managedTerminationProtection, SWITCH);
  requireOneOf('managedDraining', managedDraining, SWITCH);
  requireWithin('targetCapacity', scaling.targetCapacity, 1, 100);
  requireWithin('minimumScalingStepSize', scaling.minimumScalingStepSize, 1, MOST_STEP);
  requireWithin('maximumScalingStepSize', scaling.maximumScalingStepSize, 1, MOST_STEP);
  requireWithin('instanceWarmupPeriod', scaling.instanceWarmupPeriod, 0, MOST_WARMUP_S);
  if (managedTerminationProtection === 'ENABLED' && scaling.status === 'DISABLED') {
    throw invalidParameter(
      'The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection, managed scaling must be enabled.',
    );
  }
  return { autoScalingGroupArn, managedScaling: scaling, managedTerminationProtection, managedDraining };
}

/** Of this account and Region; the group itself is nowhere here. */
function checkArn({ region, accountId }: CallContext, arn: string): void {
  const prefix = `arn:${partitionOf(region)}:autoscaling:${region}:${accountId}:autoScalingGroup:`;
  if (arn.startsWith(prefix) && /:autoScalingGroupName\/.{1,255}$/.test(arn)) return;
  throw invalidParameter(
    'The specified Auto Scaling group ARN is invalid. Specify a valid ARN and try again.',
  );
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (value < least || value > most) throw invalidParameter(`${name} must be between ${least} and ${most}.`);
}
