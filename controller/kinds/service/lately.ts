import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import { resourceKey } from '../../core/resource.ts';
import type { ResourceId } from '../../core/resource.ts';

/**
 * How long a service is remembered: longer than AWS's reads lag behind what was made (reference: faults, stale read; GetResources lags the
 * most).
 */
const READS_LAG_MS = 15_000;

/**
 * Services of ours that were there moments ago. A list that lags may leave out what it has shown before, and what such a service runs
 * on must not be taken for unused: absence is believed when AWS says that it ended, or once no read can be so old.
 */
export interface LatelySeen {
  /** Those that are not among `ids` and may still be there. */
  besides(ids: readonly ResourceId[]): readonly ResourceId[];
  saw(id: ResourceId): void;
  /** It has ended, or is ours no more. */
  ended(id: ResourceId): void;
}

export function createLatelySeen(clock: Clock): LatelySeen {
  const seen = createRemembered<ResourceId>(clock, READS_LAG_MS);
  return {
    besides(ids) {
      const keys = new Set(ids.map(resourceKey));
      return [...seen.all()].flatMap(([key, { value: id }]) => (keys.has(key) ? [] : [id]));
    },
    saw: (id) => void seen.note(resourceKey(id), id),
    ended: (id) => seen.forget(resourceKey(id)),
  };
}
