import { expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';

const logGroupName = '/daemons/xray';
const KEY = 'arn:aws:kms:us-east-1:385605022855:key/1234abcd-12ab-34cd-56ef-1234567890ab';

it.each([
  ['CreateLogGroup', { logGroupName, tags: {} }],
  ['CreateLogGroup', { logGroupName, kmsKeyId: 'my-key' }],
  ['CreateLogGroup', { logGroupName, kmsKeyId: `${KEY}${'x'.repeat(256)}` }],
  ['DescribeLogGroups', { logGroupClass: 'COLD' }],
  ['DescribeLogGroups', { accountIdentifiers: ['385605022855', '1'] }],
  ['DescribeLogGroups', { accountIdentifiers: Array.from({ length: 21 }, () => '385605022855') }],
  ['ListLogGroups', { logGroupClass: 'COLD' }],
  ['ListLogGroups', { accountIdentifiers: ['abc'] }],
  ['UntagLogGroup', { logGroupName: '/there', tags: [] }],
  ['UntagLogGroup', { logGroupName: '/there', tags: [''] }],
  ['UntagLogGroup', { logGroupName: '/there', tags: ['a?'] }],
  ['TagLogGroup', { logGroupName: '/there', tags: { extra: '' } }],
] as const)('%s refuses %o with InvalidParameterException', async (operation, input) => {
  const logs = serviceSandbox('logs');
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, '']));
  await logs.call('CreateLogGroup', { logGroupName: '/there', tags: fifty });
  expect(await logs.refusal(operation, input as never)).toMatchObject({
    name: 'InvalidParameterException',
    statusCode: 400,
  });
});

it('UntagResource takes fifty well-formed keys at most', async () => {
  const logs = serviceSandbox('logs');
  await logs.call('CreateLogGroup', { logGroupName });
  const [group] = (await logs.call('DescribeLogGroups', {})).logGroups ?? [];
  const resourceArn = group?.logGroupArn ?? '';
  await logs.call('UntagResource', { resourceArn, tagKeys: ['absent'] });
  for (const tagKeys of [[''], ['a?'], Array.from({ length: 51 }, (_, index) => `k${index}`)]) {
    expect(await logs.refusal('UntagResource', { resourceArn, tagKeys })).toMatchObject({
      name: 'InvalidParameterException',
    });
  }
});

it('a log group may have a KMS key, which is shown', async () => {
  const logs = serviceSandbox('logs');
  await logs.call('CreateLogGroup', { logGroupName, kmsKeyId: KEY });
  expect((await logs.call('DescribeLogGroups', {})).logGroups).toMatchObject([{ kmsKeyId: KEY }]);
});
