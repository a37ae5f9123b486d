import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';

/** Parts of a name are separated by one of these; dashes may be several (ECR API reference, CreateRepository). */
const PART = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*';
const NAME = `${PART}(\\/${PART})*`;

/** What ECR says of a parameter that it does not take, as people quoted it. */
export function invalidParameter(member: string, constraint: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
  );
}

/** Throws InvalidParameterException. */
export function checkRepositoryName(name: string | undefined, member = 'repositoryName'): string {
  return checkText(name, member, { least: 2, most: 256, pattern: NAME });
}

/** The account whose registry is meant: the caller's, where nothing else is said. Throws InvalidParameterException. */
export function checkRegistryId(registryId: string | undefined, own: string): string {
  return registryId === undefined
    ? own
    : checkText(registryId, 'registryId', { least: 12, most: 12, pattern: '[0-9]{12}' });
}

/** Throws InvalidParameterException. */
export function checkText(
  text: string | undefined,
  member: string,
  { least, most, pattern }: { readonly least: number; readonly most: number; readonly pattern?: string },
): string {
  const length = (text ?? '').length;
  if (length < least) {
    throw invalidParameter(member, `must have length greater than or equal to ${least}`);
  }
  if (length > most) throw invalidParameter(member, `must have length less than or equal to ${most}`);
  if (pattern !== undefined && !new RegExp(`^(${pattern})$`).test(text ?? '')) {
    throw invalidParameter(member, `must satisfy regular expression '${pattern}'`);
  }
  return text ?? '';
}

/** Throws InvalidParameterException. */
export function checkOneOf(value: string | undefined, member: string, known: readonly string[]): void {
  if (value !== undefined && known.includes(value)) return;
  throw invalidParameter(member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

/** Throws InvalidParameterException for a list that is empty or longer than AWS takes. */
export function checkCount(
  items: readonly unknown[] | undefined,
  member: string,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  const count = items?.length ?? 0;
  if (count < least) throw invalidParameter(member, `must have length greater than or equal to ${least}`);
  if (count > most) throw invalidParameter(member, `must have length less than or equal to ${most}`);
}

/** 100 a page, and up to 1000. Throws InvalidParameterException. */
export function ecrPage<Item>(
  {
    maxResults = 100,
    nextToken,
  }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  keep?: (item: Item) => boolean,
): Page<Item> {
  if (maxResults < 1) throw invalidParameter('maxResults', 'must be greater than or equal to 1');
  if (maxResults > 1000) throw invalidParameter('maxResults', 'must be less than or equal to 1000');
  const start = startOf(nextToken);
  if (start === undefined) throw invalidParameter('nextToken', 'Invalid token');
  return takePage(entriesFrom(start), maxResults, keep);
}
