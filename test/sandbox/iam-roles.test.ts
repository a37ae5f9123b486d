import type { RoleDetail } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';
import { ALLOW_LOGS, TRUST, newRole, policy } from '../support/iam/policies.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** An account without any role. */
function emptyIam(): ServiceSandbox<'iam'> {
  return serviceSandbox('iam', 'us-east-1', { newAccount: true });
}

describe('CreateRole', () => {
  it('answers the role with its ARN, id, URL-encoded trust policy and a date of whole seconds', async () => {
    const iam = emptyIam();
    iam.advance(1_750);
    const role = await newRole(iam, 'xray', '/daemons/');
    expect(role).toMatchObject({
      Arn: 'arn:aws:iam::385605022855:role/daemons/xray',
      MaxSessionDuration: 3600,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) as string,
    });
    expect(role.CreateDate?.getTime()).toBe(Date.UTC(2026, 10, 22, 0, 0, 1));
    expect(role.AssumeRolePolicyDocument).toMatch(/^%7B%22/);
    expect(decodeURIComponent(role.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
  });

  it('a name is taken whatever its case', async () => {
    const iam = emptyIam();
    await newRole(iam, 'xray');
    expect(
      await iam.refusal('CreateRole', { RoleName: 'XRay', AssumeRolePolicyDocument: TRUST }),
    ).toMatchObject({
      name: 'EntityAlreadyExists',
      message: 'Role with name XRay already exists.',
      statusCode: 409,
    });
  });

  it.each([
    ['ValidationError', { RoleName: 'x'.repeat(65) }],
    ['ValidationError', { RoleName: 'a b' }],
    ['ValidationError', { Path: 'daemons' }],
    ['ValidationError', { MaxSessionDuration: 60 }],
    ['ValidationError', { Description: 'x'.repeat(1001) }],
    ['ValidationError', { AssumeRolePolicyDocument: undefined }],
    [
      'InvalidInput',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
    ],
    ['MalformedPolicyDocument', { AssumeRolePolicyDocument: '{' }],
    ['MalformedPolicyDocument', { AssumeRolePolicyDocument: policy(ALLOW_LOGS) }],
    ['MalformedPolicyDocument', { AssumeRolePolicyDocument: policy() }],
    [
      'LimitExceeded',
      {
        AssumeRolePolicyDocument: policy(
          ...Array.from({ length: 30 }, (_, index) => ({
            Sid: `Statement${index}`,
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
          })),
        ),
      },
    ],
  ])('%s for %o', async (name, change) => {
    const iam = emptyIam();
    const input = { RoleName: 'xray', AssumeRolePolicyDocument: TRUST, ...change };
    expect(await iam.refusal('CreateRole', input)).toMatchObject({ name });
    expect((await iam.call('ListRoles', {})).Roles).toEqual([]);
  });
});

it.each([
  [
    { RoleName: 'a b' },
    'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    { RoleName: 'x'.repeat(65) },
    `1 validation error detected: Value '${'x'.repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  ],
  [
    { Path: 'daemons' },
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  ],
  [
    { MaxSessionDuration: 3599 },
    "1 validation error detected: Value '3599' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
  ],
  [
    { MaxSessionDuration: 43_201 },
    "1 validation error detected: Value '43201' at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200",
  ],
  [
    { AssumeRolePolicyDocument: undefined },
    "1 validation error detected: Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
  ],
])('CreateRole with %o says what is wrong', async (change, message) => {
  const input = { RoleName: 'xray', AssumeRolePolicyDocument: TRUST, ...change };
  expect(await emptyIam().refusal('CreateRole', input)).toMatchObject({
    name: 'ValidationError',
    statusCode: 400,
    message,
  });
});

describe('inline policies', () => {
  it('are put, read back URL-encoded, listed and deleted', async () => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const PolicyDocument = policy(ALLOW_LOGS);
    await iam.call('PutRolePolicy', { RoleName, PolicyName: 'logs', PolicyDocument });
    const read = await iam.call('GetRolePolicy', { RoleName, PolicyName: 'logs' });
    expect(read.PolicyDocument).toContain('%2A');
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(PolicyDocument);
    expect(await iam.call('ListRolePolicies', { RoleName })).toMatchObject({
      PolicyNames: ['logs'],
      IsTruncated: false,
    });
    await iam.call('DeleteRolePolicy', { RoleName, PolicyName: 'logs' });
    expect(await iam.refusal('GetRolePolicy', { RoleName, PolicyName: 'logs' })).toMatchObject({
      name: 'NoSuchEntity',
      message: 'The role policy with name logs cannot be found.',
      statusCode: 404,
    });
  });

  it.each([
    ['no JSON', 'nonsense', 'This policy contains invalid Json'],
    [
      'a principal',
      policy({ ...ALLOW_LOGS, Principal: '*' }),
      'Policy document should not specify a principal.',
    ],
    [
      'no resource',
      policy({ Effect: 'Allow', Action: 'logs:*' }),
      'Policy statement must contain resources.',
    ],
    ['no action', policy({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    ['an action without service', policy({ ...ALLOW_LOGS, Action: 'PutLogEvents' }), /prefaced by a vendor/],
    ['a resource without ARN', policy({ ...ALLOW_LOGS, Resource: 'xray' }), /must be in ARN format or "\*"/],
    [
      'a resource without a service',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    [
      'a resource of every service',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws:*:*:*:*' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    [
      'a resource of another partition',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws-cn:logs:*:*:*' }),
      'Partition "aws-cn" is not valid for resource "arn:aws-cn:logs:*:*:*".',
    ],
    [
      'half an ARN with an empty part',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws:s3::bucket' }),
      'The policy failed legacy parsing',
    ],
    [
      'a role in a Region',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws:iam:us-east-1:385605022855:role/a' }),
      'IAM resource arn:aws:iam:us-east-1:385605022855:role/a cannot contain region information.',
    ],
    [
      'a bucket in a Region',
      policy({ ...ALLOW_LOGS, Resource: 'arn:aws:s3:us-east-1:385605022855:bucket/*' }),
      'Resource arn:aws:s3:us-east-1:385605022855:bucket/* can not contain region information.',
    ],
    [
      'a lack that may lack',
      policy({ ...ALLOW_LOGS, Condition: { NullIfExists: { 'aws:TokenIssueTime': 'true' } } }),
      'Invalid Condition type : NullIfExists.',
    ],
    [
      'a set of values that there is not',
      policy({ ...ALLOW_LOGS, Condition: { 'ForAllValue:StringLike': { 'aws:TagKeys': 'a' } } }),
      'Invalid Condition type : ForAllValue:StringLike.',
    ],
    ['no effect', policy({ ...ALLOW_LOGS, Effect: 'Maybe' }), 'Syntax errors in policy.'],
    ['equal ids', policy({ ...ALLOW_LOGS, Sid: 'a' }, { ...ALLOW_LOGS, Sid: 'a' }), /must be unique/],
  ])('with %s are malformed', async (_what, PolicyDocument, message) => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const refused = await iam.refusal('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
    expect(refused.name).toBe('MalformedPolicyDocument');
    expect(refused.message).toMatch(message);
  });

  it.each([
    ['half an ARN', { Resource: 'arn:aws:s3' }],
    ['any partition', { Resource: 'arn:*:logs:*:*:*' }],
    ['an access point in a Region', { Resource: 'arn:aws:s3:us-east-1:385605022855:accesspoint/a' }],
    ['truth without quotes', { Condition: { Bool: { 'aws:SecureTransport': true } } }],
    [
      'operators that let keys be missing',
      { Condition: { BoolIfExists: { 'aws:SecureTransport': 'true' } } },
    ],
  ])('are taken with %s', async (_what, member) => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const PolicyDocument = policy({ ...ALLOW_LOGS, ...member });
    await expect(
      iam.call('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument }),
    ).resolves.toBeDefined();
  });

  it('of one role have 10240 characters together, white space not counted', async () => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const resources = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::${'b'.repeat(50)}${index}`);
    const document = { Version: '2012-10-17', Statement: [{ ...ALLOW_LOGS, Resource: resources }] };
    const spacious = JSON.stringify(document, undefined, 60);
    expect(spacious.length).toBeGreaterThan(10_240);
    await iam.call('PutRolePolicy', { RoleName, PolicyName: 'a', PolicyDocument: spacious });
    await iam.call('PutRolePolicy', { RoleName, PolicyName: 'a', PolicyDocument: spacious });
    const second = { RoleName, PolicyName: 'b', PolicyDocument: spacious };
    expect(await iam.refusal('PutRolePolicy', second)).toMatchObject({
      name: 'LimitExceeded',
      statusCode: 409,
    });
  });
});

describe('DeleteRole', () => {
  it('needs every policy gone first', async () => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    await iam.call('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: policy(ALLOW_LOGS) });
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY });
    expect(await iam.refusal('DeleteRole', { RoleName })).toMatchObject({
      name: 'DeleteConflict',
      message: 'Cannot delete entity, must detach all policies first.',
      statusCode: 409,
    });
    await iam.call('DetachRolePolicy', { RoleName, PolicyArn: READ_ONLY });
    expect(await iam.refusal('DeleteRole', { RoleName })).toMatchObject({
      name: 'DeleteConflict',
      message: 'Cannot delete entity, must delete policies first.',
    });
    await iam.call('DeleteRolePolicy', { RoleName, PolicyName: 'p' });
    expect(await iam.call('ListInstanceProfilesForRole', { RoleName })).toMatchObject({
      InstanceProfiles: [],
    });
    await iam.call('DeleteRole', { RoleName });
    for (const operation of ['GetRole', 'DeleteRole'] as const) {
      expect(await iam.refusal(operation, { RoleName })).toMatchObject({
        name: 'NoSuchEntity',
        message: 'The role with name xray-task cannot be found.',
        statusCode: 404,
      });
    }
  });
});

describe('changing a role', () => {
  it('its trust policy, description, session duration and tags change in place', async () => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const trust = policy({ Effect: 'Allow', Principal: '*', Action: ['sts:AssumeRole', 'sts:TagSession'] });
    await iam.call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust });
    await iam.call('UpdateRole', { RoleName, Description: 'of the daemon', MaxSessionDuration: 7200 });
    await iam.call('TagRole', {
      RoleName,
      Tags: [
        { Key: 'Team', Value: 'a' },
        { Key: 'b', Value: '' },
      ],
    });
    await iam.call('TagRole', { RoleName, Tags: [{ Key: 'team', Value: 'c' }] });
    await iam.call('UntagRole', { RoleName, TagKeys: ['B'] });
    const { Role } = await iam.call('GetRole', { RoleName });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
    expect(Role).toMatchObject({
      Description: 'of the daemon',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'team', Value: 'c' }],
    });
    expect((await iam.call('ListRoleTags', { RoleName })).Tags).toEqual(Role?.Tags);
  });

  it('fifty tags are the limit', async () => {
    const iam = emptyIam();
    const { RoleName } = await newRole(iam);
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect(await iam.refusal('TagRole', { RoleName, Tags })).toMatchObject({ name: 'ValidationError' });
    await iam.call('TagRole', { RoleName, Tags: Tags.slice(1) });
    expect(await iam.refusal('TagRole', { RoleName, Tags: Tags.slice(0, 1) })).toMatchObject({
      name: 'LimitExceeded',
      statusCode: 409,
    });
  });
});

it.each([
  ['InvalidInput', { Key: 'aws:team', Value: '' }],
  ['ValidationError', { Key: 'x'.repeat(129), Value: '' }],
  ['ValidationError', { Key: 'a', Value: 'x'.repeat(257) }],
  ['ValidationError', { Key: 'a', Value: '<>' }],
  ['ValidationError', { Key: 'a', Value: undefined }],
])('TagRole answers %s for %o', async (name, tag) => {
  const iam = emptyIam();
  const { RoleName } = await newRole(iam);
  expect(await iam.refusal('TagRole', { RoleName, Tags: [tag] })).toMatchObject({ name });
  expect((await iam.call('ListRoleTags', { RoleName })).Tags).toEqual([]);
});

it('UpdateRoleDescription answers the role, and UpdateRole leaves what it is not given', async () => {
  const iam = emptyIam();
  const { RoleName } = await newRole(iam);
  const { Role } = await iam.call('UpdateRoleDescription', { RoleName, Description: 'of the daemon' });
  expect(Role).toMatchObject({ Description: 'of the daemon', MaxSessionDuration: 3600 });
  await iam.call('UpdateRole', { RoleName, MaxSessionDuration: 7200 });
  expect((await iam.call('GetRole', { RoleName })).Role).toMatchObject({
    Description: 'of the daemon',
    MaxSessionDuration: 7200,
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('shows roles with tags and both kinds of policies, page by page', async () => {
    const iam = emptyIam();
    for (let index = 0; index < 7; index++) await newRole(iam, `role-${index}`);
    const RoleName = 'role-5';
    await iam.call('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: policy(ALLOW_LOGS) });
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: READ_ONLY });
    await iam.call('TagRole', { RoleName, Tags: [{ Key: 'a', Value: '1' }] });
    const roles: RoleDetail[] = [];
    const sizes: number[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.call('GetAccountAuthorizationDetails', {
        Filter: ['Role'],
        MaxItems: 3,
        Marker,
      });
      Marker = page.Marker;
      expect(page.IsTruncated).toBe(Marker !== undefined);
      sizes.push(page.RoleDetailList?.length ?? 0);
      roles.push(...(page.RoleDetailList ?? []));
    } while (Marker !== undefined);
    expect(sizes).toEqual([3, 3, 1]);
    const found = roles.find((role) => role.RoleName === RoleName);
    expect(decodeURIComponent(found?.RolePolicyList?.[0]?.PolicyDocument ?? '')).toBe(policy(ALLOW_LOGS));
    expect(found).toMatchObject({
      Tags: [{ Key: 'a', Value: '1' }],
      AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY }],
      InstanceProfileList: [],
    });
    const names = roles.map((role) => role.RoleName);
    expect(names).toEqual(Array.from({ length: 7 }, (_, index) => `role-${index}`));
  });

  it('shows no roles where others are asked for, and refuses a marker it did not give', async () => {
    const iam = emptyIam();
    await newRole(iam);
    const users = await iam.call('GetAccountAuthorizationDetails', { Filter: ['User'] });
    expect(users.RoleDetailList).toEqual([]);
    const inputs = [{ Marker: 'x' }, { MaxItems: 0 }, { MaxItems: 1001 }, { Filter: ['Robot' as 'Role'] }];
    for (const input of inputs) {
      expect(await iam.refusal('GetAccountAuthorizationDetails', input)).toMatchObject({
        name: 'ValidationError',
      });
    }
  });
});

it('ListRoles shows roles of a path, without their tags and boundaries', async () => {
  const iam = emptyIam();
  await newRole(iam, 'a', '/daemons/');
  await newRole(iam, 'b');
  await iam.call('TagRole', { RoleName: 'a', Tags: [{ Key: 'k', Value: 'v' }] });
  await iam.call('PutRolePermissionsBoundary', { RoleName: 'a', PermissionsBoundary: READ_ONLY });
  const { Roles = [] } = await iam.call('ListRoles', { PathPrefix: '/daemons/' });
  expect(Roles.map((role) => role.RoleName)).toEqual(['a']);
  expect(Roles[0]).not.toHaveProperty('Tags');
  expect(Roles[0]).not.toHaveProperty('PermissionsBoundary');
  const { Role } = await iam.call('GetRole', { RoleName: 'a' });
  expect(Role).toMatchObject({
    Tags: [{ Key: 'k', Value: 'v' }],
    PermissionsBoundary: { PermissionsBoundaryArn: READ_ONLY },
  });
  expect(await iam.refusal('ListRoles', { PathPrefix: 'daemons' })).toMatchObject({
    name: 'ValidationError',
  });
});
