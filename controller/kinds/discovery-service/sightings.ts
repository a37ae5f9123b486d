import type { Clock } from '../../core/ports.ts';

/** Since when something has been seen, look by look; told once it has been for long enough. */
export interface Sightings {
  /**
   * `seen` is all that is there now, in the place that was looked at; what is not among it is forgotten. Returns what was
   * seen at an earlier look too, and for long enough.
   */
  look(place: string, seen: readonly string[]): readonly string[];
  /** Forgets every other place. */
  keepOnly(places: ReadonlySet<string>): void;
}

export function createSightings(clock: Clock, longEnoughMs: number): Sightings {
  const since = new Map<string, ReadonlyMap<string, number>>();
  return {
    look(place, seen) {
      const now = clock.monotonic();
      const before = since.get(place);
      if (seen.length === 0) since.delete(place);
      else since.set(place, new Map(seen.map((thing) => [thing, before?.get(thing) ?? now])));
      return seen.filter((thing) => {
        const first = before?.get(thing);
        return first !== undefined && now - first >= longEnoughMs;
      });
    },
    keepOnly(places) {
      for (const place of since.keys()) if (!places.has(place)) since.delete(place);
    },
  };
}
