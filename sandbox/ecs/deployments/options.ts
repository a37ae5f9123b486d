import type { DeploymentAlarms, DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { invalidParameter, requireOneOf } from '../errors.ts';

const MOST_ALARMS = 10;
/** Of each kind of target (developer guide, pause hooks). */
const MOST_HOOKS = 10;
const MOST_HOOK_MINUTES = 20_160;
const TARGETS = ['AWS_LAMBDA', 'PAUSE'];
const STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];
/** The stages at which traffic moves, where nobody can wait (developer guide, pause hooks). */
const NOT_PAUSED = ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/** Alarms that are watched have names (API reference, DeploymentAlarms). Throws InvalidParameterException. */
export function checkAlarms({ alarmNames = [], enable }: Partial<DeploymentAlarms> = {}): void {
  if (enable === true && alarmNames.length === 0) {
    throw invalidParameter('alarmNames can not be empty when deployment alarms are enabled.');
  }
  if (alarmNames.length > MOST_ALARMS) {
    throw invalidParameter(`alarmNames can have at most ${MOST_ALARMS} items.`);
  }
  if (new Set(alarmNames).size < alarmNames.length) {
    throw invalidParameter('alarmNames contains an alarm twice.');
  }
}

/** What runs or waits while a deployment goes on (API reference, DeploymentLifecycleHook). Throws InvalidParameterException. */
export function checkHooks(hooks: readonly DeploymentLifecycleHook[] = []): void {
  for (const hook of hooks) checkHook(hook);
  for (const target of TARGETS) {
    if (hooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === target).length > MOST_HOOKS) {
      throw invalidParameter(`lifecycleHooks can have at most ${MOST_HOOKS} items of type ${target}.`);
    }
  }
}

function checkHook(hook: DeploymentLifecycleHook): void {
  const { targetType = 'AWS_LAMBDA', hookTargetArn, roleArn, lifecycleStages = [] } = hook;
  requireOneOf('lifecycleHooks.targetType', targetType, TARGETS);
  if (lifecycleStages.length === 0) throw invalidParameter('lifecycleStages can not be empty.');
  for (const stage of lifecycleStages) requireOneOf('lifecycleStages', stage, STAGES);
  const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = hook.timeoutConfiguration ?? {};
  if (timeoutInMinutes < 1 || timeoutInMinutes > MOST_HOOK_MINUTES) {
    throw invalidParameter(`timeoutInMinutes must be between 1 and ${MOST_HOOK_MINUTES}.`);
  }
  requireOneOf('timeoutConfiguration.action', action, ['CONTINUE', 'ROLLBACK']);
  if (targetType === 'PAUSE') {
    const unfit = lifecycleStages.find((stage) => NOT_PAUSED.includes(stage));
    if (unfit !== undefined) throw invalidParameter(`A PAUSE hook is not supported at the stage ${unfit}.`);
    if (hookTargetArn !== undefined || roleArn !== undefined) {
      throw invalidParameter('hookTargetArn and roleArn are not supported for a PAUSE hook.');
    }
    return;
  }
  if (!hookTargetArn) throw invalidParameter('hookTargetArn should not be null or empty.');
  if (!roleArn) throw invalidParameter('roleArn should not be null or empty.');
}

/** Success before every task is replaced (API reference, DeploymentEarlySuccessCriteria). Throws InvalidParameterException. */
export function checkEarlySuccess({
  earlySuccessCriteria,
  minimumHealthyPercent = 0,
}: DeploymentConfiguration): void {
  if (earlySuccessCriteria === undefined) return;
  const { enable, healthyPercent, sourceServiceRevisionCleanup } = earlySuccessCriteria;
  if (sourceServiceRevisionCleanup !== undefined) {
    requireOneOf('sourceServiceRevisionCleanup', sourceServiceRevisionCleanup, ['BLOCKING', 'DEFERRED']);
  }
  if (healthyPercent !== undefined && (healthyPercent < 0 || healthyPercent > 100)) {
    throw invalidParameter('earlySuccessCriteria.healthyPercent must be between 0 and 100.');
  }
  if (enable !== true) return;
  if (healthyPercent === undefined || sourceServiceRevisionCleanup === undefined) {
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup must be specified when earlySuccessCriteria is enabled.',
    );
  }
  if (healthyPercent < minimumHealthyPercent) {
    throw invalidParameter(
      'earlySuccessCriteria.healthyPercent must be greater than or equal to minimumHealthyPercent.',
    );
  }
}

/** How traffic is shifted is for the strategies that shift it (API reference, DeploymentConfiguration). Throws InvalidParameterException. */
export function checkShifts({
  strategy,
  linearConfiguration,
  canaryConfiguration,
}: DeploymentConfiguration): void {
  if (linearConfiguration !== undefined && strategy !== 'LINEAR') {
    throw invalidParameter('linearConfiguration is only valid when the deployment strategy is LINEAR.');
  }
  if (canaryConfiguration !== undefined && strategy !== 'CANARY') {
    throw invalidParameter('canaryConfiguration is only valid when the deployment strategy is CANARY.');
  }
}
