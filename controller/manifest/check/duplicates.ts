import { manifestKey } from '../../core/resource.ts';
import { reportOn, whereabouts } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { groupBy } from '../order.ts';

/**
 * Two documents with one kind and name are both refused, whichever is read first. Names that differ only in case or in
 * Unicode normalisation count as one: some AWS names, and all DNS names, do not tell them apart.
 */
export function checkDuplicates(candidates: readonly NamedCandidate[]): void {
  const byName = groupBy(candidates, ({ ref }) => `${ref.kind}/${ref.name.normalize('NFC').toLowerCase()}`);
  for (const group of byName.values()) {
    if (group.length < 2) continue;
    for (const candidate of group) {
      const others = group.filter((other) => other !== candidate);
      const places = others.map(whereabouts).join(' and ');
      const same = others.some((other) => other.ref.name === candidate.ref.name);
      const message = same
        ? `${manifestKey(candidate.ref)} is declared more than once, also at ${places}; keep one`
        : `${manifestKey(candidate.ref)} and ${manifestKey(others[0]!.ref)} at ${places} differ only in case; rename one`;
      reportOn(candidate, ['metadata', 'name'], message);
    }
  }
}
