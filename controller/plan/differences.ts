import { withoutDigest } from '../core/ownership.ts';
import type { FieldChange, Tags } from '../core/resource.ts';

export function tagChanges(wanted: Tags, actual: Tags): readonly FieldChange[] {
  return Object.entries(withoutDigest(wanted))
    .filter(([key, value]) => actual[key] !== value)
    .map(
      ([key, value]) =>
        ({ path: `tags.${key}`, from: actual[key] ?? null, to: value, by: 'update' }) as const,
    );
}

/** An ignored path covers everything below it: `containers[xray]` ignores its image too. */
export function isIgnored(ignored: readonly string[], path: string): boolean {
  return ignored.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  );
}

export function ignoredReason(changes: readonly FieldChange[]): string {
  return changes.length === 0 ? '' : `drift ignored: ${changes.map((change) => change.path).join(', ')}`;
}
