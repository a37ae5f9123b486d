import { NEVER_ASKED } from '../../core/asked.ts';
import type { Asked } from '../../core/asked.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { StationkeeperError } from '../../core/errors.ts';
import { digest } from '../../core/ownership.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Desired, Observed, ResourceId } from '../../core/resource.ts';
import { whyUnseen } from '../../plan/snapshot.ts';
import type { Snapshot } from '../../plan/snapshot.ts';
import { createDisputes } from './disputes.ts';
import type { Disputes } from './disputes.ts';
import type { Setback } from './setbacks.ts';

/** A permission that was granted, or credentials that were renewed, are noticed within the ceiling. */
const BACKOFF = { baseMs: 1_000, ceilingMs: 60_000 };
const WAIT_MS = 2_000;
/** Attempts for which the world is believed to settle soon. */
const SOON_ATTEMPTS = 30;
/** What would fail again is tried again this seldom, in case the world changed where we cannot see it. */
const NEVER_MS = 600_000;

/** A resource whose last mutation failed. */
interface Failure extends Setback {
  /** Of what was wanted and what was there; a change of either is a reason to try at once. */
  readonly fingerprint: string;
  /** On the Clock's monotonic scale. */
  readonly failedAt: number;
}

/**
 * Remembers failures between passes: backoff with jitter, waiting, and standing still until the manifest or the
 * world changes. In memory only: a restart tries everything once more.
 */
export interface Failures {
  failed(
    id: ResourceId,
    error: StationkeeperError,
    desired: Desired | undefined,
    observed: Observed | undefined,
  ): void;
  succeeded(id: ResourceId): void;
  /** A pass finds nothing to do about the resource. */
  settled(id: ResourceId): void;
  /** Drops what is of environments that there are no more. */
  forgetOthers(environments: readonly string[]): void;
  /** Drops an environment's failures whose time has come, that somebody asks to be tried again, or whose manifest or world has changed, and all memory of what is gone. */
  review(environment: string, desired: readonly Desired[], snapshot: Snapshot): void;
  /** Why resources are to be left alone now as a whole, by resource key. */
  held(): ReadonlyMap<string, string>;
  /** All that is left alone now, fields too, by resource key. */
  setbacks(): ReadonlyMap<string, Setback>;
  /** What was done and did not last. */
  readonly disputes: Disputes;
}

/** What is remembered of a resource from one attempt to the next. */
interface Attempts {
  readonly environment: string;
  /** Attempts so far; they outlive `review`, which only lets the next one through. */
  attempts: number;
}

export function createFailures(clock: Clock, random: Random, asked: Asked = NEVER_ASKED): Failures {
  const current = new Map<string, Failure>();
  const pasts = new Map<string, Attempts>();
  const disputes = createDisputes(clock, random, asked);

  function pastOf(id: ResourceId): Attempts {
    const key = resourceKey(id);
    const past = pasts.get(key) ?? { environment: id.environment, attempts: 0 };
    pasts.set(key, past);
    return past;
  }

  return {
    disputes,
    held: () =>
      new Map([
        ...disputes.restingWhole(),
        ...[...current].map(([key, { error }]) => [key, error.message] as const),
      ]),
    setbacks: () => new Map<string, Setback>([...disputes.setbacks(), ...current]),
    failed(id, error, desired, observed) {
      const past = pastOf(id);
      past.attempts += 1;
      current.set(resourceKey(id), {
        id,
        error,
        attempts: past.attempts,
        nextAttemptAt: clock.monotonic() + delayMs(error, past.attempts, random),
        fingerprint: fingerprint(desired, observed),
        failedAt: clock.monotonic(),
      });
    },
    succeeded(id) {
      current.delete(resourceKey(id));
    },
    settled(id) {
      pasts.delete(resourceKey(id));
    },
    forgetOthers(environments) {
      disputes.forgetOthers(environments);
      for (const [key, { id }] of current) if (!environments.includes(id.environment)) current.delete(key);
      for (const [key, past] of pasts) if (!environments.includes(past.environment)) pasts.delete(key);
    },
    review(environment, desired, snapshot) {
      const wanted = new Map(desired.map((one) => [resourceKey(one.id), one]));
      for (const [key, failure] of current) {
        if (failure.id.environment !== environment) continue;
        const isWanted = wanted.get(key);
        const observed = snapshot.items.get(key);
        const changed =
          whyUnseen(snapshot, failure.id) === undefined &&
          fingerprint(isWanted, observed) !== failure.fingerprint;
        const isNews = changed || asked.since(failure.failedAt);
        if (isNews) pasts.delete(key);
        if (isNews || clock.monotonic() >= failure.nextAttemptAt) current.delete(key);
      }
      for (const [key, past] of pasts) {
        const exists = wanted.has(key) || snapshot.items.has(key) || current.has(key);
        if (past.environment === environment && !exists) pasts.delete(key);
      }
    },
  };
}

function delayMs(error: StationkeeperError, attempts: number, random: Random): number {
  switch (error.retry) {
    case 'wait':
      return attempts <= SOON_ATTEMPTS ? WAIT_MS : backoffMs(attempts - SOON_ATTEMPTS, BACKOFF, random);
    case 'never':
      return NEVER_MS;
    case 'backoff':
      return backoffMs(attempts, BACKOFF, random);
  }
}

function fingerprint(desired: Desired | undefined, observed: Observed | undefined): string {
  return digest([
    desired?.spec ?? null,
    desired?.policy ?? null,
    observed?.state ?? null,
    observed?.tags ?? null,
  ]);
}
