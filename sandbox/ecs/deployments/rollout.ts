/** Tasks meant to run, and those among them that count as healthy. */
export interface TaskCount {
  readonly live: number;
  readonly healthy: number;
}

export interface RolloutView {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly primary: TaskCount;
  /** What the primary replaces: the tasks of all other deployments, and every UNHEALTHY one. */
  readonly old: TaskCount;
  /** Among `old`, the UNHEALTHY tasks. */
  readonly sick: number;
  /** False while launches back off, or once the circuit breaker has stopped them. */
  readonly mayStart: boolean;
  /** An old deployment has completed once, so that its tasks may be replaced to keep the minimum. */
  readonly oldIsProven: boolean;
}

export interface RolloutMove {
  readonly startPrimary: number;
  readonly stopPrimary: number;
  readonly startOld: number;
  /** Of these, unhealthy ones go first; `stopOldHealthy` is the most that may be healthy ones. */
  readonly stopOld: number;
  readonly stopOldHealthy: number;
  /** The percentages allow neither a start nor a stop. */
  readonly blocked: boolean;
  /** Everything runs, and nothing old is left. */
  readonly done: boolean;
}

/**
 * The service scheduler's next move for a rolling update. Never lets healthy tasks drop below
 * ceil(desired × minimum %) by its own stops, nor live tasks rise above floor(desired × maximum %) by its
 * starts. A task that turned UNHEALTHY is replaced before it is stopped, where the maximum leaves room.
 * Source: API reference, DeploymentConfiguration.
 */
export function nextMove(view: RolloutView): RolloutMove {
  const { desiredCount, primary, old } = view;
  const lower = Math.ceil((desiredCount * view.minimumHealthyPercent) / 100);
  const upper = Math.max(
    Math.floor((desiredCount * view.maximumPercent) / 100),
    old.live === 0 ? desiredCount : 0,
  );
  const stopPrimary = Math.max(0, primary.live - desiredCount);
  const room = Math.max(0, upper - primary.live - old.live);
  const wanted = view.mayStart ? Math.max(0, desiredCount - primary.live) : 0;
  const startPrimary = Math.min(wanted, room);

  const unneeded = Math.max(0, old.live - Math.max(0, desiredCount - primary.healthy));
  const inTheWay = wanted - startPrimary;
  const spare = Math.max(0, primary.healthy + old.healthy - lower);
  const stopOldHealthy = Math.min(old.healthy, spare);
  const stopOld = Math.min(Math.max(unneeded, inTheWay), old.live - old.healthy + stopOldHealthy, old.live);

  const missing = Math.max(0, lower - primary.healthy - (old.live - view.sick));
  const startOld = view.oldIsProven ? Math.min(missing, room - startPrimary) : 0;
  return {
    startPrimary,
    stopPrimary,
    startOld: Math.max(0, startOld),
    stopOld,
    stopOldHealthy,
    blocked: inTheWay > 0 && startPrimary === 0 && stopOld === 0 && primary.live === primary.healthy,
    done: primary.live === desiredCount && primary.healthy === desiredCount && old.live === 0,
  };
}

/** Failures in a row after which the breaker opens: half the desired count, at least 3 and at most 200 by default. */
export function breakerThreshold(
  desiredCount: number,
  configuration: { readonly type?: string | undefined; readonly value?: number | undefined } | undefined,
): number {
  const value = configuration?.value ?? 50;
  if (configuration?.type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  if (configuration?.type === 'UNBOUNDED_PERCENT') return Math.max(1, share);
  return Math.min(200, Math.max(3, share));
}
