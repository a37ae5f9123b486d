/** One call that reached the sandbox. What was sent is not kept: it may hold secrets. */
export interface LoggedRequest {
  /** Counts from 1. */
  readonly number: number;
  /** ISO 8601, in simulated time. */
  readonly at: string;
  readonly accountId: string;
  readonly region: string;
  /** `ecs:CreateService`. */
  readonly operation: string;
  /** `OK`, AWS's error code, `pending` while it is not answered, or `no answer` where the connection was lost instead. */
  outcome: string;
  /** The fault that happened to it. */
  fault?: string;
}

const REMEMBERED = 1000;

/** The latest requests, and how often each operation was called. */
export class RequestLog {
  readonly #counts = new Map<string, number>();
  #latest: LoggedRequest[] = [];
  #total = 0;

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get total(): number {
    return this.#total;
  }

  /** Oldest first; at most the last 1000. */
  latest(): readonly LoggedRequest[] {
    return this.#latest.slice(-REMEMBERED);
  }

  add(request: Omit<LoggedRequest, 'number' | 'outcome' | 'fault'>): LoggedRequest {
    this.#total += 1;
    this.#counts.set(request.operation, (this.#counts.get(request.operation) ?? 0) + 1);
    const logged = { number: this.#total, ...request, outcome: 'pending' };
    this.#latest.push(logged);
    // Cut now and then instead of with every request.
    if (this.#latest.length >= 2 * REMEMBERED) this.#latest = this.#latest.slice(-REMEMBERED);
    return logged;
  }

  clear(): void {
    this.#counts.clear();
    this.#latest = [];
    this.#total = 0;
  }
}
