interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Virtual time, for the sandbox and for whoever runs on it: sleeping costs nothing, and time passes only when
 * everybody sleeps or somebody says so.
 */
export class VirtualClock {
  #now = Date.UTC(2026, 10, 22, 9, 0, 0);
  readonly #start = this.#now;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), wake: done.bind(this) };
      function done(this: VirtualClock): void {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', sleeper.wake);
        resolve();
      }
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Moves time by `ms`, waking sleepers in order; code between two sleeps runs to its next wait. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (;;) {
      await idle();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > target) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = target;
    await idle();
  }

  /** Runs `work` to its end, letting time jump to the next sleeper whenever nothing else moves. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { settled: false };
    const watched = work.finally(() => {
      state.settled = true;
    });
    watched.catch(() => undefined);
    for (;;) {
      await idle();
      if (state.settled) break;
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) continue;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return watched;
  }
}

/** Lets every promise that can move, move. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
