import { needsFrom } from '../core/outputs.ts';
import { groupBy } from '../core/order.ts';
import { ownerOf } from '../core/ownership.ts';
import { wasReleasedBy } from '../core/released.ts';
import { otherSourceOf } from '../core/sources.ts';
import { manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, Observed } from '../core/resource.ts';
import { claimIn, placeOf } from './claim.ts';
import type { PlanInput } from './input.ts';
import { seenIn } from './snapshot.ts';

/** Who asks, and what was seen. */
type Asking = Pick<PlanInput, 'owner' | 'source' | 'snapshot' | 'models'>;

/**
 * What is wanted, now that it is seen what there is and whose everything is, as its kind says that it is in AWS. What yields is wanted by the manifest whose tags it carries, or that released it,
 * as long as that names it; where there is none of it, by the first that names it. Else it is somebody's who does not name it, be it a
 * manifest of ours that did before: it is used, and stays as it is for as long as anybody names it. What is of another Region is left out.
 */
export function settled(desired: readonly Desired[], asking: Asking): readonly Desired[] {
  const needs = needsFrom(seenIn(asking.snapshot));
  const isAsWritten = ({ id, yields }: Desired): boolean =>
    yields === undefined && asking.models.get(id.kind)?.inAws === undefined;
  if (desired.every(isAsWritten)) return desired;
  return [...groupBy(desired, ({ id }) => id.kind).values()]
    .flatMap((all) => asking.models.get(all[0]!.id.kind)?.inAws?.(all, needs) ?? all)
    .flatMap((one) => (one.yields === undefined ? one : settle(one, one.yields.others, asking)));
}

function settle(one: Desired, others: readonly Desired[], asking: Asking): readonly Desired[] {
  const region = placeOf(one.id.environment, asking.snapshot)?.region;
  const here = [one, ...others].filter(
    ({ yields }) => region === undefined || (yields?.region ?? region) === region,
  );
  const [first] = here;
  if (first === undefined) return [];
  const observed = asking.snapshot.items.get(resourceKey(one.id));
  if (observed === undefined) return [first];
  return [here.find((each) => isHeldFor(each, observed, asking)) ?? { ...first, management: 'external' }];
}

/** Whether it was made for this manifest, of this source, or was released when the manifest stopped naming it. */
function isHeldFor({ id, manifest }: Desired, observed: Observed, asking: Asking): boolean {
  const { environment } = id;
  const owner = ownerOf(claimIn(environment, asking), observed.tags);
  if (owner === 'nobody') return wasReleasedBy({ owner: asking.owner, environment, manifest }, observed.tags);
  return (
    owner === 'us' &&
    otherSourceOf(asking, observed.tags) === undefined &&
    observed.manifest !== undefined &&
    manifestKey(observed.manifest) === manifestKey(manifest)
  );
}
