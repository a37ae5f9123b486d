import { isNamed } from '../candidate.ts';
import type { Candidate } from '../candidate.ts';
import { groupBy } from '../../core/order.ts';
import type { ManifestError } from '../manifest.ts';
import { declaredEnvironment } from './declared-environments.ts';
import { isOfSet } from './environment-sets.ts';
import { definitionOf } from './instances.ts';
import { someOf } from '../../core/some-of.ts';

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
  /** Its account, as far as that is said. */
  readonly account: string | undefined;
}

/**
 * What is wrong in several Environments of a definition or a set is told once: that of all as it is, that of some with how many they are and
 * their names. The object in each of them is left as it is.
 */
export function foldedErrors(told: readonly Told[]): readonly ManifestError[] {
  const accounts = accountsOf(told);
  const groups = groupBy(told, ({ candidate }) => writtenAs(candidate));
  return [...groups].flatMap(([written, made]) => {
    if (made[0]?.candidate === written) return made.flatMap(({ errors }) => errors);
    const all = made.flatMap(({ candidate, errors }) =>
      errors.map((error) => ({
        ...whereOf(candidate),
        account: accounts.get(candidate.environment ?? ''),
        error,
      })),
    );
    return [...groupBy(all, placeAndText).values()].map((same) => folded(same, made.length));
  });
}

function accountsOf(told: readonly Told[]): ReadonlyMap<string, string | undefined> {
  const environments = told
    .map(({ candidate }) => candidate)
    .filter(isNamed)
    .filter(({ ref }) => ref.kind === 'Environment')
    .map(declaredEnvironment);
  return new Map(environments.map(({ name, account }) => [name, account]));
}

/** The document as people wrote it. */
function writtenAs(candidate: Candidate): Candidate {
  return definitionOf(candidate) ?? (isOfSet(candidate) ? candidate.set : candidate);
}

function whereOf(candidate: Candidate): Pick<ToldThere, 'where' | 'named'> {
  const { environment } = candidate;
  if (environment !== undefined) return { where: `Environment/${environment}`, named: environment };
  if (!isOfSet(candidate)) return { where: candidate.file, named: candidate.file };
  const { account, region } = candidate.pair;
  const where = `account ${account} in ${region}`;
  return { where, named: where };
}

function folded(same: readonly ToldThere[], all: number): ManifestError {
  const [first] = same as readonly [ToldThere];
  return {
    ...first.error,
    message: `${prefixOf(same, all)}${messageOf(same)}`,
    objects: same.flatMap(({ error: { objects } }) => objects ?? []),
  };
}

function prefixOf(same: readonly ToldThere[], all: number): string {
  if (same.length === all) return '';
  const [first] = same as readonly [ToldThere];
  if (same.length === 1) return `in ${first.where}: `;
  const names = [...new Set(same.map(({ named }) => named))];
  return `in ${same.length} of ${all} Environments (${someOf(names)}): `;
}

/** What is said of several names none of them; where it cannot but differ, it is said of one. */
function messageOf(same: readonly ToldThere[]): string {
  const [first] = same as readonly [ToldThere];
  if (same.length === 1) return first.error.message;
  const texts = new Set(same.map(withoutWhere));
  return texts.size === 1 ? withoutWhere(first) : `such as in ${first.where}, ${first.error.message}`;
}

/** Of an account of its own each says something else, and means the same. */
function placeAndText(there: ToldThere): string {
  const { line, column, path } = there.error;
  const text = withoutWhere(there);
  return JSON.stringify([
    line,
    column,
    path,
    there.account === undefined ? text : text.replaceAll(there.account, 'its account'),
  ]);
}

function withoutWhere({ error, where }: ToldThere): string {
  const parts = error.message.split(where);
  // A longer name may begin with it.
  return parts.reduce((done, part) => `${done}${/^[\w-]/.test(part) ? where : 'the Environment'}${part}`);
}
