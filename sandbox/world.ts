import { seededRandom } from './seeded-random.ts';
import { timingWith } from './timing.ts';
import type { Range, Timing, TimingChanges } from './timing.ts';

/** The sandbox's only source of time, wall or virtual. */
export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; only a fault that delays an answer waits. */
  sleep(ms: number): Promise<void>;
}

export interface WorldOptions {
  readonly clock: SandboxClock;
  readonly seed: number;
  /** Simulated seconds that pass in one of the clock's. */
  readonly speed: number;
  readonly timing?: TimingChanges | undefined;
  /** Default: `healthy`. */
  readonly breaker?: BreakerCounting | undefined;
}

/**
 * What a task must have been so that the circuit breaker does not count its exit against the deployment. AWS's words differ: its staff and its
 * knowledge centre say that an exit counts unless the task had been healthy, its older guide that running was enough (reference: deployments).
 */
export type BreakerCounting = 'healthy' | 'running';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Simulated time. Nothing here uses timers: what is due happens, in order, when the next request (or `settle`)
 * asks what the world looks like now. So a sandbox costs nothing while nobody looks, never keeps a process
 * alive, and runs as well in virtual time.
 */
export class World {
  readonly timing: Timing;
  readonly breaker: BreakerCounting;
  readonly #clock: SandboxClock;
  readonly #speed: number;
  readonly #startedAt: number;
  readonly #seed: number;
  #random: () => number;
  readonly #events: Event[] = [];
  #order = 0;
  #happened = 0;
  #now: number;

  constructor(options: WorldOptions) {
    this.timing = timingWith(options.timing);
    this.breaker = options.breaker ?? 'healthy';
    this.#clock = options.clock;
    this.#speed = options.speed;
    this.#startedAt = options.clock.now();
    this.#now = this.#startedAt;
    this.#seed = options.seed;
    this.#random = seededRandom(options.seed);
  }

  /** Simulated epoch milliseconds; within an event, that event's time. */
  now(): number {
    return this.#now;
  }

  /** Epoch milliseconds as clients have them, whatever the speed: they compare the expiry of credentials with their own clock. */
  clientNow(): number {
    return this.#clock.now();
  }

  date(): Date {
    return new Date(this.#now);
  }

  /** In [0, 1), from the seed. */
  random(): number {
    return this.#random();
  }

  /** `length` characters of `alphabet`, from the seed. */
  randomText(length: number, alphabet = '0123456789abcdef'): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.#random() * alphabet.length)]).join('');
  }

  /** Some milliseconds within the range, from the seed. */
  pick({ least, most }: Range): number {
    return least === most ? least : least + this.#random() * (most - least);
  }

  /** Runs `run` once, `delayMs` simulated milliseconds from now. */
  after(delayMs: number, run: () => void): void {
    const event: Event = { at: this.#now + delayMs, order: this.#order++, run };
    this.#push(event);
  }

  /** Lets everything happen that is due by now. Called before each request is answered. */
  settle(): void {
    const target = this.#startedAt + (this.#clock.now() - this.#startedAt) * this.#speed;
    for (let next = this.#events[0]; next !== undefined && next.at <= target; next = this.#events[0]) {
      this.#pop();
      this.#now = Math.max(this.#now, next.at);
      this.#happened += 1;
      next.run();
    }
    this.#now = Math.max(this.#now, target);
  }

  /** Lets something happen now that comes from outside, after all that is due by now. */
  happen(run: () => void): void {
    this.settle();
    this.#happened += 1;
    run();
  }

  /** Forgets what is planned and begins the seed's randomness anew; time goes on. */
  reset(): void {
    this.#events.length = 0;
    this.#random = seededRandom(this.#seed);
  }

  /** Counts events that have happened: as long as it stays, the world has not changed by itself. */
  get happened(): number {
    return this.#happened;
  }

  /** Clock milliseconds until the next event, or undefined where none is planned; for tests in virtual time. */
  untilNextEvent(): number | undefined {
    const next = this.#events[0];
    return next === undefined ? undefined : Math.max(0, (next.at - this.#now) / this.#speed);
  }

  #push(event: Event): void {
    const heap = this.#events;
    heap.push(event);
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!before(heap[child]!, heap[parent]!)) break;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
      parent = least;
    }
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
