import { denialAdvice, iamAction } from '../core/denial.ts';
import { isDenial } from '../core/errors.ts';
import type { Failure } from './resource-view.ts';

/** Whether nothing that we do helps before somebody changes the manifest, AWS or our permissions, or ends a quarrel over a field. */
export function needsPeople(failure: Failure): boolean {
  return failure.retry === 'never' || failure.code === 'Contested' || isDenial(failure.code);
}

/** A code as a condition's reason, which is CamelCase: `InvalidGroup.NotFound` is `InvalidGroupNotFound`. */
export function reasonOf(code: string): string {
  const words = code.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(camel) ? camel : 'ReconcileError';
}

/** The failure in one line: the resource, the operation, the code, AWS's message, and what happens or is to be done next. */
export function failureMessage(id: string, failure: Failure): string {
  const { code, message, operation } = failure;
  // Errors translated at the seam name their operation and code already; failures of our own may not.
  const origin = [operation, code].filter((part) => part !== undefined && !message.includes(part));
  return `${id}: ${[...origin, message].join(': ')}${advice(failure)}`;
}

function advice(failure: Failure): string {
  if (isDenial(failure.code)) {
    const { message, operation } = failure;
    return operation === undefined || failure.isAdvised === true
      ? ''
      : `; ${denialAdvice(message, iamAction(operation))}`;
  }
  if (failure.retry === 'never') return '; change the manifest or what AWS has, then it is tried again';
  // A contested field is no failure: its correction is done, and does not last.
  const counts = failure.attempts !== undefined && failure.code !== 'Contested';
  const attempts = counts ? ` after ${failure.attempts} failed` : '';
  return failure.nextAttemptAt === undefined
    ? ''
    : `; next attempt at ${failure.nextAttemptAt}${attempts === '' ? '' : `,${attempts}`}`;
}
