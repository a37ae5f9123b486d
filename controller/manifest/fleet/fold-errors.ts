import type { Candidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';
import type { ManifestError } from '../manifest.ts';
import { definitionOf } from './instances.ts';

/** A document with what is wrong with it. */
interface Told {
  readonly candidate: Candidate;
  readonly errors: readonly ManifestError[];
}

/**
 * What is wrong in every Environment of a definition is told once, and is of no Environment. What is wrong in some of them names each, as its object
 * there alone is left as it is.
 */
export function foldedErrors(told: readonly Told[]): readonly ManifestError[] {
  const groups = new Map<Candidate, Told[]>();
  for (const one of told) {
    const definition = definitionOf(one.candidate) ?? one.candidate;
    const instances = groups.get(definition);
    if (instances === undefined) groups.set(definition, [one]);
    else instances.push(one);
  }
  return [...groups].flatMap(([definition, instances]) => {
    if (instances[0]?.candidate === definition) return instances.flatMap(({ errors }) => errors);
    const all = instances.flatMap(({ errors }) => errors);
    return [...groupBy(all, placeAndText).values()].flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      if (same.length < instances.length) {
        return same.map((error) => ({
          ...error,
          message: `in Environment/${error.environment ?? ''}: ${error.message}`,
        }));
      }
      const { environment: _everywhere, ...error } = first;
      return [error];
    });
  });
}

function placeAndText({ line, column, path, message }: ManifestError): string {
  return JSON.stringify([line, column, path, message]);
}
