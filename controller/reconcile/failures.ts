import type { StationkeeperError } from '../core/errors.ts';
import { digest } from '../core/ownership.ts';
import type { Clock, Random } from '../core/ports.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired, Observed, ResourceId } from '../core/resource.ts';
import { whyUnseen } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';

const BACKOFF_BASE_MS = 1_000;
/** A permission that was granted, or credentials that were renewed, are noticed within this. */
const BACKOFF_CEILING_MS = 60_000;
const WAIT_MS = 2_000;
/** What would fail again is tried again this seldom, in case the world changed where we cannot see it. */
const NEVER_MS = 600_000;

/** A resource whose last mutation failed. */
export interface Failure {
  readonly id: ResourceId;
  readonly error: StationkeeperError;
  readonly attempts: number;
  /** On the Clock's monotonic scale. */
  readonly nextAttemptAt: number;
  /** Of what was wanted and what was there; a change of either is a reason to try at once. */
  readonly fingerprint: string;
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
  /** `effect`: what was done, such that the same done again would be equal. */
  succeeded(id: ResourceId, effect: string): void;
  /**
   * Whether this very thing was done since a pass last looked, so that it did not end the difference, or somebody made
   * it again. Asking forgets: the answer is for one pass.
   */
  wasInVain(id: ResourceId, effect: string): boolean;
  /** A pass found nothing to do about it. */
  settled(id: ResourceId): void;
  /** Drops what is of environments that there are no more. */
  forgetOthers(environments: readonly string[]): void;
  /** Drops an environment's failures whose time has come, or whose manifest or world has changed. */
  review(environment: string, desired: readonly Desired[], snapshot: Snapshot): void;
  /** What is to be left alone now, by resource key. */
  readonly current: ReadonlyMap<string, Failure>;
}

export function createFailures(clock: Clock, random: Random): Failures {
  const current = new Map<string, Failure>();
  /** Attempts outlive `review`, which only lets the next attempt through, and a success that may have been in vain. */
  const attempts = new Map<string, number>();
  /** What was done to a resource since a pass last looked at it. */
  const effects = new Map<string, Set<string>>();

  return {
    current,
    failed(id, error, desired, observed) {
      const key = resourceKey(id);
      const tried = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, tried);
      current.set(key, {
        id,
        error,
        attempts: tried,
        nextAttemptAt: clock.monotonic() + delayMs(error, tried, random),
        fingerprint: fingerprint(desired, observed),
      });
    },
    succeeded(id, effect) {
      const key = resourceKey(id);
      current.delete(key);
      effects.set(key, (effects.get(key) ?? new Set()).add(effect));
    },
    wasInVain(id, effect) {
      const key = resourceKey(id);
      const inVain = effects.get(key)?.has(effect) ?? false;
      effects.delete(key);
      return inVain;
    },
    settled(id) {
      attempts.delete(resourceKey(id));
      effects.delete(resourceKey(id));
    },
    forgetOthers(environments) {
      for (const [key, { id }] of current) if (!environments.includes(id.environment)) current.delete(key);
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
        if (changed) attempts.delete(key);
        if (changed || clock.monotonic() >= failure.nextAttemptAt) current.delete(key);
      }
    },
  };
}

function delayMs(error: StationkeeperError, attempts: number, random: Random): number {
  switch (error.retry) {
    case 'wait':
      return WAIT_MS;
    case 'never':
      return NEVER_MS;
    case 'backoff': {
      const ceiling = Math.min(BACKOFF_CEILING_MS, BACKOFF_BASE_MS * 2 ** (attempts - 1));
      return ceiling * (0.5 + random() / 2);
    }
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
