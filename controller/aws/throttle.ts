import type { Clock, Random } from '../core/ports.ts';
import { bucketOf, isGlobal } from './buckets.ts';
import type { AwsService } from './operations.ts';

const FIRST_SPACING_MS = 100;
const LONGEST_SPACING_MS = 2_000;

/** Whose buckets calls take from; undefined: the account of the controller's own credentials, and their Region. */
export interface LimitedPlace {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** The paces of one account and Region. */
export type PaceOf = (service: AwsService, operation: string) => BucketPace;

/** One pace for each account, Region and bucket, which all who call there share. */
export function createPaces(clock: Clock, random: Random): { at(place: LimitedPlace): PaceOf } {
  const paces = new Map<string, BucketPace>();
  return {
    at({ account = '', region = '' }) {
      return (service, operation) => {
        const key = `${account}/${isGlobal(service) ? '' : region}/${bucketOf(service, operation)}`;
        const pace = paces.get(key) ?? new BucketPace(clock, random);
        paces.set(key, pace);
        return pace;
      };
    },
  };
}

/**
 * Spaces the calls that take from one bucket after AWS throttled one of them, and lets them run freely again when it does not: a bucket
 * that is empty does not slow what takes from others.
 */
export class BucketPace {
  readonly #clock: Clock;
  readonly #random: Random;
  #spacingMs = 0;
  #nextAt = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Resolves when this caller's turn has come; at once while nothing was throttled. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#spacingMs === 0) return;
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#spacingMs * (0.5 + this.#random());
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  throttled(): void {
    this.#spacingMs = Math.min(LONGEST_SPACING_MS, Math.max(FIRST_SPACING_MS, this.#spacingMs * 2));
    this.#nextAt = Math.max(this.#nextAt, this.#clock.monotonic() + this.#spacingMs);
  }

  succeeded(): void {
    this.#spacingMs = this.#spacingMs < FIRST_SPACING_MS ? 0 : this.#spacingMs * 0.9;
  }
}
