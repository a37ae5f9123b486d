import type { ContainerDefinition, HealthCheck } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';

/** API reference, ContainerRestartPolicy. */
const MOST_IGNORED_EXIT_CODES = 50;

/** What every launch type asks of how a container starts, stays up and stops. Throws ClientException. */
export function checkLifetime(container: ContainerDefinition, setting: string): void {
  for (const name of ['startTimeout', 'stopTimeout'] as const) {
    if ((container[name] ?? 0) < 0) throw clientError(`${setting} '${name}' must not be negative.`);
  }
  if (container.healthCheck !== undefined) checkHealthCheck(container.healthCheck, container.name, setting);
  checkRestartPolicy(container, setting);
}

/**
 * Bounds: API reference, HealthCheck. A command that begins with neither CMD nor CMD-SHELL is taken (aws-cdk#34389). AWS's texts of the upper
 * bounds: cdk-preflight, measured in September 2026.
 */
function checkHealthCheck(check: HealthCheck, container: string | undefined, setting: string): void {
  const [type, ...command] = check.command ?? [];
  if (type === undefined || ((type === 'CMD' || type === 'CMD-SHELL') && command.length === 0)) {
    throw clientError(`${setting} The health check command should not be empty.`);
  }
  for (const [name, value, least, most] of [
    ['interval', check.interval, 5, 300],
    ['timeout', check.timeout, 2, 60],
    ['retries', check.retries, 1, 10],
    ['startPeriod', check.startPeriod, 0, 300],
  ] as const) {
    if (value === undefined || (value >= least && value <= most)) continue;
    const bound =
      value > most
        ? `less than or equal to the maximum allowed value ${most}`
        : `greater than or equal to the minimum allowed value ${least}`;
    throw clientError(`Health check ${name} must be ${bound} for container '${container}'`);
  }
}

/** AWS's text of the period: cdk-preflight, measured in September 2026. */
function checkRestartPolicy({ name, restartPolicy }: ContainerDefinition, setting: string): void {
  if (restartPolicy === undefined) return;
  const { enabled, ignoredExitCodes = [], restartAttemptPeriod = 300 } = restartPolicy;
  if (enabled === undefined) throw clientError('ContainerRestartPolicy.enabled should not be null or empty.');
  if (ignoredExitCodes.length > MOST_IGNORED_EXIT_CODES) {
    throw clientError(`${setting} 'ignoredExitCodes' can have at most ${MOST_IGNORED_EXIT_CODES} items.`);
  }
  if (restartAttemptPeriod < 60 || restartAttemptPeriod > 1800) {
    throw clientError(
      `The 'restartAttemptPeriod' setting for container '${name}' must be between 60 and 1800.`,
    );
  }
}
