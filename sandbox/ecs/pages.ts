import { invalidParameter } from './errors.ts';

export interface Page<Item> {
  readonly items: Item[];
  readonly nextToken?: string;
}

interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** ECS pages hold at most this many items. */
const MOST = 100;

/**
 * One page of `entries`, which come in key order; tokens stay good while entries come and go, as they name the
 * last key shown. `entries` may be in descending order, if `descending` says so.
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
  const after = request.nextToken === undefined ? undefined : decodeToken(request.nextToken);
  const items: Item[] = [];
  let last = '';
  for (const [key, item] of entries) {
    if (after !== undefined && (options.descending === true ? key >= after : key <= after)) continue;
    if (items.length === size) return { items, nextToken: encodeToken(last) };
    items.push(item);
    last = key;
  }
  return { items };
}

function encodeToken(key: string): string {
  return Buffer.from(`after:${key}`).toString('base64url');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw invalidParameter('Invalid token.');
  return text.slice('after:'.length);
}
