import { describe, expect, it } from 'vitest';
import { failureCause, failureText, needsPeople } from '../../controller/status/failure.ts';
import type { Failure } from '../../controller/status/resource-view.ts';

const LATER = '2026-11-29T12:10:00.000Z';

function failure(overrides: Partial<Failure> = {}): Failure {
  return {
    code: 'InvalidParameterException',
    message: 'ecs:CreateService failed: InvalidParameterException: no',
    retry: 'never',
    operation: 'ecs:CreateService',
    ...overrides,
  };
}

describe('what failed, in a few words', () => {
  it.each<[string, Partial<Failure>]>([
    ['ecs:CreateService: InvalidParameterException', {}],
    ['the controller may not call ecs:CreateService', { code: 'AccessDeniedException' }],
    ["AWS refuses the controller's credentials (ExpiredToken)", { code: 'ExpiredToken' }],
    ['AWS throttles ecs:CreateService', { code: 'ThrottlingException' }],
    ['AWS does not answer ecs:CreateService', { code: 'NotAnswering' }],
    [
      'a quota of the account is used up (ecs:CreateService: LimitExceededException)',
      { code: 'LimitExceededException' },
    ],
  ])('is: %s', (words, overrides) => {
    expect(failureCause(failure(overrides))).toBe(words);
  });

  it('is what a failure of our own says, without its advice', () => {
    const { operation: _none, ...own } = failure({
      code: 'SubnetsNotFound',
      message: 'no subnet x; correct it',
    });
    expect(failureCause(own)).toBe('no subnet x');
  });
});

describe('what is said to be done', () => {
  it.each<[string, Failure, RegExp]>([
    [
      'a call that would fail again names when it is made again',
      failure({ nextAttemptAt: LATER }),
      /: no; fix the manifest or the AWS resource; Stationkeeper retries when either changes, and at 2026-11-29T12:10:00\.000Z$/,
    ],
    ['a read is made in every pass', failure(), /; fix the manifest or the AWS resource$/],
    [
      'what fails for a while tells how often it did',
      failure({ retry: 'backoff', nextAttemptAt: LATER, attempts: 3 }),
      /; Stationkeeper retries at 2026-11-29T12:10:00\.000Z, after 3 failed$/,
    ],
  ])('%s', (_what, failed, text) => {
    expect(failureText(failed)).toMatch(text);
  });

  it('is said once where a failure of our own says it', () => {
    const { operation: _none, ...own } = failure({
      code: 'SubnetsNotFound',
      message: 'no subnet x; correct it',
    });
    expect(failureText(own)).toBe('SubnetsNotFound: no subnet x; correct it');
  });
});

it.each<[string, boolean]>([
  ['AccessDeniedException', true],
  ['ResourceLimitExceeded', true],
  ['RequestLimitExceeded', false],
  ['ExpiredToken', false],
])('%s needs people: %s', (code, expected) => {
  expect(needsPeople(failure({ code, retry: 'backoff' }))).toBe(expected);
});
