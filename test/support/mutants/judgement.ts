import type { Mutant } from './mutant.ts';

/** What somebody found out of a mutant that no world noticed. */
export interface Judgement extends Pick<Mutant, 'file' | 'mutator' | 'context' | 'original' | 'replacement'> {
  /** Which of several alike in the file, from 1. */
  readonly nth?: number;
  /** What it changes. Behaviour that it changes counts as not caught, for all that is said here. */
  readonly changes: 'nothing' | 'words' | 'behaviour';
  readonly why: string;
}

/** The judgements by the mutants of today's code. A judgement of code that has changed is an error: it has to be judged anew. */
export function judged(
  all: readonly Mutant[],
  judgements: readonly Judgement[],
): ReadonlyMap<Mutant, Judgement> {
  const found = new Map<Mutant, Judgement>();
  const outdated: string[] = [];
  for (const judgement of judgements) {
    const alike = all.filter((mutant) => isOf(judgement, mutant));
    const mutant =
      judgement.nth === undefined && alike.length > 1 ? undefined : alike[(judgement.nth ?? 1) - 1];
    if (mutant !== undefined && !found.has(mutant)) found.set(mutant, judgement);
    else
      outdated.push(
        `${judgement.file}: ${judgement.original} → ${judgement.replacement} ${matching(alike.length)}`,
      );
  }
  if (outdated.length === 0) return found;
  throw new Error(
    `judge these anew in test/support/mutants/judgements.ts, or take them out:\n  ${outdated.join('\n  ')}`,
  );
}

function matching(count: number): string {
  if (count === 0) return 'is no mutant of this code';
  return `is one of ${count} alike (say which with "nth"), or is judged twice`;
}

function isOf(judgement: Judgement, mutant: Mutant): boolean {
  return (['file', 'mutator', 'context', 'original', 'replacement'] as const).every(
    (part) => judgement[part] === mutant[part],
  );
}
