import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';

const SYMBOLS =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
const MAX_NAME_LENGTH = 2048;
const MAX_LEVELS = 15;

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** AWS's own sentence about a member, which never repeats what was sent. */
export function badMember(member: string, constraint: string): AwsError {
  return validation(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Throws ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException for what no parameter of one's own is called. */
export function checkNewName(given: string | undefined): string {
  const name = given ?? '';
  checkLength(name, 'name', 1, MAX_NAME_LENGTH);
  if (/^\/aws(\/|$)/i.test(name) || /^\/aws[^/]*\//i.test(name)) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw validation(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). ${SYMBOLS}`);
  }
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || name.endsWith('/') || name.includes('//')) {
    throw validation(`Parameter name: ${SYMBOLS}`);
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw validation('Parameter name must be a fully qualified name.');
  }
  if (name.split('/').length - 1 > MAX_LEVELS) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels. For more information, see Requirements and constraints for parameter names.`,
    );
  }
  return name;
}

/** Throws ValidationException. */
export function checkLength(
  value: { readonly length: number } | undefined,
  member: string,
  least: number,
  most: number,
): void {
  const length = value?.length ?? 0;
  if (length < least) throw badMember(member, `Member must have length greater than or equal to ${least}`);
  if (length > most) throw badMember(member, `Member must have length less than or equal to ${most}`);
}

/** Throws ValidationException. */
export function checkEnum(value: string | undefined, member: string, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw badMember(member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

/** Throws ValidationException, InvalidNextToken. */
export function ssmPage<Item>(
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  most: number,
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  keep?: (item: Item) => boolean,
): Page<Item> {
  const { MaxResults: size = most, NextToken } = request;
  if (size < 1) throw badMember('maxResults', 'Member must have value greater than or equal to 1');
  if (size > most) throw badMember('maxResults', `Member must have value less than or equal to ${most}`);
  const start = startOf(NextToken);
  if (start === undefined) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return takePage(entriesFrom(start), size, keep);
}
