import { TAG_PREFIX } from './ownership.ts';
import type { Tags } from './resource.ts';

/**
 * Names the optional fields that are ours of a resource since a manifest said them, so that they go back to what they are without a word
 * when the manifest says them no more.
 */
const SETS_TAG = `${TAG_PREFIX}sets`;

/** The tag, for these fields of what git wants; none where it says none of them. */
export function saidTag<Field extends string>(
  spec: Readonly<Partial<Record<Field, unknown>>>,
  optional: readonly Field[],
): Tags {
  const said = optional.filter((field) => spec[field] !== undefined);
  return said.length === 0 ? {} : { [SETS_TAG]: said.join(' ') };
}

/** The fields that a manifest said when the resource was last written. */
export function saidIn(tags: Tags): ReadonlySet<string> {
  return new Set((tags[SETS_TAG] ?? '').split(' ').filter((field) => field !== ''));
}
