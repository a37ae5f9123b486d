import type { Clock } from '../../../controller/core/ports.ts';
import type { BeforeCall } from './invariants.ts';
import { objectsWanted, removedManifest } from './invariants.ts';

/** What one process of a controller may do so often only, by what it has done. */
export interface Bounds {
  /** Why the call must not be made, by invariant; nothing where it may. */
  broken(view: BeforeCall): Readonly<Record<string, string | undefined>>;
  /** Whether the removal of an object, as `removedManifest` names it, has begun within the hour. */
  readonly isGoing: (removed: string) => boolean;
  /** The call was made, and AWS has answered that it was done. */
  readonly done: (view: BeforeCall) => void;
}

const HOUR_MS = 3_600_000;
/**
 * What is changed back is corrected three times, and then after pauses that double from a minute on: five of them fit into an hour. Some
 * more, where git changes too.
 */
const MOST_CORRECTIONS = 14;

/** `clock`: the controller's own, whose monotonic scale its pauses and periods are on. */
export function createBounds(clock: Pick<Clock, 'monotonic'>): Bounds {
  const corrections = new Map<string, readonly number[]>();
  /** Objects that were removed, by Environment and manifest, and when last. */
  const removals = new Map<string, number>();

  const since = (): number => clock.monotonic() - HOUR_MS;
  const lately = (key: string): readonly number[] =>
    (corrections.get(key) ?? []).filter((at) => at > since());

  return {
    isGoing: (removed) => (removals.get(removed) ?? Number.NEGATIVE_INFINITY) > since(),
    broken(view) {
      const { mutation } = view;
      const count = lately(correctionOf(view)).length;
      return {
        correctsEverMoreSeldom:
          count < MOST_CORRECTIONS
            ? undefined
            : `${mutation.name} makes the same of ${mutation.touched[0]?.key ?? ''} ${count + 1} times within an hour`,
        ...overBudget(view),
      };
    },
    done(view) {
      const correction = correctionOf(view);
      corrections.set(correction, [...lately(correction), clock.monotonic()]);
      const removed = removedManifest(view);
      if (removed !== undefined) removals.set(removed, clock.monotonic());
    },
  };

  function overBudget(view: BeforeCall): Readonly<Record<string, string | undefined>> {
    const removed = removedManifest(view);
    if (removed === undefined) return {};
    const [environment = '', manifest = ''] = removed.split('|');
    const wanted = objectsWanted(view);
    const lost = [...removals].flatMap(([key, at]) => (at > since() && !wanted.has(key) ? [key] : []));
    const tooMany = (gone: readonly string[]): string | undefined => {
      const objects = new Set([...gone, removed]);
      return objects.size <= view.budget
        ? undefined
        : `${view.mutation.name} takes ${removed} although ${[...objects].join(', ')} go within an hour`;
    };
    return {
      removesFewWithinAnHour: tooMany(lost.filter((key) => key.startsWith(`${environment}|`))),
      removesFewOfAFleetWithinAnHour: tooMany(lost.filter((key) => key.endsWith(`|${manifest}`))),
    };
  }
}

function correctionOf({ mutation }: BeforeCall): string {
  return `${mutation.name} ${mutation.region} ${JSON.stringify(mutation.input)}`;
}
