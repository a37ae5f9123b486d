import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { World } from '../world.ts';

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const MAX_TTL = 2_147_483_647;

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** Throws InvalidInput. */
export function required(text: string | undefined, member: string): string {
  if (text === undefined || text === '') throw invalidInput(`${member} must not be empty.`);
  return text;
}

export function checkTtl(ttl: number | undefined): number {
  if (ttl === undefined || !Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL) {
    throw invalidInput(`TTL must be a whole number of seconds from 0 to ${MAX_TTL}.`);
  }
  return ttl;
}

export function checkDescription(description: string | undefined): string | undefined {
  if (description !== undefined && description.length > 1024) {
    throw invalidInput('Description must have length less than or equal to 1024.');
  }
  return description === '' ? undefined : description;
}

/** 100 a page, or `MaxResults` of 1 to 100. */
export function cloudMapPage<Item>(
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
): Page<Item> {
  const size = checkMaxResults(request.MaxResults, 100);
  const start = startOf(request.NextToken);
  if (start === undefined) throw invalidInput('The NextToken is not valid.');
  return takePage(entriesFrom(start), size);
}

export function checkMaxResults(size: number | undefined, max: number): number {
  if (size === undefined) return 100;
  if (size < 1 || size > max) throw invalidInput(`MaxResults must be from 1 to ${max}.`);
  return size;
}

interface Filter {
  readonly Name: string | undefined;
  readonly Values: string[] | undefined;
  readonly Condition?: string | undefined;
}

/** Whether an item passes every filter. Throws InvalidInput for a filter or condition that the operation does not have. */
export function filterBy<Item>(
  filters: readonly Filter[] | undefined,
  table: Readonly<
    Record<
      string,
      { readonly conditions: readonly string[]; readonly valueOf: (item: Item) => string | undefined }
    >
  >,
): (item: Item) => boolean {
  const tests = (filters ?? []).map(
    ({ Name: name = '', Values: values = [], Condition: condition = 'EQ' }) => {
      const filter = Object.hasOwn(table, name) ? table[name]! : undefined;
      if (filter === undefined) throw invalidInput(`${name} is not a filter of this operation.`);
      if (!filter.conditions.includes(condition)) {
        throw invalidInput(`${condition} is not a condition of the filter ${name}.`);
      }
      if (values.length === 0 || (condition === 'EQ' && values.length > 1)) {
        throw invalidInput(
          `The filter ${name} with ${condition} takes ${condition === 'EQ' ? 'one value' : 'values'}.`,
        );
      }
      return (item: Item) => passes(filter.valueOf(item), values, condition);
    },
  );
  return (item) => tests.every((test) => test(item));
}

export function newCloudMapId(world: World, prefix: string): string {
  return `${prefix}-${world.randomText(16, ID_ALPHABET)}`;
}

export function newRequestId(world: World): string {
  return [8, 4, 4, 4, 12].map((length) => world.randomText(length)).join('-');
}

/** Ids may be given as ARNs. */
export function idOf(idOrArn: string): string {
  return idOrArn.startsWith('arn:') ? idOrArn.slice(idOrArn.lastIndexOf('/') + 1) : idOrArn;
}

function passes(value: string | undefined, values: readonly string[], condition: string): boolean {
  if (value === undefined) return false;
  if (condition === 'BEGINS_WITH') return values.some((prefix) => value.startsWith(prefix));
  if (condition === 'BETWEEN') {
    return Number(value) >= Number(values[0]) && Number(value) <= Number(values[1]);
  }
  return values.includes(value);
}
