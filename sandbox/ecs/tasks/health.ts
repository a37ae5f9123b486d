import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { TaskRecord } from '../state.ts';

/** ECS API reference, HealthCheck. */
const DEFAULT_INTERVAL_S = 30;
const DEFAULT_TIMEOUT_S = 5;
const DEFAULT_RETRIES = 3;

/** A check's own times, in milliseconds, and how many failures in a row count. */
export interface HealthCheckTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

export function healthCheckTimes(check: HealthCheck): HealthCheckTimes {
  return {
    intervalMs: (check.interval ?? DEFAULT_INTERVAL_S) * 1000,
    timeoutMs: (check.timeout ?? DEFAULT_TIMEOUT_S) * 1000,
    startPeriodMs: (check.startPeriod ?? 0) * 1000,
    retries: check.retries ?? DEFAULT_RETRIES,
  };
}

/** When a task's health changes, in milliseconds after RUNNING; undefined where it never does. */
export interface HealthPlan {
  readonly healthyAt: number | undefined;
  readonly unhealthyAt: number | undefined;
}

/** The essential containers' health checks decide about a task; the others' do not. */
export function healthChecksOf(task: TaskRecord): HealthCheck[] {
  const { definition } = task.rollout.taskDefinition;
  return (definition.containerDefinitions ?? []).flatMap(({ essential, healthCheck }) =>
    essential !== false && healthCheck !== undefined ? [healthCheck] : [],
  );
}

/**
 * What becomes of checks that pass, and from `failsFrom` milliseconds on fail. A check runs first one interval after the
 * start; a failure counts after the start period only, and so many as `retries` in a row make the container UNHEALTHY
 * (ECS API reference, HealthCheck).
 */
export function planHealth(checks: readonly HealthCheck[], failsFrom: number | undefined): HealthPlan {
  const plans = checks.map((check) => planCheck(check, failsFrom));
  const healthy = plans.flatMap(({ healthyAt }) => (healthyAt === undefined ? [] : [healthyAt]));
  const unhealthy = plans.flatMap(({ unhealthyAt }) => (unhealthyAt === undefined ? [] : [unhealthyAt]));
  return {
    healthyAt: healthy.length === checks.length ? Math.max(...healthy) : undefined,
    unhealthyAt: unhealthy.length > 0 ? Math.min(...unhealthy) : undefined,
  };
}

function planCheck(check: HealthCheck, failsFrom: number | undefined): HealthPlan {
  const { intervalMs, startPeriodMs, retries } = healthCheckTimes(check);
  if (failsFrom === undefined) return { healthyAt: intervalMs, unhealthyAt: undefined };
  const everPasses = failsFrom > intervalMs;
  const graceMs = everPasses ? 0 : startPeriodMs;
  const firstFailing = Math.max(1, Math.ceil(failsFrom / intervalMs));
  const firstCounted = Math.max(firstFailing, Math.floor(graceMs / intervalMs) + 1);
  return {
    healthyAt: everPasses ? intervalMs : undefined,
    unhealthyAt: (firstCounted + retries - 1) * intervalMs,
  };
}
