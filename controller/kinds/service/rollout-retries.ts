import type { Service } from '@aws-sdk/client-ecs';
import type { Asked } from '../../core/asked.ts';
import { growingMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { RolloutRetry } from './observed.ts';

/** Each attempt launches tasks until the circuit breaker opens: seldom, and ever more so. */
const PAUSE = { baseMs: 300_000, ceilingMs: 3_600_000 };

interface GivenUp {
  /** ARN. */
  readonly revision: string;
  readonly deployment: string;
  readonly attempts: number;
  /** Epoch milliseconds by this host's clock. */
  readonly noticedAt: number;
}

/**
 * Tells the next attempt at a rollout that the circuit breaker has ended with tasks missing and nothing to go back to, whatever still runs of
 * the deployment before: null for any other. ECS launches nothing more then (API reference, DeploymentCircuitBreaker), although what was wrong may have been put
 * right outside of git: an image that was pushed since, an address that is free again. In memory only: a restart begins with
 * the first pause.
 */
export function rolloutRetries(clock: Clock, asked: Asked): (service: Service) => RolloutRetry | null {
  const byService = createRemembered<GivenUp>(clock);

  return ({ serviceArn = '', deployments = [], runningCount = 0, desiredCount = 0 }) => {
    const primary = deployments.find(({ status }) => status === 'PRIMARY');
    if (primary?.rolloutState === 'COMPLETED') byService.forget(serviceArn);
    // What runs may be of the deployment before.
    const running = primary?.runningCount ?? runningCount;
    if (primary?.rolloutState !== 'FAILED' || running >= desiredCount) return null;
    const { id: deployment = '', taskDefinition: revision = '' } = primary;
    const before = byService.of(serviceArn)?.value;
    const known = before?.revision === revision ? before : undefined;
    if (known?.deployment !== deployment) byService.forget(serviceArn);
    const attempts = known?.deployment === deployment ? known.attempts : (known?.attempts ?? 0) + 1;
    const noticedAt = known?.deployment === deployment ? known.noticedAt : clock.now();
    const { since } = byService.note(serviceArn, { revision, deployment, attempts, noticedAt });
    const pauseMs = growingMs(attempts, PAUSE);
    return {
      attempt: attempts + 1,
      at: noticedAt + pauseMs,
      isDue: clock.monotonic() - since >= pauseMs || asked.since(since),
    };
  };
}
