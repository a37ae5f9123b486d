import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import type { World } from '../world/world.ts';
import type { Commit } from './commit.ts';
import { differences, heldForNothing, heldIn, leftovers } from './equal.ts';
import { hereIn, liveServicesIn } from './live.ts';
import { needlessRevisions } from './past.ts';
import { wantedObject, wantedOf } from './wanted.ts';

/** What is not as git wants it after the last pass, a line each. */
export function unequal(world: World, last: PassResult, commit: Commit): readonly string[] {
  const { held, unfinished } = heldIn(last);
  if (unfinished.length > 0)
    return unfinished.map((step) => `${step.type} ${step.id.kind}/${step.id.name}: ${step.reason}`);
  const { places, live } = hereIn(world);
  const wanted = wantedOf(commit, places);
  const left = held.size > 0 ? [] : leftovers(commit, places, live);
  const isExpected = (key: string): boolean => {
    const asked = wanted.resources.get(key);
    return asked !== undefined && !held.has(wantedObject(asked));
  };
  const needless = needlessRevisions(live, liveServicesIn(places), isExpected);
  const heldInVain = heldForNothing(last, commit, places, live);
  return [...differences(commit, places, live, held), ...heldInVain, ...left, ...needless];
}
