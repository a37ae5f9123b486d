import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { Role } from './state.ts';

/** Limits of the IAM API reference, with the texts of IAM's ValidationError. */
const NAME = /^[\w+=,.@-]+$/;

export function checkRoleName(name: string | undefined): string {
  return checkName(name, 'roleName', 64);
}

export function checkPolicyName(name: string | undefined): string {
  return checkName(name, 'policyName', 128);
}

export function checkInstanceProfileName(name: string | undefined): string {
  return checkName(name, 'instanceProfileName', 128);
}

function checkName(name: string | undefined, member: string, max: number): string {
  const text = checkLength(name, member, { min: 1, max });
  if (NAME.test(text)) return text;
  throw new AwsError(
    'ValidationError',
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** `/` where the request names none. */
export function checkPath(path: string | undefined, member = 'path'): string {
  if (path === undefined) return '/';
  const text = checkLength(path, member, { min: 1, max: 512 });
  if (/^\/([\u0021-\u007e]+\/)?$/.test(text)) return text;
  throw new AwsError(
    'ValidationError',
    `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  );
}

/** Does the same as checkPath, for a role that is not of a service. */
export function checkRolePath(path: string | undefined): string {
  const text = checkPath(path);
  if (!isServiceLinked({ path: text })) return text;
  throw new AwsError('InvalidInput', `The path ${text} is reserved for service-linked roles.`);
}

/** `/` where the request names none. */
export function checkPolicyPath(path: string | undefined, member = 'path'): string {
  if (path === undefined) return '/';
  return checkText(path, member, { max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' });
}

/** `/` where the request names none. */
export function checkPathPrefix(prefix: string | undefined): string {
  if (prefix === undefined) return '/';
  return checkText(prefix, 'pathPrefix', { max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' });
}

/** The ARN of a managed policy, whether or not there is one. Throws ValidationError, InvalidInput. */
export function checkPolicyArn(arn: string | undefined, member = 'policyArn'): string {
  const text = checkLength(arn, member, { min: 20, max: 2048 });
  if (/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/([\u0021-\u007e]*\/)?[\w+=,.@-]+$/.test(text)) return text;
  throw new AwsError('InvalidInput', `ARN ${text} is not valid.`);
}

export function checkDescription(description: string | undefined): string | undefined {
  if (description === undefined || description === '') return undefined;
  return checkText(description, 'description', {
    max: 1000,
    pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
  });
}

/** Checks how long sessions of a role may be, in seconds. */
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
  const checked = checkLength(text, member, { min: 1, max: limits.max });
  if (!new RegExp(`^(${limits.pattern})$`, 'u').test(checked)) {
    throw invalid(checked, member, `Member must satisfy regular expression pattern: ${limits.pattern}`);
  }
  return checked;
}

export function checkLength(
  text: string | undefined,
  member: string,
  { min, max }: { readonly min: number; readonly max: number },
): string {
  if (text === undefined) throw missing(member);
  if (text.length < min)
    throw invalid(text, member, `Member must have length greater than or equal to ${min}`);
  if (text.length > max) throw invalid(text, member, `Member must have length less than or equal to ${max}`);
  return text;
}

export function isServiceLinked({ path }: Pick<Role, 'path'>): boolean {
  return path.startsWith('/aws-service-role/');
}

/** Throws ValidationError. */
export function checkEnum(value: string | undefined, member: string, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw invalid(value, member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

/** Service-linked roles belong to AWS. Throws UnmodifiableEntity. */
export function checkModifiable(role: Role): void {
  if (isServiceLinked(role)) {
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

export function missing(member: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function invalid(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
