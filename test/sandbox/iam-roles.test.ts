import type { RoleDetail } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/service-sandbox.ts';
import type { ServiceSandbox } from '../support/service-sandbox.ts';

const TRUST = policy({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
const ALLOW_LOGS = { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: '*' };
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

async function newRole(iam: ServiceSandbox<'iam'>, RoleName = 'xray-task', Path?: string) {
  return (await iam.call('CreateRole', { RoleName, Path, AssumeRolePolicyDocument: TRUST })).Role;
}

describe('CreateRole', () => {
  it('answers the role with its ARN, id and URL-encoded trust policy', async () => {
    const iam = serviceSandbox('iam');
    const role = await newRole(iam, 'xray', '/daemons/');
    expect(role).toMatchObject({
      Arn: 'arn:aws:iam::385605022855:role/daemons/xray',
      MaxSessionDuration: 3600,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) as string,
    });
    expect(role?.AssumeRolePolicyDocument).toMatch(/^%7B%22/);
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
  });

  it('a name is taken whatever its case', async () => {
    const iam = serviceSandbox('iam');
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
    const iam = serviceSandbox('iam');
    const input = { RoleName: 'xray', AssumeRolePolicyDocument: TRUST, ...change };
    expect(await iam.refusal('CreateRole', input)).toMatchObject({ name });
    expect((await iam.call('ListRoles', {})).Roles).toEqual([]);
  });
});

describe('inline policies', () => {
  it('are put, read back URL-encoded, listed and deleted', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
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
    ['no effect', policy({ ...ALLOW_LOGS, Effect: 'Maybe' }), 'Syntax errors in policy.'],
    ['equal ids', policy({ ...ALLOW_LOGS, Sid: 'a' }, { ...ALLOW_LOGS, Sid: 'a' }), /must be unique/],
  ])('with %s are malformed', async (_what, PolicyDocument, message) => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
    const refused = await iam.refusal('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
    expect(refused.name).toBe('MalformedPolicyDocument');
    expect(refused.message).toMatch(message);
  });

  it('of one role have 10240 characters together, white space not counted', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
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
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
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

describe('managed policies', () => {
  it('of AWS can be attached, twice to no effect', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn });
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn });
    expect((await iam.call('ListAttachedRolePolicies', { RoleName })).AttachedPolicies).toEqual([
      { PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn },
    ]);
  });

  it.each([
    ['ValidationError', 'nonsense'],
    ['NoSuchEntity', 'arn:aws:iam::385605022855:policy/mine'],
  ])('%s for %s', async (name, PolicyArn) => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
    expect(await iam.refusal('AttachRolePolicy', { RoleName, PolicyArn })).toMatchObject({ name });
    expect(await iam.refusal('DetachRolePolicy', { RoleName, PolicyArn })).toMatchObject({
      name: 'NoSuchEntity',
    });
  });
});

describe('changing a role', () => {
  it('its trust policy, description, session duration and tags change in place', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
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
    const iam = serviceSandbox('iam');
    const { RoleName } = (await newRole(iam))!;
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect(await iam.refusal('TagRole', { RoleName, Tags })).toMatchObject({ name: 'LimitExceeded' });
    await iam.call('TagRole', { RoleName, Tags: Tags.slice(1) });
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('shows roles with tags and both kinds of policies, page by page', async () => {
    const iam = serviceSandbox('iam');
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
    const iam = serviceSandbox('iam');
    await newRole(iam);
    const users = await iam.call('GetAccountAuthorizationDetails', { Filter: ['User'] });
    expect(users.RoleDetailList).toEqual([]);
    for (const input of [{ Marker: 'x' }, { MaxItems: 0 }, { MaxItems: 1001 }]) {
      expect(await iam.refusal('GetAccountAuthorizationDetails', input)).toMatchObject({
        name: 'ValidationError',
      });
    }
  });
});

it('ListRoles shows roles of a path, without their tags', async () => {
  const iam = serviceSandbox('iam');
  await newRole(iam, 'a', '/daemons/');
  await newRole(iam, 'b');
  await iam.call('TagRole', { RoleName: 'a', Tags: [{ Key: 'k', Value: 'v' }] });
  const { Roles = [] } = await iam.call('ListRoles', { PathPrefix: '/daemons/' });
  expect(Roles.map((role) => role.RoleName)).toEqual(['a']);
  expect(Roles[0]).not.toHaveProperty('Tags');
});

it('the service-linked role of ECS is made once, and is not ours to change', async () => {
  const iam = serviceSandbox('iam');
  const AWSServiceName = 'ecs.amazonaws.com';
  const { Role } = await iam.call('CreateServiceLinkedRole', { AWSServiceName });
  expect(Role?.Arn).toBe(
    'arn:aws:iam::385605022855:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
  );
  expect(await iam.refusal('CreateServiceLinkedRole', { AWSServiceName })).toMatchObject({
    name: 'InvalidInput',
  });
  expect(await iam.refusal('DeleteRole', { RoleName: Role?.RoleName })).toMatchObject({
    name: 'UnmodifiableEntity',
  });
});
