import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { invalidParameter } from './errors.ts';

interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

interface PageSize {
  /** Without maxResults. */
  readonly size: number;
  /** Default: 100. */
  readonly most?: number;
}

/** ECS pages hold at most this many items, but for few operations. */
const MOST = 100;

/**
 * One page of the entries that `entriesFrom` gives in key order, from a key on.
 * Throws InvalidParameterException for a size that is not from 1 to `most`, and for a token that is not ours.
 */
export function readPageFrom<Item>(
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  request: PageRequest,
  options: PageSize,
): Page<Item> {
  const most = options.most ?? MOST;
  const size = request.maxResults ?? options.size;
  if (!Number.isInteger(size) || size < 1 || size > most) {
    throw invalidParameter(`maxResults must be between 1 and ${most}.`);
  }
  const start = startOf(request.nextToken);
  if (start === undefined) throw invalidParameter('Invalid token.');
  return takePage(entriesFrom(start), size);
}

/** One page of `entries`, which come in key order, ascending or descending. Throws as `readPageFrom`. */
export function readPage<Item>(
  entries: Iterable<readonly [string, Item]>,
  request: PageRequest,
  options: PageSize & { readonly descending?: boolean },
): Page<Item> {
  const { descending = false } = options;
  return readPageFrom(
    (start) =>
      start === '' ? entries : filtered(entries, ([key]) => (descending ? key <= start : key >= start)),
    request,
    options,
  );
}

/** The entries that `keep` lets pass, one by one as they are asked for. */
export function* filtered<Item>(entries: Iterable<Item>, keep: (entry: Item) => boolean): Generator<Item> {
  for (const entry of entries) if (keep(entry)) yield entry;
}
