import { AwsError } from '../error.ts';
import type { World } from '../world.ts';
import { invalidParameter } from './checks.ts';

/** How long a token is valid (API reference, PaginationTokenExpiredException). */
const VALID_FOR_MS = 15 * 60_000;

/** A token for the page that starts at `key`. */
export function nextPage(key: string, world: World): string {
  return Buffer.from(`page:${world.now()} ${key}`).toString('base64url');
}

/** The key at which a page starts. Throws InvalidParameterException, PaginationTokenExpiredException. */
export function pageStart(token: string | undefined, world: World): string {
  if (token === undefined || token === '') return '';
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const [, at, key] = /^page:([\d.]+) ([\s\S]*)$/.exec(text) ?? [];
  if (at === undefined || key === undefined) throw invalidParameter('The PaginationToken is not valid.');
  if (world.now() - Number(at) > VALID_FOR_MS) {
    throw new AwsError('PaginationTokenExpiredException', 'The PaginationToken has expired.');
  }
  return key;
}
