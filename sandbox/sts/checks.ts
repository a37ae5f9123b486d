import { AwsError } from '../error.ts';

interface Limits {
  readonly min: number;
  readonly max: number;
}

/** Throws ValidationError. */
export function checkText(
  text: string | undefined,
  member: string,
  { min, max, pattern }: Limits & { readonly pattern: string },
): string {
  if (text === undefined) throw invalid('null', member, 'Member must not be null');
  const value = `'${text}'`;
  if (text.length < min)
    throw invalid(value, member, `Member must have length greater than or equal to ${min}`);
  if (text.length > max) throw invalid(value, member, `Member must have length less than or equal to ${max}`);
  if (!new RegExp(`^(${pattern})$`, 'u').test(text)) {
    throw invalid(value, member, `Member must satisfy regular expression pattern: ${pattern}`);
  }
  return text;
}

/** Throws ValidationError. */
export function checkCount(
  items: readonly unknown[] | undefined,
  member: string,
  { min, max }: Limits,
): void {
  if (items === undefined) return;
  const value = `'[${items.length} items]'`;
  if (items.length < min)
    throw invalid(value, member, `Member must have length greater than or equal to ${min}`);
  if (items.length > max)
    throw invalid(value, member, `Member must have length less than or equal to ${max}`);
}

/** Throws ValidationError. */
export function checkDuration(seconds: number, { min, max }: Limits): number {
  const value = `'${seconds}'`;
  if (seconds < min) {
    throw invalid(value, 'durationSeconds', `Member must have value greater than or equal to ${min}`);
  }
  if (seconds > max) {
    throw invalid(value, 'durationSeconds', `Member must have value less than or equal to ${max}`);
  }
  return seconds;
}

function invalid(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
