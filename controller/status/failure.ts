import { denialAdvice, iamAction } from '../core/denial.ts';
import { isBadCredentials, isDenial, isQuota, isThrottle } from '../core/errors.ts';
import type { Failure } from './resource-view.ts';

/** Whether nothing that we do helps before somebody changes the manifest, AWS or our permissions, or ends a quarrel over a field. */
export function needsPeople({ code, retry }: Failure): boolean {
  return retry === 'never' || code === 'Contested' || isDenial(code) || isQuota(code);
}

/** What failed in a few words, for lists. */
export function failureCause({ code, operation, message }: Failure): string {
  if (operation === undefined) return upToAdvice(message);
  if (isDenial(code)) return `the controller may not call ${iamAction(operation)}`;
  if (isBadCredentials(code)) return `AWS refuses the controller's credentials (${code})`;
  if (isThrottle(code)) return `AWS throttles ${operation}`;
  if (isQuota(code)) return `a quota of the account is used up (${operation}: ${code})`;
  if (code === 'NotAnswering') return `AWS does not answer ${operation}`;
  return `${operation}: ${code}`;
}

/** What is so, without what to do about it. */
export function upToAdvice(message: string): string {
  return message.split('; ')[0] ?? message;
}

/** The failure in one line: the resource, the operation, the code, AWS's message, and what happens or is to be done next. */
export function failureMessage(id: string, failure: Failure): string {
  return `${id}: ${failureText(failure)}`;
}

/** The same, without the resource. */
export function failureText(failure: Failure): string {
  const { code, message, operation } = failure;
  // Errors translated at the seam name their operation and code already; failures of our own may not.
  const origin = [operation, code].filter((part) => part !== undefined && !message.includes(part));
  return `${[...origin, message].join(': ')}${advice(failure)}`;
}

function advice(failure: Failure): string {
  const { code, operation, retry, nextAttemptAt } = failure;
  if (isDenial(code)) {
    return operation === undefined || failure.isAdvised === true
      ? ''
      : `; ${denialAdvice(failure.message, iamAction(operation))}`;
  }
  if (retry === 'never') {
    // What cannot be read is looked at again in every pass, and failures of our own say what to do.
    if (nextAttemptAt === undefined) return operation === undefined ? '' : `; ${MEND}`;
    return `; ${MEND}; Stationkeeper retries when either changes, and at ${nextAttemptAt}`;
  }
  // A contested field is no failure: its correction is done, and does not last.
  const counts = failure.attempts !== undefined && code !== 'Contested';
  const attempts = counts ? ` after ${failure.attempts} failed` : '';
  return nextAttemptAt === undefined
    ? ''
    : `; Stationkeeper retries at ${nextAttemptAt}${attempts === '' ? '' : `,${attempts}`}`;
}

const MEND = 'fix the manifest or the AWS resource';
