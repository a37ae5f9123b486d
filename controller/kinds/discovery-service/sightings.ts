import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';

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
  /** The place, by place and thing. */
  const sightings = createRemembered<string>(clock);
  return {
    look(place, seen) {
      const keyOf = (thing: string): string => `${place} ${thing}`;
      const keys = new Set(seen.map(keyOf));
      sightings.keep((key, where) => where !== place || keys.has(key));
      return seen.filter((thing) => {
        const earlier = sightings.of(keyOf(thing)) !== undefined;
        const { since } = sightings.note(keyOf(thing), place);
        return earlier && clock.monotonic() - since >= longEnoughMs;
      });
    },
    keepOnly(places) {
      sightings.keep((_key, place) => places.has(place));
    },
  };
}
