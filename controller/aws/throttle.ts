import type { Clock, Random } from '../core/ports.ts';

const FIRST_SPACING_MS = 100;
const LONGEST_SPACING_MS = 2_000;

/**
 * Spaces the calls of one operation after AWS throttled it, and lets them run freely again when it does not.
 * Every operation has its own, as AWS has a bucket for each: one that is throttled does not slow the others.
 */
export class OperationPace {
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
