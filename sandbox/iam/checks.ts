import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { Role } from './state.ts';

/** Limits of the IAM API reference, with the texts of IAM's ValidationError. */
const NAME_PATTERN = '[\\w+=,.@-]+';

export function checkRoleName(name: string | undefined): string {
  return checkText(name, 'roleName', { max: 64, pattern: NAME_PATTERN });
}

export function checkPolicyName(name: string | undefined): string {
  return checkText(name, 'policyName', { max: 128, pattern: NAME_PATTERN });
}

/** `/` where the request names none. */
export function checkPath(path: string | undefined): string {
  if (path === undefined) return '/';
  return checkText(path, 'path', { max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' });
}

export function checkDescription(description: string | undefined): string | undefined {
  if (description === undefined || description === '') return undefined;
  return checkText(description, 'description', {
    max: 1000,
    pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
  });
}

/** Seconds. */
export function checkSessionDuration(seconds: number): number {
  if (seconds < 3600) {
    throw invalid(
      String(seconds),
      'maxSessionDuration',
      'Member must have value greater than or equal to 3600',
    );
  }
  if (seconds > 43_200) {
    throw invalid(
      String(seconds),
      'maxSessionDuration',
      'Member must have value less than or equal to 43200',
    );
  }
  return seconds;
}

export function checkText(
  text: string | undefined,
  member: string,
  limits: { readonly max: number; readonly pattern: string },
): string {
  if (text === undefined) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (text === '') throw invalid(text, member, 'Member must have length greater than or equal to 1');
  if (text.length > limits.max) {
    throw invalid(text, member, `Member must have length less than or equal to ${limits.max}`);
  }
  if (!new RegExp(`^(${limits.pattern})$`).test(text)) {
    throw invalid(text, member, `Member must satisfy regular expression pattern: ${limits.pattern}`);
  }
  return text;
}

/** Service-linked roles belong to AWS. */
export function checkModifiable(role: Role): void {
  if (role.path.startsWith('/aws-service-role/')) {
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.roleName}' - this role is only modifiable by AWS`,
    );
  }
}

/** 100 a page, or `MaxItems` of 1 to 1000. */
export function iamPage<Item>(
  request: { readonly MaxItems?: number | undefined; readonly Marker?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  keep?: (item: Item) => boolean,
): Page<Item> {
  const { MaxItems: size = 100, Marker: marker } = request;
  if (size < 1) throw invalid(String(size), 'maxItems', 'Member must have value greater than or equal to 1');
  if (size > 1000)
    throw invalid(String(size), 'maxItems', 'Member must have value less than or equal to 1000');
  const start = startOf(marker);
  if (start === undefined) throw new AwsError('ValidationError', 'Invalid Marker.');
  return takePage(entriesFrom(start), size, keep);
}

/** How IAM's answers carry the next page. */
export function pageMembers(page: Page<unknown>): {
  readonly IsTruncated: boolean;
  readonly Marker: string | undefined;
} {
  return { IsTruncated: page.nextToken !== undefined, Marker: page.nextToken };
}

function invalid(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
