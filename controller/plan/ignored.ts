import { IGNORED_TAG, appliedThisSpec, digest, wantedTags } from '../core/ownership.ts';
import type { Claim } from '../core/ownership.ts';
import type { KindModel } from '../core/kind.ts';
import { isAtOrBelow, valueAt } from '../core/paths.ts';
import type { Desired, Observed, Tags } from '../core/resource.ts';

/**
 * `ignore-drift`: differences that somebody made in AWS in these fields are shown and left; what git changes in them is applied. That
 * git changed something the digest of the spec tells. Which of the ignored fields it was, is told by a digest of what git said of each
 * when that spec was applied: where AWS keeps it (a revision never changes), or in a tag beside the spec's.
 */

/** Whether a difference at a path is left as it is. `adopts`: what nobody owned is as it is because somebody made it so. */
export function leftAlone(
  desired: Desired,
  observed: Observed,
  model: KindModel,
  adopts: boolean,
): (path: string) => boolean {
  const { ignoreDrift } = desired.policy;
  if (ignoreDrift.length === 0) return () => false;
  const isApplied = adopts || appliedThisSpec(desired, observed.tags);
  const before = isApplied ? undefined : saidBefore(observed, model);
  const left = isApplied
    ? ignoreDrift
    : ignoreDrift.filter((path) => before?.(path) === said(desired, model, path));
  return (path) => left.some((above) => isAtOrBelow(path, above));
}

/** The tags that it shall carry, with what is kept for `leftAlone`; `parts` as `wantedTags` has them. */
export function tagsFor(claim: Claim, desired: Desired, model: KindModel, parts: unknown): Tags {
  const record = recordOf(desired, model);
  const tags = wantedTags(claim, desired, model.facts, parts);
  return record === '' ? tags : { ...tags, [IGNORED_TAG]: record };
}

/** What is to be kept for `leftAlone` and is not yet, of what is as git last said; undefined where nothing is. */
export function unkept(desired: Desired, observed: Observed, model: KindModel): Tags | undefined {
  if (model.saidBefore !== undefined || !appliedThisSpec(desired, observed.tags)) return undefined;
  const record = recordOf(desired, model);
  return record === '' || observed.tags[IGNORED_TAG] === record ? undefined : { [IGNORED_TAG]: record };
}

/** Digests that a tag takes, which is 256 characters: of what is beyond them, every change of the spec counts as git's. */
const MOST_RECORDED = 14;
const SHORT = 8;

function recordOf(desired: Desired, model: KindModel): string {
  const here = desired.policy.ignoreDrift.filter((path) => isOfKind(model, path));
  return here
    .slice(0, MOST_RECORDED)
    .map((path) => `${digest(path).slice(0, SHORT)}:${said(desired, model, path)}`)
    .join(' ');
}

function isOfKind({ facts: { paths = {} } }: KindModel, path: string): boolean {
  return path.startsWith('tags.') || Object.keys(paths).some((field) => isAtOrBelow(path, field));
}

function said(desired: Desired, model: KindModel, path: string): string {
  const says = model.says?.(desired) ?? (desired.spec as object);
  return shortDigest(valueAt({ tags: desired.labels, ...says }, path));
}

function saidBefore(observed: Observed, model: KindModel): (path: string) => string | undefined {
  const recorded = new Map(
    (observed.tags[IGNORED_TAG] ?? '').split(' ').map((entry) => entry.split(':') as [string, string]),
  );
  const kept = model.saidBefore?.(observed);
  return (path) =>
    recorded.get(digest(path).slice(0, SHORT)) ??
    (kept === undefined ? undefined : shortDigest(valueAt({ tags: observed.tags, ...kept }, path)));
}

function shortDigest(value: unknown): string {
  return digest(value ?? null).slice(0, SHORT);
}
