import { AwsError } from '../error.ts';

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

/** A time frame in epoch seconds, end not included. */
export interface TimeFrame {
  readonly from: number;
  readonly to: number;
}

/** Throws InvalidRequestException. */
export function checkTimeFrame(start: Date | undefined, end: Date | undefined): TimeFrame {
  if (start === undefined || end === undefined) {
    throw invalidRequest('StartTime and EndTime are both needed.');
  }
  if (start > end) throw invalidRequest('StartTime is after EndTime.');
  return { from: start.getTime() / 1000, to: end.getTime() / 1000 };
}

/** Throws InvalidRequestException in the words of AWS's validation. */
export function checkLength(
  text: string | undefined,
  member: string,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): void {
  if (text === undefined) return;
  const wrong = text.length > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
  if (text.length <= max && text.length >= min) return;
  throw invalidRequest(
    `1 validation error detected: Value '${text}' at '${member}' failed to satisfy constraint: Member must have length ${wrong}`,
  );
}
