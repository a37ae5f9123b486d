/**
 * ECS and EC2 refill their read buckets by 20 calls a second, which the account's other clients share: a quarter is ours. The first
 * fill costs nobody anything (reference: quotas).
 */
const PAUSE_PER_READ_MS = 200;
const READS_WITHOUT_PAUSE = 50;

/** AWS requests that looking at one environment took, and the account and Region whose rate limits they count against. */
export interface Reads {
  readonly place: string;
  readonly reads: number;
}

/**
 * The pause that the busiest account and Region needs for its read buckets. What is read elsewhere costs it nothing; what other
 * environments read in the same place does.
 */
export function leastPauseMs(looks: readonly Reads[]): number {
  const byPlace = new Map<string, number>();
  for (const { place, reads } of looks) byPlace.set(place, (byPlace.get(place) ?? 0) + reads);
  const most = Math.max(0, ...byPlace.values());
  return Math.max(0, most - READS_WITHOUT_PAUSE) * PAUSE_PER_READ_MS;
}
