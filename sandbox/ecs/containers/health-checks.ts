import type { ContainerDefinition, HealthCheck } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { healthCheckTimes } from '../tasks/health.ts';
import type { HealthCheckTimes } from '../tasks/health.ts';
import type { ContainerRecord } from './state.ts';

/**
 * Checks a container by its own health check: first one interval after its start, then one interval after each answer. A failure within the start
 * period counts only once a check has passed; so many as `retries` in a row make it UNHEALTHY, and one that passes makes it HEALTHY (ECS API
 * reference, HealthCheck).
 */
export function checkHealth(
  { world, runtime }: CallContext,
  { healthCheck }: ContainerDefinition,
  container: ContainerRecord,
  changed: () => void,
): void {
  const command = commandOf(healthCheck);
  if (healthCheck === undefined || command === undefined) return;
  const times = healthCheckTimes(healthCheck);
  const check = { command, timeoutMs: times.timeoutMs };
  const lookLater = (): void => world.after(times.intervalMs, look);
  const look = (): void => {
    if (container.status !== 'RUNNING') return;
    runtime.check(container.id, check, (passed) =>
      world.happen(() => {
        if (container.status !== 'RUNNING') return;
        const before = container.health;
        count(container, times, { passed, at: world.now() });
        lookLater();
        if (container.health !== before) changed();
      }),
    );
  };
  lookLater();
}

function count(
  container: ContainerRecord,
  { retries, startPeriodMs }: HealthCheckTimes,
  { passed, at }: { readonly passed: boolean; readonly at: number },
): void {
  if (passed) {
    container.failedChecks = 0;
    container.health = 'HEALTHY';
    return;
  }
  const isStarting = container.health === 'UNKNOWN' && at < (container.startedAt ?? at) + startPeriodMs;
  if (isStarting) return;
  container.failedChecks += 1;
  if (container.failedChecks >= retries) container.health = 'UNHEALTHY';
}

/** As a process is started; undefined where there is nothing to check. */
function commandOf(check: HealthCheck | undefined): readonly string[] | undefined {
  const [kind, ...words] = check?.command ?? [];
  if (kind === 'CMD') return words;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : undefined;
}
