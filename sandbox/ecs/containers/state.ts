import type { HealthStatus } from '@aws-sdk/client-ecs';

/** A container that is run for real. */
export interface ContainerRecord {
  readonly name: string;
  /** As the runtime knows it. */
  readonly id: string;
  /** PENDING until it has started; STARTING while the runtime is at it. */
  status: 'PENDING' | 'STARTING' | 'RUNNING' | 'STOPPED';
  health: HealthStatus;
  /** Checks that failed in a row, beyond the start period. */
  failedChecks: number;
  exitCode: number | undefined;
  /** Why it could not start. */
  reason: string | undefined;
  /** Why it never starts, as what it waits for is not as it asks; undefined while it may. */
  neverStarts: string | undefined;
  /** It was told to stop. */
  isStopping: boolean;
  /** Epoch milliseconds, undefined before. */
  startedAt: number | undefined;
}
