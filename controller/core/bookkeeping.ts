import { isDigestTag } from './ownership.ts';
import type { Tags } from './resource.ts';
import { SOURCE_TAG } from './sources.ts';

/** Tags that are neither drift nor change while they are missing: an upgrade that brings one touches nothing for it (law 12). */
const BOOKKEEPING: ReadonlySet<string> = new Set([SOURCE_TAG]);

/** The wanted tags that a resource lacks, or has otherwise, as people mind it: bookkeeping is written quietly, the digest with the spec. */
export function mindedTags(wanted: Tags, actual: Tags): Tags {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => actual[key] !== value && !isDigestTag(key) && !isQuiet(key, actual),
    ),
  );
}

/** Whether there is bookkeeping that a resource may have to carry and does not. */
export function lacksBookkeeping(actual: Tags): boolean {
  return [...BOOKKEEPING].some((key) => isQuiet(key, actual));
}

/** The bookkeeping that a resource of ours does not carry yet. */
export function missingBookkeeping(wanted: Tags, actual: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => isQuiet(key, actual)));
}

function isQuiet(key: string, actual: Tags): boolean {
  return BOOKKEEPING.has(key) && actual[key] === undefined;
}
