import { manifestKey } from '../../core/resource.ts';
import { nameAndPlace, othersIn, reportOn, whereabouts } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';

/**
 * Two documents with one kind and name are both refused, whichever is read first. Names that differ only in case or in
 * Unicode normalisation count as one: some AWS names, and all DNS names, do not tell them apart.
 */
export function checkDuplicates(candidates: readonly NamedCandidate[]): void {
  const byName = groupBy(candidates, ({ ref }) => `${ref.kind}/${ref.name.normalize('NFC').toLowerCase()}`);
  for (const group of byName.values()) {
    if (group.length < 2) continue;
    const spellings = groupBy(group, ({ ref }) => ref.name);
    for (const candidate of group) {
      const key = manifestKey(candidate.ref);
      const isRepeated = spellings.get(candidate.ref.name)!.length > 1;
      const message = isRepeated
        ? `${key} is declared more than once, also at ${othersIn(group, candidate, whereabouts)}; keep one`
        : `${key} differs only in case from ${othersIn(group, candidate, nameAndPlace)}; rename one`;
      reportOn(candidate, ['metadata', 'name'], message);
    }
  }
}
