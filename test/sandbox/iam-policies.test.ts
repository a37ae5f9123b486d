import { describe, expect, it } from 'vitest';
import { ALLOW_LOGS, newRole, policy } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const EXECUTION = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const MINE = 'arn:aws:iam::385605022855:policy/daemons/logs';
const NONE = 'arn:aws:iam::385605022855:policy/none';

/** A customer managed policy. */
async function withPolicy(): Promise<ServiceSandbox<'iam'>> {
  const iam = serviceSandbox('iam', 'us-east-1', { newAccount: true });
  await iam.call('CreatePolicy', {
    PolicyName: 'logs',
    Path: '/daemons/',
    Description: 'of daemons',
    PolicyDocument: policy(ALLOW_LOGS),
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  return iam;
}

describe('attached policies', () => {
  it('of AWS can be attached, twice to no effect', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: EXECUTION });
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: EXECUTION });
    expect((await iam.call('ListAttachedRolePolicies', { RoleName })).AttachedPolicies).toEqual([
      { PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn: EXECUTION },
    ]);
  });

  it.each([
    ['ValidationError', 400, 'nonsense', /at 'policyArn' .* greater than or equal to 20$/],
    ['InvalidInput', 400, 'arn:aws:s3:::bucket-of-mine', /^ARN arn:aws:s3:::bucket-of-mine is not valid\.$/],
    [
      'NoSuchEntity',
      404,
      NONE,
      /^Policy arn:aws:iam::385605022855:policy\/none does not exist or is not attachable\.$/,
    ],
    [
      'PolicyNotAttachable',
      400,
      'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy',
      /^Cannot attach a Service Role Policy to a Customer Role\.$/,
    ],
  ])('%s (%d) for %s', async (name, statusCode, PolicyArn, message) => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    const refused = await iam.refusal('AttachRolePolicy', { RoleName, PolicyArn });
    expect(refused).toMatchObject({ name, statusCode });
    expect(refused.message).toMatch(message);
  });

  it('what is not attached cannot be detached', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    expect(await iam.refusal('DetachRolePolicy', { RoleName, PolicyArn: READ_ONLY })).toMatchObject({
      name: 'NoSuchEntity',
      statusCode: 404,
      message: `Policy ${READ_ONLY} was not found.`,
    });
  });

  it.each([
    ['a typo', 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolPolicy'],
    ['another path', 'arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy'],
  ])('of AWS are known by name: %s is refused', async (_what, PolicyArn) => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    expect(await iam.refusal('AttachRolePolicy', { RoleName, PolicyArn })).toMatchObject({
      name: 'NoSuchEntity',
      statusCode: 404,
      message: `Policy ${PolicyArn} does not exist or is not attachable.`,
    });
    expect(
      await iam.refusal('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: PolicyArn }),
    ).toMatchObject({ name: 'NoSuchEntity' });
  });

  it('of one role are ten at most', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    const names = [
      'EC2',
      'S3',
      'SQS',
      'SNS',
      'RDS',
      'VPC',
      'DynamoDB',
      'Route53',
      'Redshift',
      'ElastiCache',
      'SSM',
    ];
    const attach = (index: number) => ({
      RoleName,
      PolicyArn: `arn:aws:iam::aws:policy/Amazon${names[index]}ReadOnlyAccess`,
    });
    for (let index = 0; index < 10; index += 1) await iam.call('AttachRolePolicy', attach(index));
    await iam.call('AttachRolePolicy', attach(0));
    expect(await iam.refusal('AttachRolePolicy', attach(10))).toMatchObject({
      name: 'LimitExceeded',
      statusCode: 409,
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
  });
});

describe('policies of the account', () => {
  it('have a document, versions and tags, and count where they are used', async () => {
    const iam = await withPolicy();
    const { RoleName } = await newRole(iam);
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: MINE });
    expect((await iam.call('GetPolicy', { PolicyArn: MINE })).Policy).toMatchObject({
      Arn: MINE,
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/) as string,
      DefaultVersionId: 'v1',
      AttachmentCount: 1,
      Description: 'of daemons',
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    const { PolicyVersion } = await iam.call('GetPolicyVersion', { PolicyArn: MINE, VersionId: 'v1' });
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(policy(ALLOW_LOGS));
    expect((await iam.call('ListEntitiesForPolicy', { PolicyArn: MINE })).PolicyRoles).toMatchObject([
      { RoleName },
    ]);
    const details = await iam.call('GetAccountAuthorizationDetails', { Filter: ['LocalManagedPolicy'] });
    expect(details).toMatchObject({
      RoleDetailList: [],
      Policies: [{ PolicyName: 'logs', PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true }] }],
    });
  });

  it('have five versions at most, whose numbers are not used again', async () => {
    const iam = await withPolicy();
    const input = { PolicyArn: MINE, PolicyDocument: policy(ALLOW_LOGS), SetAsDefault: true };
    for (const id of ['v2', 'v3', 'v4', 'v5']) {
      expect((await iam.call('CreatePolicyVersion', input)).PolicyVersion?.VersionId).toBe(id);
    }
    expect(await iam.refusal('CreatePolicyVersion', input)).toMatchObject({
      name: 'LimitExceeded',
      statusCode: 409,
    });
    const last = { PolicyArn: MINE, VersionId: 'v5' };
    expect(await iam.refusal('DeletePolicyVersion', last)).toMatchObject({
      name: 'DeleteConflict',
      message: 'Cannot delete the default version of a policy.',
    });
    await iam.call('SetDefaultPolicyVersion', { PolicyArn: MINE, VersionId: 'v4' });
    await iam.call('DeletePolicyVersion', last);
    expect((await iam.call('CreatePolicyVersion', input)).PolicyVersion?.VersionId).toBe('v6');
    const { Versions = [] } = await iam.call('ListPolicyVersions', { PolicyArn: MINE });
    expect(Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion).map((v) => v.VersionId)).toEqual([
      'v6',
    ]);
    expect(await iam.refusal('GetPolicyVersion', last)).toMatchObject({ name: 'NoSuchEntity' });
  });

  it('can be deleted once nobody uses them and one version is left', async () => {
    const iam = await withPolicy();
    const { RoleName } = await newRole(iam);
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: MINE });
    const refused = () => iam.refusal('DeletePolicy', { PolicyArn: MINE });
    const conflict = { name: 'DeleteConflict', statusCode: 409 };
    const attached = { ...conflict, message: 'Cannot delete a policy attached to entities.' };
    expect(await refused()).toMatchObject(attached);
    await iam.call('DetachRolePolicy', { RoleName, PolicyArn: MINE });
    await iam.call('CreatePolicyVersion', { PolicyArn: MINE, PolicyDocument: policy(ALLOW_LOGS) });
    expect((await refused()).message).toMatch(/^This policy has more than one version\./);
    await iam.call('DeletePolicyVersion', { PolicyArn: MINE, VersionId: 'v2' });
    await iam.call('DeletePolicy', { PolicyArn: MINE });
    expect(await iam.refusal('GetPolicy', { PolicyArn: MINE })).toMatchObject({
      name: 'NoSuchEntity',
      statusCode: 404,
      message: `Policy ${MINE} was not found.`,
    });
  });

  it('have names that differ in more than case and path', async () => {
    const iam = await withPolicy();
    const input = { PolicyName: 'Logs', PolicyDocument: policy(ALLOW_LOGS) };
    expect(await iam.refusal('CreatePolicy', input)).toMatchObject({
      name: 'EntityAlreadyExists',
      statusCode: 409,
      message: 'A policy called Logs already exists. Duplicate names are not allowed.',
    });
  });

  it('have 6144 characters at most', async () => {
    const Resource = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::${'b'.repeat(50)}${index}`);
    const PolicyDocument = policy({ ...ALLOW_LOGS, Resource });
    expect(
      await serviceSandbox('iam').refusal('CreatePolicy', { PolicyName: 'big', PolicyDocument }),
    ).toMatchObject({ name: 'LimitExceeded', message: 'Cannot exceed quota for PolicySize: 6144' });
  });

  it('are listed with those of AWS, by scope and use', async () => {
    const iam = await withPolicy();
    const { RoleName } = await newRole(iam);
    await iam.call('AttachRolePolicy', { RoleName, PolicyArn: EXECUTION });
    const names = async (input: { Scope?: 'AWS' | 'Local'; OnlyAttached?: boolean }) =>
      (await iam.call('ListPolicies', input)).Policies?.map(({ PolicyName }) => PolicyName);
    expect(await names({ Scope: 'Local' })).toEqual(['logs']);
    expect(await names({ OnlyAttached: true })).toEqual(['AmazonECSTaskExecutionRolePolicy']);
    expect((await names({}))?.slice(0, 2)).toEqual(['logs', 'AIDevOpsAgentAccessPolicy']);
  });
});

describe('permissions boundaries', () => {
  it('are managed policies, which cannot be deleted meanwhile', async () => {
    const iam = await withPolicy();
    const { RoleName } = await newRole(iam);
    await iam.call('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: MINE });
    expect((await iam.call('GetRole', { RoleName })).Role?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: MINE,
    });
    expect(await iam.refusal('DeletePolicy', { PolicyArn: MINE })).toMatchObject({ name: 'DeleteConflict' });
    await iam.call('DeleteRolePermissionsBoundary', { RoleName });
    expect((await iam.call('GetRole', { RoleName })).Role).not.toHaveProperty('PermissionsBoundary');
    expect(await iam.refusal('DeleteRolePermissionsBoundary', { RoleName })).toMatchObject({
      name: 'NoSuchEntity',
    });
  });

  it('must be there', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    const refused = {
      name: 'NoSuchEntity',
      message: `Scope ARN: ${NONE} does not exist or is not attachable.`,
    };
    const input = { RoleName, PermissionsBoundary: NONE };
    expect(await iam.refusal('PutRolePermissionsBoundary', input)).toMatchObject(refused);
    const creation = {
      ...input,
      RoleName: 'other',
      AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
    };
    expect(await iam.refusal('CreateRole', creation)).toMatchObject(refused);
  });
});
