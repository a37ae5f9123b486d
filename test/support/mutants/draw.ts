import { createHash } from 'node:crypto';
import type { Mutant } from './mutant.ts';

/**
 * So many of them by chance, in the order in which they are given. What is drawn goes by a digest of the seed and the mutant's text, so that
 * the same seed draws the same, and a change elsewhere changes little of it.
 */
export function drawn<Kind extends Mutant>(
  all: readonly Kind[],
  count: number,
  seed: number,
): readonly Kind[] {
  const digested = all.map((mutant) => ({ mutant, digest: digestOf(mutant, seed) }));
  const lowest = digested.toSorted((a, b) => (a.digest < b.digest ? -1 : Number(a.digest > b.digest)));
  const chosen = new Set(lowest.slice(0, count).map(({ mutant }) => mutant));
  return all.filter((mutant) => chosen.has(mutant));
}

function digestOf({ file, mutator, context, original, replacement }: Mutant, seed: number): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, file, mutator, context, original, replacement]))
    .digest('hex');
}
