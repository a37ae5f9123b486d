import { digest } from '../ownership.ts';
import type { ResourceId } from '../resource.ts';

/**
 * On an ECS service beside ROLLOUT_TAG: which resources git wanted when that was written. While an Environment waits for its turn, it tells
 * what is gone, and made anew, from what git has added since.
 */
export const RECORD_TAG = 'stationkeeper:rollout-resources';

const UNTOUCHED = 'untouched';
/** A tag's value takes 256 characters. */
const MOST_CHARACTERS = 240;
const LONGEST = 8;
/** Shorter ones would be equal by chance. */
const SHORTEST = 4;

/** The record of resources; one that tells nothing where they are too many for one tag. */
export function recordText(ids: readonly ResourceId[]): string {
  const width = Math.min(LONGEST, Math.floor(MOST_CHARACTERS / Math.max(1, ids.length)));
  if (width < SHORTEST) return 'none';
  return `${width}:${ids
    .map((id) => shortDigest(id, width))
    .toSorted()
    .join('')}`;
}

/** The same of an Environment that git's change did not touch, so that nobody let it begin. */
export function untouchedText(record: string): string {
  return `${record} ${UNTOUCHED}`;
}

export function isUntouched(record: string | undefined): boolean {
  return record?.endsWith(` ${UNTOUCHED}`) === true;
}

/** Whether a resource is among those of a record; undefined where the record tells nothing. */
export function isRecorded(id: ResourceId, record: string | undefined): boolean | undefined {
  const [, digits, text = ''] = /^([4-8]):([0-9a-f]*)(?: untouched)?$/.exec(record ?? '') ?? [];
  const width = Number(digits);
  if (digits === undefined || text.length % width !== 0) return undefined;
  const wanted = shortDigest(id, width);
  for (let at = 0; at < text.length; at += width) if (text.slice(at, at + width) === wanted) return true;
  return false;
}

/** The Environment is left out: it is the service's own. */
function shortDigest({ kind, name, scope = '' }: ResourceId, width: number): string {
  return digest([kind, scope, name]).slice(0, width);
}
