import { quotaOf, throttled } from './quotas.ts';
import type { Rate } from './quotas.ts';

/** A factor on AWS's own rates, or none of them. */
export type QuotaScale = number | 'off';

interface Level {
  tokens: number;
  /** Epoch milliseconds of the last look. */
  at: number;
}

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

interface Caller {
  readonly accountId: string;
  readonly region: string;
  readonly world: { now(): number };
}

/** The token buckets of every account and region, full at first, refilled in simulated time. */
export class Throttle {
  readonly #initialScale: QuotaScale;
  readonly #levels = new Map<string, Level>();
  #scale: QuotaScale;

  constructor(scale: QuotaScale) {
    this.#initialScale = scale;
    this.#scale = scale;
  }

  get scale(): QuotaScale {
    return this.#scale;
  }

  /** Fills every bucket. */
  setScale(scale: QuotaScale): void {
    this.#scale = scale;
    this.#levels.clear();
  }

  reset(): void {
    this.setScale(this.#initialScale);
  }

  /** Takes a token for the call. Throws AWS's throttling error where none is left. */
  take({ service, operation, input }: Call, { accountId, region, world }: Caller): void {
    if (this.#scale === 'off') return;
    const quota = quotaOf(service, operation, input);
    if (quota === undefined) return;
    const key = `${accountId}/${region}/${quota.bucket}`;
    if (!this.#take(key, scaled(quota, this.#scale), world.now())) throw throttled(service, operation);
  }

  #take(key: string, { burst, perSecond }: Rate, now: number): boolean {
    const level = this.#levels.get(key) ?? { tokens: burst, at: now };
    this.#levels.set(key, level);
    level.tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * perSecond);
    level.at = now;
    if (level.tokens < 1) return false;
    level.tokens -= 1;
    return true;
  }
}

/** A bucket holds one token at least, or nothing would ever be answered. */
function scaled({ burst, perSecond }: Rate, scale: number): Rate {
  return { burst: Math.max(1, burst * scale), perSecond: perSecond * scale };
}
