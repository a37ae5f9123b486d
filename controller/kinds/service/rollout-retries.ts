import type { Service } from '@aws-sdk/client-ecs';
import type { Clock } from '../../core/ports.ts';

/** Each attempt launches tasks until the circuit breaker opens: seldom, and ever more so. */
const FIRST_PAUSE_MS = 300_000;
const LONGEST_PAUSE_MS = 3_600_000;

interface GivenUp {
  /** ARN. */
  readonly revision: string;
  readonly deployment: string;
  /** On the Clock's monotonic scale. */
  readonly since: number;
  readonly attempts: number;
}

/**
 * Tells which attempt is due of a rollout that the circuit breaker has ended with tasks missing and nothing to go back to: null
 * where none is. ECS launches nothing more then (API reference, DeploymentCircuitBreaker), although what was wrong may have been put
 * right outside of git: an image that was pushed since, an address that is free again. In memory only: a restart begins with
 * the first pause.
 */
export function rolloutRetries(clock: Clock): (service: Service) => number | null {
  const byService = new Map<string, GivenUp>();

  return ({ serviceArn = '', deployments = [], runningCount = 0, desiredCount = 0 }) => {
    const primary = deployments.find(({ status }) => status === 'PRIMARY');
    if (primary?.rolloutState === 'COMPLETED') byService.delete(serviceArn);
    if (primary?.rolloutState !== 'FAILED' || runningCount >= desiredCount) return null;
    const { id: deployment = '', taskDefinition: revision = '' } = primary;
    const before = byService.get(serviceArn);
    const known = before?.revision === revision ? before : undefined;
    const now = clock.monotonic();
    const current =
      known?.deployment === deployment
        ? known
        : { revision, deployment, since: now, attempts: (known?.attempts ?? 0) + 1 };
    byService.set(serviceArn, current);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (current.attempts - 1));
    return now - current.since >= pauseMs ? current.attempts + 1 : null;
  };
}
