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

/** Throws InvalidInput for a list or text that is longer than AWS takes. */
export function checkLength(
  member: string,
  value: { readonly length: number } | undefined,
  most: number,
): void {
  if (value !== undefined && value.length > most) {
    throw invalidInput(`${member} must have length less than or equal to ${most}.`);
  }
}

/** Checks how a request refers to a namespace or service: by id or ARN (Cloud Map API reference). */
export function checkReference(idOrArn: string | undefined, member: string): string {
  const text = required(idOrArn, member);
  checkLength(member, text, 255);
  return text;
}

/** Checks the account of a namespace's owner. Throws InvalidInput for what is no account id. */
export function checkOwnerAccount(accountId: string | undefined): string | undefined {
  if (accountId !== undefined && accountId.length !== 12) {
    throw invalidInput('OwnerAccount must have 12 digits.');
  }
  return accountId;
}

/** Request ids, VPC ids and instance ids have at most 64 characters (Cloud Map API reference). */
export function checkResourceId(id: string | undefined, member: string): string | undefined {
  checkLength(member, id, 64);
  return id;
}

export function checkTtl(ttl: number | undefined): number {
  if (ttl === undefined || !Number.isInteger(ttl) || ttl < 0 || ttl > MAX_TTL) {
    throw invalidInput(`TTL must be a whole number of seconds from 0 to ${MAX_TTL}.`);
  }
  return ttl;
}

export function checkDescription(description: string | undefined): string | undefined {
  checkLength('Description', description, 1024);
  return description === '' ? undefined : description;
}

/** 100 a page, or `MaxResults` of 1 to 100. */
export function cloudMapPage<Item>(
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
): Page<Item> {
  const size = checkMaxResults(request.MaxResults, 100);
  checkLength('NextToken', request.NextToken, 4096);
  const start = startOf(request.NextToken);
  if (start === undefined) throw invalidInput('The NextToken is not valid.');
  return takePage(entriesFrom(start), size);
}

export function checkMaxResults(size: number | undefined, max: number): number {
  if (size === undefined) return 100;
  if (size < 1 || size > max) throw invalidInput(`MaxResults must be from 1 to ${max}.`);
  return size;
}

/** How many values a condition takes; IN takes any number. */
const VALUE_COUNTS: Readonly<Record<string, readonly [number, number]>> = {
  EQ: [1, 1],
  BEGINS_WITH: [1, 1],
  BETWEEN: [2, 2],
};

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
      {
        readonly conditions: readonly string[];
        readonly valueOf: (item: Item) => string | undefined;
        /** What a value of the request stands for; default: itself. */
        readonly asValue?: (value: string) => string;
      }
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
      const [least, most] = VALUE_COUNTS[condition] ?? [1, Infinity];
      if (values.length < least || values.length > most) {
        throw invalidInput(`The filter ${name} cannot take ${values.length} values with ${condition}.`);
      }
      for (const value of values) {
        required(value, 'Values');
        checkLength('Values', value, 255);
      }
      const wanted = filter.asValue === undefined ? values : values.map(filter.asValue);
      return (item: Item) => passes(filter.valueOf(item), wanted, condition);
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

/** An ARN is one of this very resource, and not only of one with its id elsewhere. */
export function isReferenceTo({ arn }: { readonly arn: string }, reference: string): boolean {
  return !reference.startsWith('arn:') || reference === arn;
}

function passes(value: string | undefined, values: readonly string[], condition: string): boolean {
  if (value === undefined) return false;
  if (condition === 'BEGINS_WITH') return values.some((prefix) => value.startsWith(prefix));
  if (condition === 'BETWEEN') {
    return Number(value) >= Number(values[0]) && Number(value) <= Number(values[1]);
  }
  return values.includes(value);
}
