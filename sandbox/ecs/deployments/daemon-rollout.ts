import type { TaskCount } from './rollout.ts';

export interface DaemonView {
  /** Instances that are to have a daemon. */
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly primary: TaskCount;
  /** What the primary replaces: the tasks of all other deployments, and every UNHEALTHY one. */
  readonly old: TaskCount;
  /** False while launches back off, or once the circuit breaker has stopped them. */
  readonly mayStart: boolean;
}

export interface DaemonMove {
  /** How many old tasks that are not healthy, and healthy ones, are stopped to make room on their instances. */
  readonly stopUnhealthy: number;
  readonly stopHealthy: number;
  /** The minimum does not let a task be stopped, and there is nothing else to do. */
  readonly blocked: boolean;
  /** Every instance has its daemon, and nothing old is left. */
  readonly done: boolean;
}

/**
 * The daemon scheduler's next move: an instance never has two, so that an old task stops before its successor starts there. By its stops healthy
 * tasks never become fewer than ceil(desired × minimum %). Source: API reference, DeploymentConfiguration; developer guide, daemon.
 */
export function nextDaemonMove(view: DaemonView): DaemonMove {
  const { desiredCount, primary, old } = view;
  const lower = Math.ceil((desiredCount * view.minimumHealthyPercent) / 100);
  const spare = Math.max(0, primary.healthy + old.healthy - lower);
  const stopUnhealthy = old.live - old.healthy;
  const stopHealthy = view.mayStart ? Math.min(old.healthy, spare) : 0;
  return {
    stopUnhealthy,
    stopHealthy,
    blocked:
      view.mayStart && old.live > 0 && stopUnhealthy + stopHealthy === 0 && primary.live === primary.healthy,
    done: primary.live === desiredCount && primary.healthy === desiredCount && old.live === 0,
  };
}
