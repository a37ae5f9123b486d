import { manifestKey } from '../../core/resource.ts';
import { nameAndPlace, othersIn, reportOn, whereabouts } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';
import { isOfSet } from '../fleet/environment-sets.ts';
import { definitionOf, isDefinition } from '../fleet/instances.ts';

/** Two Environments of one name are refused, all of them: what belongs to which cannot be told. */
export function checkDuplicateEnvironments(candidates: readonly NamedCandidate[]): void {
  const environments = candidates.filter(({ ref }) => ref.kind === 'Environment');
  for (const group of groupsOfOneName(environments)) {
    for (const candidate of group) {
      const elsewhere = group.filter((other) => other === candidate || !areOfOneSet(candidate, other));
      if (elsewhere.length > 1) refuse(candidate, elsewhere, 'keep one');
      else reportSharedName(candidate, group);
    }
  }
}

function areOfOneSet(a: NamedCandidate, b: NamedCandidate): boolean {
  return isOfSet(a) && isOfSet(b) && a.set === b.set;
}

/** The template of a set gives several pairs one name. An account or Region that is written twice is told as such. */
function reportSharedName(candidate: NamedCandidate, group: readonly NamedCandidate[]): void {
  if (!isOfSet(candidate)) return;
  const pairs = group.flatMap((one) => (isOfSet(one) ? one.pair : []));
  const shares = { account: '${account.id} or ${account.name}', region: '${region}' };
  const missing = (['account', 'region'] as const).filter(
    (part) => new Set(pairs.map((pair) => pair[part])).size > 1,
  );
  if (missing.length === 0) return;
  const differ = missing.map((part) => shares[part]).join(' and ');
  reportOn(
    candidate,
    ['metadata', 'name'],
    `${pairs.length} Environments of the set get this name; add ${differ} to it, so that each has its own`,
  );
}

/**
 * Two documents with one kind and name in one environment are both refused, whichever is read first. Names that differ only in case or
 * in Unicode normalisation count as one: some AWS names, and all DNS names, do not tell them apart. A document whose environment cannot
 * be known may be of any; but a definition of which no Environments can be told is refused for that alone, and its namesakes go on.
 */
export function checkDuplicates(
  candidates: readonly NamedCandidate[],
  environments: ReadonlyMap<NamedCandidate, string>,
): void {
  const environmentOf = (one: NamedCandidate): string | undefined => environments.get(one) ?? one.environment;
  const declared = candidates.filter(({ ref }) => ref.kind === 'Environment');
  const others = candidates.filter((one) => one.ref.kind !== 'Environment' && !isDefinition(one));
  const several = declared.length > 1;
  for (const group of groupsOfOneName(others)) {
    const here = groupBy(group, environmentOf);
    const anywhere = here.get(undefined) ?? [];
    for (const candidate of group) {
      const environment = environmentOf(candidate);
      const rivals = environment === undefined ? group : [...here.get(environment)!, ...anywhere];
      if (rivals.length > 1) refuse(candidate, rivals, wayOut(rivals, several));
    }
  }
}

function wayOut(rivals: readonly NamedCandidate[], several: boolean): string {
  if (rivals.some((one) => definitionOf(one) !== undefined))
    return 'keep one, or write environments so that no Environment has both';
  return several ? 'keep one, or give each its own environment' : 'keep one';
}

function groupsOfOneName(candidates: readonly NamedCandidate[]): Iterable<readonly NamedCandidate[]> {
  return groupBy(candidates, ({ ref }) => `${ref.kind}/${ref.name.normalize('NFC').toLowerCase()}`).values();
}

/** @param rivals Candidate among them. */
function refuse(candidate: NamedCandidate, rivals: readonly NamedCandidate[], helps: string): void {
  const key = manifestKey(candidate.ref);
  const isRepeated = rivals.filter(({ ref }) => ref.name === candidate.ref.name).length > 1;
  const message = isRepeated
    ? `${key} is declared more than once, also at ${othersIn(rivals, candidate, whereabouts)}; ${helps}`
    : `${key} differs only in case from ${othersIn(rivals, candidate, nameAndPlace)}; rename one`;
  reportOn(candidate, ['metadata', 'name'], message);
}
