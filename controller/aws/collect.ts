import { StationkeeperError } from '../core/errors.ts';

interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  /** Token of the next page; undefined or empty on the last one. */
  readonly next: string | undefined;
}

/**
 * All items of a paged read. A page that is empty but has a token is normal where AWS filters after paging
 * (reference: batches). Rejects with the page's own error, or with PagingLoop (retry `backoff`) where a token
 * comes back twice: half a list must never pass for a whole one.
 */
export async function collect<Item>(
  fetchPage: (token: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    items.push(...(page.items ?? []));
    token = page.next === '' ? undefined : page.next;
    if (token !== undefined && seen.has(token)) throw pagingLoop();
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return items;
}

function pagingLoop(): StationkeeperError {
  return new StationkeeperError({
    code: 'PagingLoop',
    message: 'a paged read returned the same token twice; the endpoint does not page as AWS does',
    retry: 'backoff',
  });
}

/** `items` in batches of at most `size`, in order. */
export function inBatchesOf<Item>(size: number, items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, batch) =>
    items.slice(batch * size, (batch + 1) * size),
  );
}

/** Reads that AWS has no batch for: at most `limit` under way at once. Results in the order of the items. */
export async function mapConcurrently<Item, Result>(
  limit: number,
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of rest) results[index] = await read(item);
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
