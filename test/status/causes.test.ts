import { expect, it } from 'vitest';
import { causesOf } from '../../controller/status/causes.ts';
import type { Case } from '../../controller/status/causes.ts';
import type { Failure } from '../../controller/status/resource-view.ts';
import { holdStep } from '../support/plans/steps.ts';

const EXPIRED: Failure = {
  code: 'ExpiredTokenException',
  message:
    'ecs:DescribeServices: ExpiredTokenException: The security token included in the request is expired',
  retry: 'backoff',
  operation: 'ecs:DescribeServices',
};
const DENIED: Failure = { ...EXPIRED, code: 'AccessDeniedException', message: 'denied' };

function one(environment: string, ...failures: readonly (Failure | undefined)[]): Case {
  return {
    environment,
    kind: 'DaemonService',
    reconcile: 'enabled',
    planHash: 'a1b2c3',
    resources: failures.map((failure) => ({
      step: holdStep({ why: 'unseen' }),
      state: 'Unknown',
      ...(failure === undefined ? {} : { failure }),
    })),
  };
}

it('tells once what all objects of an environment share', () => {
  expect(
    causesOf([one('prod', undefined, EXPIRED), one('prod', EXPIRED, DENIED), one('dev', undefined)]),
  ).toEqual([
    {
      reason: 'ExpiredTokenException',
      message: expect.stringContaining('The security token included in the request is expired'),
      environment: 'prod',
      objects: 2,
    },
  ]);
});

it.each([
  ['one object has', [one('prod', EXPIRED)]],
  ['one of two objects has', [one('prod', EXPIRED), one('prod', undefined)]],
  ['two objects have in two environments', [one('prod', EXPIRED), one('dev', EXPIRED)]],
])('tells nothing of what only %s', (_case, cases) => {
  expect(causesOf(cases)).toEqual([]);
});

it('tells what several share although others are well, what concerns the most first', () => {
  const objects = [
    one('prod', DENIED, EXPIRED),
    one('prod', EXPIRED),
    one('prod', EXPIRED, DENIED),
    one('prod', undefined),
  ];
  expect(causesOf(objects).map(({ reason, objects: count }) => [reason, count])).toEqual([
    ['ExpiredTokenException', 3],
    ['AccessDeniedException', 2],
  ]);
});

it('keeps apart what different calls fail with', () => {
  const other: Failure = { ...DENIED, operation: 'logs:DescribeLogGroups' };
  expect(causesOf([one('prod', DENIED), one('prod', other)])).toEqual([]);
});

it('leaves out what nobody looks after', () => {
  const suspended: Case = { ...one('prod', undefined), reconcile: 'disabled' };
  expect(causesOf([one('prod', EXPIRED), one('prod', EXPIRED), suspended])).toMatchObject([{ objects: 2 }]);
});
