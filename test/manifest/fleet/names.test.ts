import { expect, it } from 'vitest';
import { awsNames } from '../../../controller/manifest/names.ts';

it.each([
  ['a document of one Environment', {}, 'xray-task', 'xray-execution'],
  ['one that names it', { environment: 'prod-eu' }, 'xray-task', 'xray-execution'],
  [
    'a definition',
    { environment: 'prod-eu', environments: {} },
    'xray-prod-eu-task',
    'xray-prod-eu-execution',
  ],
  [
    'a definition that names its own',
    { environment: 'prod-eu', environments: {}, taskRole: { name: 'own' }, executionRole: { name: 'other' } },
    'own',
    'other',
  ],
])(
  'the roles of %s are called so that two Regions of one account have two',
  (_what, spec, task, execution) => {
    expect(awsNames('xray', spec)).toMatchObject({
      taskRole: task,
      executionRole: execution,
      serviceName: 'xray',
    });
  },
);

it('a name that is too long for a role is cut, and two that begin alike stay two', () => {
  const named = ['a', 'b'].map((end) => {
    const environment = `${'x'.repeat(60)}-${end}`;
    return awsNames('xray', { environment, environments: {} }).taskRole;
  });
  expect(named.map((name) => name.length)).toEqual([64, 64]);
  expect(new Set(named).size).toBe(2);
});
