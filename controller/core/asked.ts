import type { Clock } from './ports.ts';

/** When somebody last asked that what is left alone for a while is tried at once, however often it failed. */
export interface Asked {
  /** Whether somebody has since a time on the Clock's monotonic scale. */
  since(time: number): boolean;
}

/** Where nobody can ask. */
export const NEVER_ASKED: Asked = { since: () => false };

/** Kept in memory only: a restart tries everything once more anyway. */
export function createAsked(clock: Clock): Asked & { ask(): void } {
  let at = Number.NEGATIVE_INFINITY;
  return {
    since: (time) => at > time,
    ask() {
      at = clock.monotonic();
    },
  };
}
