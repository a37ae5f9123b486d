import { displayId, resourceKey } from '../../../controller/core/resource.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';

const MINUTE_MS = 60_000;
/** The pauses double from one second on: seven attempts fit into a minute, and some more where what is there changes in between. */
const MOST_IN_A_MINUTE = 14;

/** Sees pass by pass that what fails is tried again ever more seldom: why not, where one is not. Times are on the clock's monotonic scale. */
export function createAttempts(): (result: PassResult) => string | undefined {
  const failed = new Map<string, readonly number[]>();
  return ({ outcomes, revisions, finishedAtMonotonic: at }) => {
    for (const { id, error } of outcomes) {
      if (error?.retry !== 'backoff') continue;
      // What git says anew is tried at once.
      const key = `${resourceKey(id)} of ${revisions.get(id.environment)}`;
      const lately = [...(failed.get(key) ?? []).filter((before) => before > at - MINUTE_MS), at];
      failed.set(key, lately);
      if (lately.length > MOST_IN_A_MINUTE)
        return `${displayId(id)} was tried ${lately.length} times within a minute, although each attempt failed`;
    }
    return undefined;
  };
}
