import { BAD_CREDENTIAL_CODES, DENIAL_CODES, reasonOf } from '../../../controller/core/errors.ts';

/** Reasons of refused credentials, and of refused permissions: what many objects share is one alert. */
export const CREDENTIALS: readonly string[] = BAD_CREDENTIAL_CODES.map(reasonOf);
export const DENIALS: readonly string[] = DENIAL_CODES.map(reasonOf);

/** Reasons for which a change waits for somebody while all that runs goes on running. */
export const WAITING_FOR_PEOPLE: readonly string[] = [
  'AnotherSource',
  'Contested',
  'DependencyMissing',
  'NotOurs',
  'ReplaceNotAllowed',
  'RolloutCannotProceed',
];

/** Reasons of objects that have an alert of their own. */
export const TOLD_ELSEWHERE: readonly string[] = [
  ...CREDENTIALS,
  ...DENIALS,
  'CoverageGap',
  'CrashLooping',
  'DriftDetected',
  'PruneBudgetExceeded',
  'SourceInvalid',
];
