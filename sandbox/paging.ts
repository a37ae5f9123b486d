const TOKEN_PREFIX = 'page:';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; undefined on the last. */
  readonly nextToken: string | undefined;
}

/** Takes at most `size` of the entries that `keep` lets pass. A token is given only where another entry follows. */
export function takePage<Item>(
  entries: Iterable<readonly [string, Item]>,
  size: number,
  keep: (item: Item) => boolean = () => true,
): Page<Item> {
  const items: Item[] = [];
  for (const [key, item] of entries) {
    if (!keep(item)) continue;
    if (items.length === size) return { items, nextToken: tokenOf(key) };
    items.push(item);
  }
  return { items, nextToken: undefined };
}

/** The key at which a page starts; undefined for a token that no page of ours carried. */
export function startOf(token: string | undefined): string | undefined {
  if (token === undefined) return '';
  const text = Buffer.from(token, 'base64url').toString('utf8');
  return text.startsWith(TOKEN_PREFIX) ? text.slice(TOKEN_PREFIX.length) : undefined;
}

function tokenOf(key: string): string {
  return Buffer.from(`${TOKEN_PREFIX}${key}`).toString('base64url');
}
