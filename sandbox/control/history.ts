import { copyState } from './copy-state.ts';

interface Moment<State> {
  readonly at: number;
  readonly version: number;
  readonly state: State;
}

/** Copies take memory: of a long time, the oldest are forgotten. */
const REMEMBERED = 64;

/** What the state was at earlier times; kept only while reads lag. */
export class History<State> {
  #moments: Moment<State>[] = [];

  /**
   * Remembers the state as it is at `at`, unless it is of the version that it was last, and forgets what nobody asks for
   * who looks at most `longestMs` back.
   */
  record(
    state: State,
    { at: now, version, longestMs }: { at: number; version: number; longestMs: number },
  ): void {
    if (this.#moments.at(-1)?.version !== version) {
      this.#moments.push({ at: now, version, state: copyState(state) });
    }
    const firstNeeded = this.#moments.findLastIndex(({ at }) => at <= now - longestMs);
    this.#moments = this.#moments.slice(Math.max(0, firstNeeded, this.#moments.length - REMEMBERED));
  }

  /** The state at `time`, or the oldest that is remembered. */
  at(time: number): State | undefined {
    return (this.#moments.findLast(({ at }) => at <= time) ?? this.#moments[0])?.state;
  }

  clear(): void {
    this.#moments = [];
  }
}
