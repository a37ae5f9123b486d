import { manifestKey } from '../../core/resource.ts';
import { nameAndPlace, othersIn, reportOn, whereabouts } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';

/** Two Environments of one name are both refused: what belongs to which cannot be told. */
export function checkDuplicateEnvironments(candidates: readonly NamedCandidate[]): void {
  const environments = candidates.filter(({ ref }) => ref.kind === 'Environment');
  refuseRepeated(environments, { isSame: () => true, wayOut: 'keep one' });
}

/**
 * Two documents with one kind and name in one environment are both refused, whichever is read first. Names that differ only in case or
 * in Unicode normalisation count as one: some AWS names, and all DNS names, do not tell them apart. A document whose environment cannot
 * be known may be of any.
 */
export function checkDuplicates(
  candidates: readonly NamedCandidate[],
  environments: ReadonlyMap<NamedCandidate, string>,
): void {
  const environmentOf = (one: NamedCandidate): string | undefined => environments.get(one) ?? one.environment;
  const isSame = (a: NamedCandidate, b: NamedCandidate): boolean => {
    const [of, other] = [environmentOf(a), environmentOf(b)];
    return of === undefined || other === undefined || of === other;
  };
  const others = candidates.filter(({ ref }) => ref.kind !== 'Environment');
  const several = candidates.length - others.length > 1;
  refuseRepeated(others, {
    isSame,
    wayOut: several ? 'keep one, or give each its own environment' : 'keep one',
  });
}

interface Repetition {
  readonly isSame: (a: NamedCandidate, b: NamedCandidate) => boolean;
  /** What to do about it. */
  readonly wayOut: string;
}

function refuseRepeated(candidates: readonly NamedCandidate[], { isSame, wayOut }: Repetition): void {
  const byName = groupBy(candidates, ({ ref }) => `${ref.kind}/${ref.name.normalize('NFC').toLowerCase()}`);
  for (const group of byName.values()) {
    for (const candidate of group) {
      const rivals = group.filter((other) => other === candidate || isSame(candidate, other));
      if (rivals.length < 2) continue;
      const key = manifestKey(candidate.ref);
      const isRepeated = rivals.filter(({ ref }) => ref.name === candidate.ref.name).length > 1;
      const message = isRepeated
        ? `${key} is declared more than once, also at ${othersIn(rivals, candidate, whereabouts)}; ${wayOut}`
        : `${key} differs only in case from ${othersIn(rivals, candidate, nameAndPlace)}; rename one`;
      reportOn(candidate, ['metadata', 'name'], message);
    }
  }
}
