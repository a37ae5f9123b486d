import type { KindFacts } from './facts.ts';
import { manifestKey } from './resource.ts';
import type { ManifestRef, Tags } from './resource.ts';

/** Stands on what outlives its manifest by itself, so that the manifest finds it again should it come back. */
export const RELEASED_TAG = 'stationkeeper:released-from';

/** Whose a resource was until it was released. */
export interface FormerOwner {
  readonly owner: string;
  readonly environment: string;
  readonly manifest: ManifestRef;
}

/** The tags that a release leaves on a resource; none on what its manifest had to say `retain` for. */
export function tagsOfRelease(former: FormerOwner, facts: Pick<KindFacts, 'retainedByDefault'>): Tags {
  return facts.retainedByDefault === true ? { [RELEASED_TAG]: releasedFrom(former) } : {};
}

/** Whether a resource is one that was released by this owner, from this manifest in this Environment. */
export function wasReleasedBy(former: FormerOwner, tags: Tags): boolean {
  return tags[RELEASED_TAG] === releasedFrom(former);
}

function releasedFrom({ owner, environment, manifest }: FormerOwner): string {
  return `${owner}/${environment}/${manifestKey(manifest)}`;
}
