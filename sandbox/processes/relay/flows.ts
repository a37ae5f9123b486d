/** What is kept of each flow, for as long as it is used; of too many the one that was used longest ago goes. */
export interface FlowTable<T> {
  /** The flow of a key, which counts as used. */
  use(key: string, now: number): T | undefined;
  /** Puts a flow, or another one of its key; answers those that have gone for it. */
  put(key: string, flow: T, now: number): readonly T[];
  remove(key: string): void;
  /** Takes out those that match, and answers them. */
  removeWhere(matches: (flow: T) => boolean): readonly T[];
  /** Takes out those that nobody has used for long enough, and answers them. */
  removeIdle(now: number): readonly T[];
  readonly size: number;
}

/** @param idleMs how long a flow is kept that nobody uses */
export function createFlowTable<T>({
  limit,
  idleMs,
}: {
  readonly limit: number;
  readonly idleMs: number;
}): FlowTable<T> {
  /** In the order of their use. */
  const kept = new Map<string, { readonly flow: T; readonly usedAt: number }>();
  function take(key: string): readonly T[] {
    const found = kept.get(key);
    kept.delete(key);
    return found === undefined ? [] : [found.flow];
  }
  function takeWhere(matches: (one: { readonly flow: T; readonly usedAt: number }) => boolean): readonly T[] {
    return [...kept].filter(([, one]) => matches(one)).flatMap(([key]) => take(key));
  }
  return {
    use(key, now) {
      const [flow] = take(key);
      if (flow !== undefined) kept.set(key, { flow, usedAt: now });
      return flow;
    },
    put(key, flow, now) {
      const gone = [...take(key)];
      while (kept.size >= limit) {
        const [oldest = ''] = kept.keys();
        gone.push(...take(oldest));
      }
      kept.set(key, { flow, usedAt: now });
      return gone;
    },
    remove: (key) => void kept.delete(key),
    removeWhere: (matches) => takeWhere(({ flow }) => matches(flow)),
    removeIdle: (now) => takeWhere(({ usedAt }) => now - usedAt >= idleMs),
    get size() {
      return kept.size;
    },
  };
}
