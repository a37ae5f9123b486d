import { expect, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';

const USER = 'arn:aws:iam::385605022855:user/sandbox';
const ROOT = 'arn:aws:iam::385605022855:root';

test('the first use of ECS makes its service-linked role, and is refused until that can be assumed', async () => {
  const ecs = serviceSandbox('ecs', 'us-east-1', { newAccount: true });
  const refused = await ecs.refusal('CreateCluster', { clusterName: 'daemons' });
  expect(refused).toMatchObject({
    name: 'InvalidParameterException',
    message:
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
  });
  const { Role } = await ecs.other('iam').call('GetRole', { RoleName: 'AWSServiceRoleForECS' });
  expect(Role?.Path).toBe('/aws-service-role/ecs.amazonaws.com/');
  expect((await ecs.call('ListClusters', {})).clusterArns).toEqual([]);
  ecs.advance(12_000);
  const { cluster } = await ecs.call('CreateCluster', { clusterName: 'daemons' });
  expect(cluster?.status).toBe('ACTIVE');
});

test('an account that used ECS before can use it at once', async () => {
  const ecs = serviceSandbox('ecs');
  const { cluster } = await ecs.call('CreateCluster', {});
  expect(cluster).toMatchObject({ clusterName: 'default', status: 'ACTIVE' });
});

test('account settings are listed ten to a page: those that were set, or those that apply', async () => {
  const ecs = serviceSandbox('ecs');
  expect(await ecs.call('ListAccountSettings', {})).toEqual({ settings: [] });
  const first = await ecs.call('ListAccountSettings', { effectiveSettings: true });
  expect(first.settings).toHaveLength(10);
  const { settings } = await ecs.call('ListAccountSettings', {
    effectiveSettings: true,
    nextToken: first.nextToken,
  });
  expect([...(first.settings ?? []), ...(settings ?? [])]).toContainEqual({
    name: 'taskLongArnFormat',
    value: 'enabled',
    principalArn: ROOT,
    type: 'user',
  });
});

test("a principal's own setting goes before the account's, and that before AWS's default", async () => {
  const ecs = serviceSandbox('ecs');
  const name = 'containerInsights' as const;
  const effective = async () =>
    (await ecs.call('ListAccountSettings', { name, effectiveSettings: true })).settings;
  await ecs.call('PutAccountSettingDefault', { name, value: 'enabled' });
  expect(await effective()).toMatchObject([{ value: 'enabled', principalArn: ROOT }]);
  const { setting } = await ecs.call('PutAccountSetting', { name, value: 'enhanced' });
  expect(setting).toMatchObject({ name, value: 'enhanced', principalArn: USER });
  expect(await effective()).toMatchObject([{ value: 'enhanced', principalArn: USER }]);
  await ecs.call('DeleteAccountSetting', { name });
  expect(await effective()).toMatchObject([{ value: 'enabled', principalArn: ROOT }]);
});

test('what the developer guide has and the SDK’s list of names lacks is a setting too', async () => {
  const ecs = serviceSandbox('ecs');
  const name = 'dualStackIPv6' as 'containerInsights';
  const effective = async () =>
    (await ecs.call('ListAccountSettings', { name, effectiveSettings: true })).settings;
  expect(await effective()).toMatchObject([{ name, value: 'enabled' }]);
  await ecs.call('PutAccountSettingDefault', { name, value: 'disabled' });
  expect(await effective()).toMatchObject([{ name, value: 'disabled' }]);
});

test("a new cluster takes Container Insights from the account's settings", async () => {
  const ecs = serviceSandbox('ecs');
  await ecs.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enabled' });
  const { cluster } = await ecs.call('CreateCluster', { clusterName: 'daemons' });
  expect(cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enabled' }]);
});

test.each([
  ['an unknown name', { name: 'other' as 'containerInsights', value: 'enabled' }],
  ['an unknown value', { name: 'containerInsights' as const, value: 'some' }],
  ['what cannot be turned off any more', { name: 'taskLongArnFormat' as const, value: 'disabled' }],
  ['what AWS manages', { name: 'guardDutyActivate' as const, value: 'on' }],
  [
    'a principal of another account',
    { name: 'containerInsights' as const, value: 'enabled', principalArn: 'arn:aws:iam::111122223333:root' },
  ],
])('an account setting with %s is refused', async (_, input) => {
  const ecs = serviceSandbox('ecs');
  expect((await ecs.refusal('PutAccountSetting', input)).name).toBe('InvalidParameterException');
});

test.each(['taskLongArnFormat', 'serviceLongArnFormat', 'containerInstanceLongArnFormat'] as const)(
  "%s cannot be turned off, in the words that Terraform's provider looks for",
  async (name) => {
    const ecs = serviceSandbox('ecs');
    expect(await ecs.refusal('PutAccountSettingDefault', { name, value: 'disabled' })).toMatchObject({
      name: 'InvalidParameterException',
      message: 'You can no longer disable Long Arn settings',
    });
  },
);
