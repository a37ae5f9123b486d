import { expect, it } from 'vitest';
import { accountIdOfAccessKey } from '../../sandbox/sts/access-keys.ts';
import { serviceSandbox } from '../support/service-sandbox.ts';

it('a caller is told its account', async () => {
  expect(await serviceSandbox('sts').call('GetCallerIdentity', {})).toMatchObject({
    Account: '385605022855',
    Arn: expect.stringContaining(':385605022855:') as string,
  });
});

it("an assumed role's access key tells the role's account", async () => {
  const sts = serviceSandbox('sts');
  const { Credentials, AssumedRoleUser } = await sts.call('AssumeRole', {
    RoleArn: 'arn:aws:iam::111122223333:role/ops/stationkeeper',
    RoleSessionName: 'stationkeeper',
    DurationSeconds: 900,
  });
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA111122223333[A-Z0-9]{4}$/);
  expect(accountIdOfAccessKey(Credentials?.AccessKeyId ?? '')).toBe('111122223333');
  expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 10, 22, 0, 15)));
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/stationkeeper/stationkeeper');
});

it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'test', ''])(
  'the access key "%s" tells no account',
  (key) => {
    expect(accountIdOfAccessKey(key)).toBeUndefined();
  },
);

it.each([
  [{ RoleArn: 'stationkeeper' }],
  [{ RoleArn: 'arn:aws:iam::1:role/x' }],
  [{ RoleSessionName: 'a b' }],
  [{ DurationSeconds: 60 }],
])('AssumeRole refuses %o', async (change) => {
  const input = { RoleArn: 'arn:aws:iam::111122223333:role/x', RoleSessionName: 'session', ...change };
  expect(await serviceSandbox('sts').refusal('AssumeRole', input)).toMatchObject({ name: 'ValidationError' });
});
