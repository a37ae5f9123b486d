import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { invalidParameter } from './errors.ts';

interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** ECS pages hold at most this many items. */
const MOST = 100;

/**
 * One page of `entries`, which come in key order, ascending or descending; `size` is the operation's default.
 * Throws InvalidParameterException for another size than 1 to 100 and for a token that is not ours.
 */
export function readPage<Item>(
  entries: Iterable<readonly [string, Item]>,
  request: PageRequest,
  options: { readonly size: number; readonly descending?: boolean },
): Page<Item> {
  const size = request.maxResults ?? options.size;
  if (!Number.isInteger(size) || size < 1 || size > MOST) {
    throw invalidParameter(`maxResults must be between 1 and ${MOST}.`);
  }
  const start = startOf(request.nextToken);
  if (start === undefined) throw invalidParameter('Invalid token.');
  return takePage(start === '' ? entries : entriesFrom(entries, start, options.descending === true), size);
}

function* entriesFrom<Item>(
  entries: Iterable<readonly [string, Item]>,
  start: string,
  descending: boolean,
): Generator<readonly [string, Item]> {
  for (const entry of entries) {
    if (descending ? entry[0] <= start : entry[0] >= start) yield entry;
  }
}
