import { describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { accountIdOfAccessKey } from '../../sandbox/sts/access-keys.ts';
import { ALLOW_LOGS, policy } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const ACCOUNT = '385605022855';
const OTHER_ACCOUNT = '111122223333';
const ELSEWHERE = {
  RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/ops/stationkeeper`,
  RoleSessionName: 'stationkeeper',
};
const OPS = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/ops`, RoleSessionName: 'session' };
const PROPAGATED = AWS_TIMING.iam.propagation.most;

/** A call with the credentials of an access key. */
async function as(
  { sandbox }: ServiceSandbox<'sts'>,
  accessKeyId: string | undefined,
  operation = 'GetCallerIdentity',
  input: object = {},
): Promise<object> {
  const accountId = accountIdOfAccessKey(accessKeyId ?? '') ?? ACCOUNT;
  const request = { service: 'sts', operation, input, region: 'us-east-1', accountId };
  return sandbox.call({ ...request, ...(accessKeyId === undefined ? {} : { accessKeyId }) });
}

async function withRole(MaxSessionDuration?: number): Promise<ServiceSandbox<'sts'>> {
  const sts = serviceSandbox('sts');
  const statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await sts
    .other('iam')
    .call('CreateRole', { RoleName: 'ops', AssumeRolePolicyDocument, MaxSessionDuration });
  return sts;
}

describe('GetCallerIdentity', () => {
  it('names the user of the account, whatever its access key', async () => {
    const sts = serviceSandbox('sts');
    for (const key of [undefined, 'AKIAIOSFODNN7EXAMPLE']) {
      expect(await as(sts, key)).toMatchObject({
        Account: ACCOUNT,
        Arn: `arn:aws:iam::${ACCOUNT}:user/sandbox`,
      });
    }
  });

  it('with credentials of a role names the role, its session and its id', async () => {
    const sts = await withRole();
    sts.advance(PROPAGATED);
    const { Role } = await sts.other('iam').call('GetRole', { RoleName: 'ops' });
    const { Credentials, AssumedRoleUser } = await sts.call('AssumeRole', OPS);
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/ops/session`;
    expect(AssumedRoleUser).toEqual({ Arn: arn, AssumedRoleId: `${Role?.RoleId}:session` });
    expect(await as(sts, Credentials?.AccessKeyId)).toEqual({
      Account: ACCOUNT,
      Arn: arn,
      UserId: `${Role?.RoleId}:session`,
    });
  });

  it('leaves the path of a role out of its session', async () => {
    const sts = serviceSandbox('sts');
    const { Credentials } = await sts.call('AssumeRole', ELSEWHERE);
    expect(await as(sts, Credentials?.AccessKeyId)).toMatchObject({
      Account: OTHER_ACCOUNT,
      Arn: `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/stationkeeper/stationkeeper`,
    });
  });

  it('refuses credentials that have expired, and such as nobody gave out', async () => {
    const sts = serviceSandbox('sts');
    const { Credentials } = await sts.call('AssumeRole', { ...ELSEWHERE, DurationSeconds: 900 });
    expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 10, 22, 0, 15)));
    sts.advance(900_000 - 1);
    await as(sts, Credentials?.AccessKeyId);
    sts.advance(1);
    await expect(as(sts, Credentials?.AccessKeyId)).rejects.toMatchObject({
      name: 'ExpiredToken',
      statusCode: 403,
    });
    await expect(as(sts, `ASIA${OTHER_ACCOUNT}ZZZZ`)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      statusCode: 403,
    });
  });
});

it("at any speed, credentials expire when their holder's clock says so", async () => {
  const sts = serviceSandbox('sts', 'us-east-1', { speed: 20 });
  const { Credentials } = await sts.call('AssumeRole', { ...ELSEWHERE, DurationSeconds: 900 });
  expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 10, 22, 0, 15)));
  sts.advance(900_000 - 1);
  expect(await as(sts, Credentials?.AccessKeyId)).toMatchObject({ Account: OTHER_ACCOUNT });
  sts.advance(1);
  await expect(as(sts, Credentials?.AccessKeyId)).rejects.toMatchObject({ name: 'ExpiredToken' });
});

describe('AssumeRole', () => {
  it("gives an access key that tells the role's account", async () => {
    const { Credentials } = await serviceSandbox('sts').call('AssumeRole', ELSEWHERE);
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA111122223333[A-Z0-9]{4}$/);
    expect(accountIdOfAccessKey(Credentials?.AccessKeyId ?? '')).toBe(OTHER_ACCOUNT);
  });

  it('is denied for a role that is not there, and for one that has not propagated yet', async () => {
    const sts = await withRole();
    const denied = (role: string) => ({
      name: 'AccessDenied',
      statusCode: 403,
      message: `User: arn:aws:iam::${ACCOUNT}:user/sandbox is not authorized to perform: sts:AssumeRole on resource: ${role}`,
    });
    const unknown = { ...OPS, RoleArn: `${OPS.RoleArn}-other` };
    expect(await sts.refusal('AssumeRole', unknown)).toMatchObject(denied(unknown.RoleArn));
    expect(await sts.refusal('AssumeRole', OPS)).toMatchObject(denied(OPS.RoleArn));
    sts.advance(PROPAGATED);
    await sts.call('AssumeRole', OPS);
  });

  describe('asks the trust policy of the role', () => {
    const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/first/session`;
    const by = (Principal: unknown, more: object = {}) => ({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      ...more,
    });
    const withId = (externalId: string) =>
      by({ AWS: ACCOUNT }, { Condition: { StringEquals: { 'sts:ExternalId': externalId } } });

    async function assume(statements: readonly object[], input: object = {}): Promise<string> {
      const sts = serviceSandbox('sts');
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      await sts.other('iam').call('CreateRole', { RoleName: 'ops', AssumeRolePolicyDocument });
      sts.advance(PROPAGATED);
      return sts.call('AssumeRole', { ...OPS, ...input }).then(
        () => 'given',
        (refused: Error) => refused.name,
      );
    }

    it.each([
      ['everybody', [by('*')], {}],
      ['the account', [by({ AWS: [ACCOUNT, OTHER_ACCOUNT] })], {}],
      ['the root of the account', [by({ AWS: `arn:aws:iam::${ACCOUNT}:root` })], {}],
      ['the user', [by({ AWS: `arn:aws:iam::${ACCOUNT}:user/sandbox` })], {}],
      ['all actions', [by({ AWS: ACCOUNT }, { Action: 'sts:*' })], {}],
      ['the external id', [withId('a-secret')], { ExternalId: 'a-secret' }],
      [
        'an external id where there is one',
        [by({ AWS: ACCOUNT }, { Condition: { StringLikeIfExists: { 'sts:externalid': 'a*' } } })],
        {},
      ],
      [
        'everybody but another account',
        [{ Effect: 'Allow', NotPrincipal: { AWS: OTHER_ACCOUNT }, Action: 'sts:AssumeRole' }],
        {},
      ],
    ])('which allows %s', async (_what, statements, input) => {
      expect(await assume(statements, input)).toBe('given');
    });

    it.each([
      ['a service alone', [by({ Service: 'ecs-tasks.amazonaws.com' })], {}],
      ['nobody', [by({ AWS: [], Service: 'ecs-tasks.amazonaws.com' })], {}],
      ['another account', [by({ AWS: OTHER_ACCOUNT })], {}],
      ['a role', [by({ AWS: SESSION })], {}],
      ['another external id', [withId('a-secret')], { ExternalId: 'another' }],
      ['an external id that is not given', [withId('a-secret')], {}],
      ['no tags', [by({ AWS: ACCOUNT })], { Tags: [{ Key: 'a', Value: 'b' }] }],
      [
        'a second factor',
        [by({ AWS: ACCOUNT }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
        {},
      ],
      ['all and denies it', [by('*'), { ...by({ AWS: ACCOUNT }), Effect: 'Deny' }], {}],
    ])('which allows %s, and so is denied', async (_what, statements, input) => {
      expect(await assume(statements, input)).toBe('AccessDenied');
    });

    it('by the role that a session is of, whatever its path', async () => {
      const sts = serviceSandbox('sts');
      const create = (RoleName: string, Path: string, AWS: string) =>
        sts.other('iam').call('CreateRole', {
          RoleName,
          Path,
          AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [by({ AWS })] }),
        });
      const first = await create('first', '/a/b/', ACCOUNT);
      sts.advance(PROPAGATED);
      await create('ops', '/', first.Role!.Arn!);
      sts.advance(PROPAGATED);
      expect(await sts.refusal('AssumeRole', OPS)).toMatchObject({ name: 'AccessDenied' });
      const session = { ...OPS, RoleArn: first.Role!.Arn! };
      const { Credentials } = await sts.call('AssumeRole', session);
      expect(await as(sts, Credentials?.AccessKeyId, 'AssumeRole', OPS)).toMatchObject({
        AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ops/session` },
      });
    });
  });

  it('of an account that nobody had called before is taken on trust, also once it is in use', async () => {
    const sts = serviceSandbox('sts');
    const { Credentials } = await sts.call('AssumeRole', ELSEWHERE);
    await as(sts, Credentials?.AccessKeyId);
    const other = await sts.call('AssumeRole', { ...ELSEWHERE, RoleArn: `${ELSEWHERE.RoleArn}-2` });
    expect(other.AssumedRoleUser?.Arn).toContain(`${OTHER_ACCOUNT}:assumed-role/stationkeeper-2/`);
  });

  it('gives sessions as long as the role allows', async () => {
    const sts = await withRole(7200);
    sts.advance(PROPAGATED);
    await sts.call('AssumeRole', { ...OPS, DurationSeconds: 7200 });
    expect(await sts.refusal('AssumeRole', { ...OPS, DurationSeconds: 7201 })).toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  it('by an assumed role gives an hour at most', async () => {
    const sts = serviceSandbox('sts');
    const { Credentials } = await sts.call('AssumeRole', ELSEWHERE);
    const again = (DurationSeconds: number) =>
      as(sts, Credentials?.AccessKeyId, 'AssumeRole', { ...ELSEWHERE, DurationSeconds });
    await again(3600);
    await expect(again(3601)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it.each([
    [{ RoleArn: 'stationkeeper' }, /at 'roleArn' .* greater than or equal to 20$/],
    [{ RoleArn: undefined }, /^1 validation error detected: Value null at 'roleArn'/],
    [{ RoleArn: 'arn:aws:iam::1:role/stationkeeper' }, /^arn:aws:iam::1:role\/stationkeeper is invalid$/],
    [{ RoleSessionName: 'a b' }, /at 'roleSessionName' .* regular expression pattern: \[\\w\+=,\.@-\]\*$/],
    [{ RoleSessionName: 'a' }, /at 'roleSessionName' .* greater than or equal to 2$/],
    [{ RoleSessionName: 'a'.repeat(65) }, /at 'roleSessionName' .* less than or equal to 64$/],
    [{ DurationSeconds: 899 }, /'899' at 'durationSeconds' .* greater than or equal to 900$/],
    [{ DurationSeconds: 43_201 }, /'43201' at 'durationSeconds' .* less than or equal to 43200$/],
    [{ ExternalId: 'x' }, /at 'externalId' .* greater than or equal to 2$/],
    [{ ExternalId: 'a b' }, /at 'externalId' .* regular expression/],
    [{ SourceIdentity: 'a b' }, /at 'sourceIdentity' .* regular expression/],
    [{ SerialNumber: 'short' }, /at 'serialNumber' .* greater than or equal to 9$/],
    [{ TokenCode: '12345x' }, /at 'tokenCode' .* regular expression/],
    [{ TokenCode: '1234567' }, /at 'tokenCode' .* less than or equal to 6$/],
    [{ Policy: '' }, /at 'policy' .* greater than or equal to 1$/],
    [{ PolicyArns: [{ arn: 'arn:aws:iam' }] }, /at 'policyArns.1.member.arn' .* equal to 20$/],
    [{ Tags: [{ Key: 'a?', Value: '' }] }, /at 'tags.1.member.key' .* regular expression/],
    [{ TransitiveTagKeys: [''] }, /at 'transitiveTagKeys.1.member' .* greater than or equal to 1$/],
    [{ ProvidedContexts: [] }, /at 'providedContexts' .* greater than or equal to 1$/],
  ])('refuses %o', async (change, message) => {
    const refused = await serviceSandbox('sts').refusal('AssumeRole', { ...ELSEWHERE, ...change });
    expect(refused.name).toBe('ValidationError');
    expect(refused.message).toMatch(message);
  });
});

describe('a session', () => {
  const session = (change: object) => ({ ...ELSEWHERE, ...change });

  it('may be given policies, tags and who is behind it', async () => {
    const more = {
      Policy: policy(ALLOW_LOGS),
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      Tags: [{ Key: 'team', Value: 'tracing' }],
      TransitiveTagKeys: ['team'],
      ExternalId: 'external:1',
      SourceIdentity: 'ada',
    };
    const answer = await serviceSandbox('sts').call('AssumeRole', session(more));
    expect(answer).toMatchObject({ SourceIdentity: 'ada', PackedPolicySize: expect.any(Number) as number });
    expect(answer.PackedPolicySize).toBeLessThan(100);
  });

  it.each([
    [{ Policy: '{' }, 'MalformedPolicyDocument'],
    [{ Policy: policy({ Effect: 'Allow', Action: 'x', Resource: '*' }) }, 'MalformedPolicyDocument'],
    [
      { Policy: policy({ ...ALLOW_LOGS, Resource: `arn:aws:logs:::${'x'.repeat(2048)}` }) },
      'PackedPolicyTooLarge',
    ],
    [
      {
        Tags: [
          { Key: 'team', Value: '' },
          { Key: 'TEAM', Value: '' },
        ],
      },
      'InvalidParameterValue',
    ],
    [{ Tags: [{ Key: 'aws:team', Value: '' }] }, 'InvalidParameterValue'],
  ])('with %o is refused with %s', async (change, name) => {
    expect(await serviceSandbox('sts').refusal('AssumeRole', session(change))).toMatchObject({ name });
  });
});

it('there are a thousand accounts at most', async () => {
  const { sandbox } = serviceSandbox('sts');
  const identity = (index: number) =>
    sandbox.call({
      service: 'sts',
      operation: 'GetCallerIdentity',
      input: {},
      region: 'us-east-1',
      accountId: String(100_000_000_000 + index),
    });
  for (let index = 0; index < 1000; index += 1) await identity(index);
  await expect(identity(1000)).rejects.toMatchObject({ name: 'AccessDenied', statusCode: 403 });
  expect(await identity(999)).toMatchObject({ Account: '100000000999' });
});

describe('GetSessionToken', () => {
  it('gives the user credentials of its own, which give no further ones', async () => {
    const sts = serviceSandbox('sts');
    const { Credentials } = await sts.call('GetSessionToken', {});
    expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 10, 22, 12)));
    expect(await as(sts, Credentials?.AccessKeyId)).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:user/sandbox`,
    });
    await expect(as(sts, Credentials?.AccessKeyId, 'GetSessionToken')).rejects.toMatchObject({
      name: 'AccessDenied',
      statusCode: 403,
    });
  });

  it.each([899, 129_601])('refuses %d seconds', async (DurationSeconds) => {
    expect(await serviceSandbox('sts').refusal('GetSessionToken', { DurationSeconds })).toMatchObject({
      name: 'ValidationError',
    });
  });
});

it('GetAccessKeyInfo tells the account of a key', async () => {
  const sts = serviceSandbox('sts');
  expect(await sts.call('GetAccessKeyInfo', { AccessKeyId: `ASIA${OTHER_ACCOUNT}ABCD` })).toEqual({
    Account: OTHER_ACCOUNT,
  });
  expect(await sts.refusal('GetAccessKeyInfo', { AccessKeyId: 'short' })).toMatchObject({
    name: 'ValidationError',
  });
});

it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'test', ''])(
  'the access key "%s" tells no account',
  (key) => {
    expect(accountIdOfAccessKey(key)).toBeUndefined();
  },
);
