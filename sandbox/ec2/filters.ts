import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';

/** Filter name → the values an item has for it. */
export type FilterTable<Item> = Readonly<Record<string, (item: Item) => readonly (string | undefined)[]>>;

const MAX_FILTER_VALUES = 200;

/**
 * Whether an item passes every filter; within a filter one value is enough, `*` and `?` are wildcards. Throws
 * InvalidParameterValue for a filter that the operation does not have (Listing and filtering, EC2 user guide).
 */
export function filterBy<Item>(
  filters: readonly Filter[] | undefined,
  table: FilterTable<Item>,
  tagsOf?: (item: Item) => ReadonlyMap<string, string>,
): (item: Item) => boolean {
  const tests = (filters ?? []).map((filter) => {
    const name = filter.Name ?? '';
    const values = filter.Values ?? [];
    if (values.length > MAX_FILTER_VALUES) {
      throw new AwsError(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is ${MAX_FILTER_VALUES}`,
      );
    }
    const valuesOf = valuesReader(name, table, tagsOf);
    const matches = valueMatcher(values);
    return (item: Item) => valuesOf(item).some((value) => value !== undefined && matches(value));
  });
  return (item) => tests.every((test) => test(item));
}

/** The values of a filter that narrows the candidates by index; undefined where it is absent or has wildcards. */
export function exactValues(filters: readonly Filter[] | undefined, name: string): string[] | undefined {
  const values = filters?.find((filter) => filter.Name === name)?.Values;
  return values === undefined || values.some(hasWildcard) ? undefined : [...new Set(values)];
}

/** The wire cannot carry an empty list: it is no list. */
export function listed<Item>(items: readonly Item[] | undefined): readonly Item[] | undefined {
  return items?.length === 0 ? undefined : items;
}

/** Filters that EC2 has, and that nothing in the sandbox has a value for. */
export function neverMatching(
  ...names: readonly string[]
): Readonly<Record<string, () => readonly string[]>> {
  return Object.fromEntries(names.map((name) => [name, () => []]));
}

export interface PageLimits {
  readonly least: number;
  readonly most: number;
}

const USUAL_LIMITS: PageLimits = { least: 5, most: 1000 };

/**
 * `MaxResults` is 5 to 1000 where the operation has no other limits; without it everything is returned (reference:
 * batches). Throws InvalidParameterValue, InvalidNextToken.
 */
export function ec2Page<Item>(
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  keep: (item: Item) => boolean,
  { least, most }: PageLimits = USUAL_LIMITS,
): Page<Item> {
  const { MaxResults: size = Infinity, NextToken: token } = request;
  if (size < least || (size > most && size !== Infinity)) {
    const expected = size < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${expected}.`,
    );
  }
  const start = startOf(token);
  if (start === undefined) {
    throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  }
  return takePage(entriesFrom(start), size, keep);
}

/** Entries of a few items in key order, from `start` on. */
export function entriesOf<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): (start: string) => Iterable<readonly [string, Item]> {
  const entries = [...new Set(items)]
    .map((item) => [keyOf(item), item] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (start) => entries.filter(([key]) => key >= start);
}

function valuesReader<Item>(
  name: string,
  table: FilterTable<Item>,
  tagsOf: ((item: Item) => ReadonlyMap<string, string>) | undefined,
): (item: Item) => readonly (string | undefined)[] {
  if (Object.hasOwn(table, name)) return table[name]!;
  if (tagsOf !== undefined && name === 'tag-key') return (item) => [...tagsOf(item).keys()];
  if (tagsOf !== undefined && name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item) => [tagsOf(item).get(key)];
  }
  throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
}

function valueMatcher(values: readonly string[]): (value: string) => boolean {
  const exact = new Set(values.filter((value) => !hasWildcard(value)));
  const patterns = values.filter(hasWildcard).map(wildcardPattern);
  return (value) => exact.has(value) || patterns.some((pattern) => pattern.test(value));
}

function hasWildcard(value: string): boolean {
  return /[*?\\]/.test(value);
}

/** A backslash makes a wildcard an ordinary character. */
function wildcardPattern(value: string): RegExp {
  const source = value.replace(/\\?[\s\S]/g, (token) => {
    if (token === '*') return '[\\s\\S]*';
    if (token === '?') return '[\\s\\S]';
    const character = token.length > 1 ? token.slice(1) : token;
    return character.replace(/[\^$.|?*+()[\]{}\\/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
