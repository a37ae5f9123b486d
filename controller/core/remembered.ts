import type { Clock } from './ports.ts';

/** Something that is remembered. Times are on the Clock's monotonic scale. */
export interface Memory<Value> {
  readonly value: Value;
  /** Since when, without having been forgotten in between. */
  readonly since: number;
  /** When it was noted last. */
  readonly notedAt: number;
}

/** What is remembered by key from one look to the next, and since when. A memory that nobody notes for long enough is forgotten. */
export interface Remembered<Value> {
  /** Notes it as of now. */
  note(key: string, value: Value): Memory<Value>;
  of(key: string): Memory<Value> | undefined;
  forget(key: string): void;
  /** Forgets what is not to be kept. */
  keep(isKept: (key: string, value: Value) => boolean): void;
  all(): ReadonlyMap<string, Memory<Value>>;
}

/** Keeps memories in the process only: a restart begins with nothing. Without `forgottenAfterMs` none is ever forgotten. */
export function createRemembered<Value>(
  clock: Clock,
  forgottenAfterMs = Number.POSITIVE_INFINITY,
): Remembered<Value> {
  const memories = new Map<string, Memory<Value>>();

  function forgetOld(): void {
    const oldest = clock.monotonic() - forgottenAfterMs;
    // What was noted last stands last.
    for (const [key, { notedAt }] of memories) {
      if (notedAt > oldest) return;
      memories.delete(key);
    }
  }

  return {
    note(key, value) {
      forgetOld();
      const notedAt = clock.monotonic();
      const memory = { value, since: memories.get(key)?.since ?? notedAt, notedAt };
      memories.delete(key);
      memories.set(key, memory);
      return memory;
    },
    of(key) {
      forgetOld();
      return memories.get(key);
    },
    forget(key) {
      memories.delete(key);
    },
    keep(isKept) {
      for (const [key, { value }] of memories) if (!isKept(key, value)) memories.delete(key);
    },
    all() {
      forgetOld();
      return memories;
    },
  };
}
