import type { Candidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';
import type { ManifestError } from '../manifest.ts';
import { isOfSet } from './environment-sets.ts';
import { definitionOf } from './instances.ts';
import { someOf } from './some-of.ts';

/** A document with what is wrong with it. */
interface Told {
  readonly candidate: Candidate;
  readonly errors: readonly ManifestError[];
}

/** What is wrong in one Environment of a definition or a set. */
interface ToldThere {
  readonly error: ManifestError;
  /** `Environment/prod`, and shorter `prod`. */
  readonly where: string;
  readonly named: string;
}

/**
 * What is wrong in several Environments of a definition or a set is told once: that of all as it is, that of some with how many they are and
 * their names. The object in each of them is left as it is.
 */
export function foldedErrors(told: readonly Told[]): readonly ManifestError[] {
  const groups = groupBy(told, ({ candidate }) => writtenAs(candidate));
  return [...groups].flatMap(([written, made]) => {
    if (made[0]?.candidate === written) return made.flatMap(({ errors }) => errors);
    const all = made.flatMap(({ candidate, errors }) =>
      errors.map((error) => ({ ...whereOf(candidate), error })),
    );
    return [...groupBy(all, placeAndText).values()].map((same) => folded(same, made.length));
  });
}

/** The document as people wrote it. */
function writtenAs(candidate: Candidate): Candidate {
  return definitionOf(candidate) ?? (isOfSet(candidate) ? candidate.set : candidate);
}

function whereOf(candidate: Candidate): Omit<ToldThere, 'error'> {
  const { environment } = candidate;
  if (environment !== undefined) return { where: `Environment/${environment}`, named: environment };
  if (!isOfSet(candidate)) return { where: candidate.file, named: candidate.file };
  const { account, region } = candidate.pair;
  const where = `account ${account} in ${region}`;
  return { where, named: where };
}

function folded(same: readonly ToldThere[], all: number): ManifestError {
  const { error, where } = same[0]!;
  const message = same.length === 1 ? error.message : withoutWhere(same[0]!);
  const names = [...new Set(same.map(({ named }) => named))];
  const prefix =
    same.length === all
      ? ''
      : same.length === 1
        ? `in ${where}: `
        : `in ${same.length} of ${all} Environments (${someOf(names)}): `;
  return {
    ...error,
    message: `${prefix}${message}`,
    objects: same.flatMap(({ error: { objects = [] } }) => objects),
  };
}

function placeAndText(there: ToldThere): string {
  const { line, column, path } = there.error;
  return JSON.stringify([line, column, path, withoutWhere(there)]);
}

/** What is said of several Environments names none of them. */
function withoutWhere({ error, where }: ToldThere): string {
  const parts = error.message.split(where);
  // A longer name may begin with it.
  return parts.reduce((done, part) => `${done}${/^[\w-]/.test(part) ? where : 'the Environment'}${part}`);
}
