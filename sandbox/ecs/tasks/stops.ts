import type { Range } from '../../timing.ts';
import type { Obstacle } from '../../unavailable.ts';
import type { ImageReference } from './images.ts';
import type { TaskFailure } from './state.ts';

const AT_ONCE: Range = { least: 1_000, most: 3_000 };

type PendingFailure = TaskFailure & { readonly at: 'pending' };

/** A task that ended before its containers ran, for want of `what`. */
export function uninitialized(what: string): PendingFailure {
  return {
    at: 'pending',
    stop: { code: 'TaskFailedToStart', reason: `ResourceInitializationError: ${what}` },
  };
}

/** A task whose container has no image. */
export function unpullable(container: string, why: string): PendingFailure {
  const reason = `CannotPullContainerError: pull image manifest has been retried 7 time(s): ${why}`;
  return {
    at: 'pending',
    stop: { code: 'TaskFailedToStart', reason, containerReason: reason, container },
  };
}

/** What keeps an image from being pulled (ECS Developer Guide, CannotPullContainer errors). */
export function whyUnpullable({ text, manifestUrl }: ImageReference, because: Obstacle): string {
  const why: Readonly<Record<Obstacle, string>> = {
    missing: `${text}: not found`,
    denied:
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    unreachable: `failed to do request: Head "${manifestUrl}": dial tcp 192.0.2.10:443: i/o timeout`,
  };
  return `failed to resolve ref ${text}: ${why[because]}`;
}

/** No way to Secrets Manager (ECS Developer Guide, stopped task error messages). */
export function secretsUnreachable(region: string): string {
  return `unable to pull secrets or registry auth: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret from secrets manager: operation error Secrets Manager: GetSecretValue, exceeded maximum number of attempts, https://secretsmanager.${region}.amazonaws.com: context deadline exceeded`;
}

/** A task whose container ran and ended by itself. */
export function exits(container: string, exitCode: number): TaskFailure & { readonly at: 'exit' } {
  const stop = {
    code: 'EssentialContainerExited',
    reason: 'Essential container in task exited',
    exitCode,
    container,
  } as const;
  return { at: 'exit', after: AT_ONCE, stop };
}
