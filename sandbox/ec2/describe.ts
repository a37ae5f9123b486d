import type { Filter } from '@aws-sdk/client-ec2';
import type { Page } from '../paging.ts';
import type { SortedMap } from '../sorted-map.ts';
import { ec2Page, entriesOf, filterBy, listed } from './filters.ts';
import type { FilterTable, PageLimits } from './filters.ts';
import { requireByIds } from './ids.ts';
import type { IdKindName } from './ids.ts';
import type { Ec2State } from './state.ts';
import { tagsOf } from './tags.ts';

/** What most Describe operations take. */
export interface DescribeRequest {
  readonly ids: readonly string[] | undefined;
  readonly Filters: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** What there is to describe, by id. */
export interface Described<Item> {
  readonly kind: IdKindName;
  readonly items: SortedMap<Item>;
  readonly idOf: (item: Item) => string;
  readonly filters: FilterTable<Item>;
  readonly limits?: PageLimits;
}

/**
 * The page of what a request names by ids, or of all there is, that its filters let pass; tags are filters of everything. Throws the kind's
 * `….NotFound` and `….Malformed`, InvalidParameterValue, InvalidNextToken.
 */
export function describedPage<Item>(
  ec2: Ec2State,
  request: DescribeRequest,
  { kind, items, idOf, filters, limits }: Described<Item>,
): Page<Item> {
  const ids = listed(request.ids);
  const keep = filterBy(request.Filters, filters, (item) => tagsOf(ec2, idOf(item)));
  const entries =
    ids === undefined
      ? (start: string) => items.from(start)
      : entriesOf(
          requireByIds(kind, ids, (id) => items.get(id)),
          idOf,
        );
  return ec2Page(request, entries, keep, limits);
}
