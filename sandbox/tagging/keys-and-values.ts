import type {
  GetTagKeysCommandInput,
  GetTagKeysCommandOutput,
  GetTagValuesCommandInput,
  GetTagValuesCommandOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import type { World } from '../world.ts';
import { checkTagKey } from './checks.ts';
import { nextPage, pageStart } from './pages.ts';

/** Keys or values on a page; AWS publishes no figure. */
const PAGE_SIZE = 100;

/** Every key in use in the region. Throws InvalidParameterException, PaginationTokenExpiredException. */
export function getTagKeys(
  input: GetTagKeysCommandInput,
  { state: { tagging }, world }: CallContext,
): Answer<GetTagKeysCommandOutput> {
  const keys = [...tagging.shown.values()].flatMap((tags) => [...tags.keys()]);
  const { items, nextToken } = pageOf(keys, input.PaginationToken, world);
  return { PaginationToken: nextToken, TagKeys: items };
}

/** Every value that the key has in the region. Throws InvalidParameterException, PaginationTokenExpiredException. */
export function getTagValues(
  input: GetTagValuesCommandInput,
  { state: { tagging }, world }: CallContext,
): Answer<GetTagValuesCommandOutput> {
  const key = checkTagKey(input.Key);
  const values = [...tagging.shown.values()].flatMap((tags) => {
    const value = tags.get(key);
    return value === undefined ? [] : [value];
  });
  const { items, nextToken } = pageOf(values, input.PaginationToken, world);
  return { PaginationToken: nextToken, TagValues: items };
}

function pageOf(
  texts: readonly string[],
  token: string | undefined,
  world: World,
): { readonly items: string[]; readonly nextToken: string } {
  const start = pageStart(token, world);
  const left = [...new Set(texts)].filter((text) => text >= start).toSorted((a, b) => (a < b ? -1 : 1));
  const next = left[PAGE_SIZE];
  return { items: left.slice(0, PAGE_SIZE), nextToken: next === undefined ? '' : nextPage(next, world) };
}
