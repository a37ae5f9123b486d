import type { KindFacts } from '../core/facts.ts';
import { ENVIRONMENT_KIND } from '../core/reference.ts';

/**
 * Kinds that are read side by side; a wave is read with what the ones before it found. The environment comes first and alone: nothing
 * is read in one that is not known to be the right one.
 *
 * @throws Error where kinds are read after each other, or after one that there is not: they would look absent and be made for ever
 */
export function wavesOf(all: readonly KindFacts[]): readonly (readonly KindFacts[])[] {
  const waves: (readonly KindFacts[])[] = [all.filter(({ name }) => name === ENVIRONMENT_KIND)];
  let left = all.filter(({ name }) => name !== ENVIRONMENT_KIND);
  while (left.length > 0) {
    const read = new Set(waves.flat().map(({ name }) => name));
    const wave = left.filter(({ readAfter = [] }) => readAfter.every((name) => read.has(name)));
    if (wave.length === 0) throw new Error(`nothing reads ${left.map(({ name }) => name).join(', ')}`);
    waves.push(wave);
    left = left.filter((facts) => !wave.includes(facts));
  }
  return waves;
}
