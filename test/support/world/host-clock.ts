import type { Clock } from '../../../controller/core/ports.ts';

/** The clocks of the host that a controller runs on: they go with the world's, but for what happens to the host. */
export interface HostClock extends Clock {
  /** Moves the wall clock and nothing else, as NTP does. */
  step(ms: number): void;
  /**
   * The host stands still for so long, as a virtual machine does that is suspended: its monotonic clock does not count that time (Linux,
   * clock_gettime(2), CLOCK_MONOTONIC), and who sleeps wakes that much later.
   */
  suspend(ms: number): void;
  /** Resolves once the host goes on. */
  awake(): Promise<void>;
}

/** Sums of times are rounded: less than this is nothing. */
const ROUNDING_MS = 0.001;

export function createHostClock(world: Clock): HostClock {
  let offset = 0;
  /** Time that the monotonic clock did not count, up to the end of the last standstill. */
  let lost = 0;
  let standsStillUntil = 0;

  const leftToStand = (): number => Math.max(0, standsStillUntil - world.monotonic());
  const monotonic = (): number => world.monotonic() + leftToStand() - lost;

  function sleepUntil(until: number, signal: AbortSignal | undefined): Promise<void> {
    return world.sleep(until - monotonic() + leftToStand(), signal).then(() => {
      const isOver = until - monotonic() < ROUNDING_MS || signal?.aborted === true;
      return isOver ? undefined : sleepUntil(until, signal);
    });
  }

  return {
    now: () => world.now() + offset,
    monotonic,
    sleep: (ms, signal) => sleepUntil(monotonic() + Math.max(0, ms), signal),
    step(ms) {
      offset += ms;
    },
    suspend(ms) {
      const until = Math.max(standsStillUntil, world.monotonic() + ms);
      lost += until - Math.max(standsStillUntil, world.monotonic());
      standsStillUntil = until;
    },
    async awake() {
      while (leftToStand() > ROUNDING_MS) await world.sleep(leftToStand());
    },
  };
}
