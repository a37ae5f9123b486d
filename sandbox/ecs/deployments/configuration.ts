import type {
  AvailabilityZoneRebalancing,
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  SchedulingStrategy,
} from '@aws-sdk/client-ecs';
import { invalidParameter, requireOneOf } from '../errors.ts';
import type { ServiceOptions } from '../state.ts';
import { checkAlarms, checkEarlySuccess, checkHooks, checkShifts } from './options.ts';

/** The API reference names no bound, and definitions with 400 are common. */
const MOST_PERCENT = 2_147_483_647;
const MOST_BAKE_MINUTES = 1440;
const STRATEGIES = ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'];
const THRESHOLD_TYPES = ['BOUNDED_PERCENT', 'COUNT', 'UNBOUNDED_PERCENT'];

/**
 * What was there, with what was asked for over it. The daemons of a service make room for one another, so that their percentages are 0 and 100
 * (API reference, DeploymentConfiguration). Throws InvalidParameterException.
 */
export function readDeploymentConfiguration(
  schedulingStrategy: SchedulingStrategy,
  asked: DeploymentConfiguration = {},
  before: DeploymentConfiguration = {},
): ServiceOptions['deploymentConfiguration'] {
  const isDaemon = schedulingStrategy === 'DAEMON';
  const { deploymentCircuitBreaker = before.deploymentCircuitBreaker } = asked;
  const merged = {
    alarms: { alarmNames: [], rollback: false, enable: false },
    ...before,
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
    bakeTimeInMinutes: asked.bakeTimeInMinutes ?? before.bakeTimeInMinutes ?? 0,
    strategy: asked.strategy ?? before.strategy ?? ('ROLLING' as const),
    deploymentCircuitBreaker: { rollback: false, enable: false, ...deploymentCircuitBreaker },
    maximumPercent: asked.maximumPercent ?? before.maximumPercent ?? (isDaemon ? 100 : 200),
    minimumHealthyPercent:
      asked.minimumHealthyPercent ?? before.minimumHealthyPercent ?? (isDaemon ? 0 : 100),
  };
  requireBetween('minimumHealthyPercent', merged.minimumHealthyPercent, 0, 100);
  requireBetween('maximumPercent', merged.maximumPercent, 100, MOST_PERCENT);
  requireBetween('bakeTimeInMinutes', merged.bakeTimeInMinutes, 0, MOST_BAKE_MINUTES);
  // A daemon service with these is taken, and stands still at its first deployment (terraform-aws-ecs#391).
  if (!isDaemon && merged.minimumHealthyPercent === 100 && merged.maximumPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  requireOneOf('Deployment strategy', merged.strategy, STRATEGIES);
  checkBreaker(merged.deploymentCircuitBreaker);
  checkAlarms(merged.alarms);
  checkHooks(merged.lifecycleHooks);
  checkEarlySuccess(merged);
  checkShifts(merged);
  return merged;
}

function requireBetween(name: string, value: number, least: number, most: number): void {
  if (value < least) throw invalidParameter(`${name} must be at least ${least}`);
  if (value > most) throw invalidParameter(`${name} must be at most ${most}`);
}

/** A count of tasks, or a percentage of the desired count (API reference, ThresholdConfiguration). */
function checkBreaker({ thresholdConfiguration }: DeploymentCircuitBreaker): void {
  if (thresholdConfiguration === undefined) return;
  const { type = 'BOUNDED_PERCENT', value = 50 } = thresholdConfiguration;
  requireOneOf('Circuit breaker threshold type', type, THRESHOLD_TYPES);
  const most = type === 'COUNT' ? Number.MAX_SAFE_INTEGER : 100;
  requireBetween('thresholdConfiguration.value', value, 1, most);
}

/**
 * Whether a service is rebalanced. Asked for nothing, a creation enables that where maximumPercent allows it, and an update keeps what is
 * (reference: perpetual diffs). Throws InvalidParameterException.
 */
export function readRebalancing(
  asked: AvailabilityZoneRebalancing | undefined,
  maximumPercent: number,
): AvailabilityZoneRebalancing {
  if (asked === undefined) return maximumPercent > 100 ? 'ENABLED' : 'DISABLED';
  requireOneOf('Availability Zone rebalancing', asked, ['ENABLED', 'DISABLED']);
  if (asked === 'ENABLED' && maximumPercent <= 100) {
    throw invalidParameter('AvailabilityZoneRebalancing does not support maximumPercent <= 100');
  }
  return asked;
}
