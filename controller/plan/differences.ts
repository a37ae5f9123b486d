import { wantedTags, withoutDigest } from '../core/ownership.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed, Tags } from '../core/resource.ts';
import { claimIn } from './claim.ts';
import { modelOf, needsOf } from './context.ts';
import type { PlanContext } from './context.ts';
import type { Resting } from './input.ts';

/** In what something that exists differs from what git wants of it. */
export interface Differences {
  /** It exists without an owner, and is taken over. */
  readonly adopts: boolean;
  /** That it shall carry. */
  readonly tags: Tags;
  readonly all: readonly FieldChange[];
  /** Those that the manifest does not ignore. */
  readonly minded: readonly FieldChange[];
  /** Those of them that are not left alone for now. */
  readonly differing: readonly FieldChange[];
  /** Those of them that may be made. */
  readonly changes: readonly FieldChange[];
  /** Why some are left alone for now. */
  readonly rests: Resting | undefined;
}

export function differencesOf(
  desired: Desired,
  observed: Observed,
  adopts: boolean,
  context: PlanContext,
): Differences {
  const { environment, kind } = desired.id;
  const model = modelOf(context, kind);
  const tags = wantedTags(claimIn(environment, context), desired, model.facts);
  const all = [
    ...model.diff(desired, observed, needsOf(context, environment)),
    ...tagChanges(tags, observed.tags),
  ];
  const rests = context.resting?.get(resourceKey(desired.id));
  const minded = context.protection
    .withheld(desired.id, all)
    .filter(({ path }) => !isIgnored(desired.policy.ignoreDrift, path));
  const differing = minded.filter(({ path }) => rests?.paths.has(path) !== true);
  const changes = differing.filter(({ held }) => held === undefined);
  return { adopts, tags, all, minded, differing, changes, rests };
}

export function intentFor(changes: readonly FieldChange[]): 'update' | 'replace' {
  return changes.some(({ by }) => by === 'replace') ? 'replace' : 'update';
}

export function tagChanges(wanted: Tags, actual: Tags): readonly FieldChange[] {
  return Object.entries(withoutDigest(wanted))
    .filter(([key, value]) => actual[key] !== value)
    .map(
      ([key, value]) =>
        ({ path: `tags.${key}`, from: actual[key] ?? null, to: value, by: 'update' }) as const,
    );
}

/** An ignored path covers everything below it: `containers[xray]` ignores its image too. */
function isIgnored(ignored: readonly string[], path: string): boolean {
  return ignored.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  );
}

export function ignoredReason(changes: readonly FieldChange[]): string {
  return changes.length === 0 ? '' : `drift ignored: ${changes.map((change) => change.path).join(', ')}`;
}
