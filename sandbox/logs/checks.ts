import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';

/** Days that PutRetentionPolicy takes (CloudWatch Logs API reference). */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function checkLogGroupName(name: string | undefined, member = 'logGroupName'): string {
  return checkText(name, member, 512, '[\\.\\-_/#A-Za-z0-9]+');
}

/** Throws InvalidParameterException, also for the names that AWS keeps for itself. */
export function checkNewLogGroupName(name: string | undefined): string {
  const text = checkLogGroupName(name);
  if (/^aws\//i.test(text)) {
    throw new AwsError('InvalidParameterException', 'Log groups starting with AWS/ are reserved for AWS.');
  }
  return text;
}

/** The name in a log group's name or ARN, with or without `:*`. */
export function checkLogGroupIdentifier(identifier: string | undefined): string {
  const text = checkText(identifier, 'logGroupIdentifier', 2048, '[\\w#+=/:,.@-]*');
  return (
    /^arn:[^:]+:logs:[^:]*:\d{12}:log-group:([^:]+)(:\*)?$/.exec(text)?.[1] ??
    checkLogGroupName(text, 'logGroupIdentifier')
  );
}

export function checkEnum(value: string | undefined, member: string, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw invalid(`'${value}'`, member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

export function checkLogGroupClass(value: string | undefined): void {
  checkEnum(value, 'logGroupClass', ['STANDARD', 'INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY']);
}

/** The sandbox has no keys: any ARN of one is taken on trust. */
export function checkKmsKeyId(arn: string | undefined): void {
  if (arn === undefined) return;
  checkText(arn, 'kmsKeyId', 256, '[\\s\\S]*');
  if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/.test(arn)) {
    throw new AwsError('InvalidParameterException', `The specified KMS Key Id ${arn} is not valid.`);
  }
}

/** Accounts to list besides the caller's own. */
export function checkAccountIdentifiers(ids: readonly string[] | undefined): void {
  if (ids !== undefined && ids.length > 20) {
    throw invalid(
      `'[${ids.length} items]'`,
      'accountIdentifiers',
      'Member must have length less than or equal to 20',
    );
  }
  for (const id of ids ?? []) checkText(id, 'accountIdentifiers', 12, '\\d{12}');
}

export function checkLogStreamName(name: string | undefined, member = 'logStreamName'): string {
  return checkText(name, member, 512, '[^:*]*');
}

export function checkRetention(days: number | undefined): number {
  if (days === undefined) throw invalid('null', 'retentionInDays', 'Member must not be null');
  if (!RETENTION_DAYS.includes(days)) {
    throw invalid(
      `'${days}'`,
      'retentionInDays',
      `Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
    );
  }
  return days;
}

export function checkText(text: string | undefined, member: string, max: number, pattern: string): string {
  if (text === undefined) throw invalid('null', member, 'Member must not be null');
  if (text === '') throw invalid(`''`, member, 'Member must have length greater than or equal to 1');
  if (text.length > max)
    throw invalid(`'${text}'`, member, `Member must have length less than or equal to ${max}`);
  if (!new RegExp(`^(${pattern})$`, 'u').test(text)) {
    throw invalid(`'${text}'`, member, `Member must satisfy regular expression pattern: ${pattern}`);
  }
  return text;
}

/** 50 a page, and no more unless the operation says so. */
export function logsPage<Item>(
  request: { readonly limit?: number | undefined; readonly nextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  { keep, most = 50 }: { readonly keep?: (item: Item) => boolean; readonly most?: number } = {},
): Page<Item> {
  const { limit = 50, nextToken } = request;
  if (limit < 1) throw invalid(`'${limit}'`, 'limit', 'Member must have value greater than or equal to 1');
  if (limit > most)
    throw invalid(`'${limit}'`, 'limit', `Member must have value less than or equal to ${most}`);
  const start = startOf(nextToken);
  if (start === undefined) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  return takePage(entriesFrom(start), limit, keep);
}

export function invalid(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
