import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { TRUST } from '../support/iam/policies.ts';

const ACCOUNT = '385605022855';
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
const USER = `User: arn:aws:iam::${ACCOUNT}:user/sandbox`;

type Statement = Readonly<Record<string, unknown>>;

/** An account that these statements limit. */
function limitedBy(...statements: readonly Statement[]): Sandbox {
  const sandbox = createSandbox({ clock: new VirtualClock() });
  sandbox.control.attachPolicy({ name: 'limits', policy: policyOf(...statements) });
  return sandbox;
}

function policyOf(...statements: readonly Statement[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function deny(Action: string | readonly string[], Condition?: object, Resource = '*'): Statement {
  return { Effect: 'Deny', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** `OK`, or the code of the refusal. */
async function outcome(sandbox: Sandbox, name: string, input: object = {}, region = 'us-east-1') {
  return (await refusal(sandbox, name, input, region))?.name ?? 'OK';
}

function refusal(sandbox: Sandbox, name: string, input: object = {}, region = 'us-east-1') {
  const [service = '', operation = ''] = name.split(':');
  return sandbox.call({ service, operation, input, region }).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
}

function roleInput(more: object = {}): object {
  return { RoleName: 'xray-task', AssumeRolePolicyDocument: TRUST, ...more };
}

/** The boundary that policies of companies ask for. */
async function withBoundary(sandbox: Sandbox): Promise<Sandbox> {
  const PolicyDocument = JSON.stringify(policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }));
  expect(await outcome(sandbox, 'iam:CreatePolicy', { PolicyName: 'boundary', PolicyDocument })).toBe('OK');
  return sandbox;
}

const WITHOUT_BOUNDARY = { StringNotEquals: { 'iam:PermissionsBoundary': BOUNDARY } };

describe('a service control policy', () => {
  it.each([
    [
      'iam:CreateRole',
      roleInput(),
      'AccessDenied',
      `${USER} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${ACCOUNT}:role/xray-task with an explicit deny in a service control policy`,
    ],
    [
      'ecs:CreateCluster',
      { clusterName: 'main' },
      'AccessDeniedException',
      `${USER} is not authorized to perform: ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/main with an explicit deny in a service control policy`,
    ],
    [
      'ecr:DeleteRepository',
      { repositoryName: 'xray' },
      'AccessDeniedException',
      `${USER} is not authorized to perform: ecr:DeleteRepository on resource: arn:aws:ecr:us-east-1:${ACCOUNT}:repository/xray with an explicit deny in a service control policy`,
    ],
    [
      'ssm:GetParameters',
      { Names: ['/prod/key'] },
      'AccessDeniedException',
      `${USER} is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/prod/key with an explicit deny in a service control policy`,
    ],
    [
      'secretsmanager:GetSecretValue',
      { SecretId: 'prod/db' },
      'AccessDeniedException',
      `${USER} is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:prod/db with an explicit deny in a service control policy`,
    ],
    [
      'xray:PutTraceSegments',
      { TraceSegmentDocuments: ['{}'] },
      'AccessDeniedException',
      `${USER} is not authorized to perform: xray:PutTraceSegments on resource: * with an explicit deny in a service control policy`,
    ],
    [
      'tagging:GetResources',
      {},
      'AccessDeniedException',
      `${USER} is not authorized to perform: tag:GetResources on resource: * with an explicit deny in a service control policy`,
    ],
    [
      'route53:ListHostedZones',
      {},
      'AccessDenied',
      `${USER} is not authorized to perform: route53:ListHostedZones on resource: * with an explicit deny in a service control policy`,
    ],
  ])('refuses %s in the code and words of its service', async (name, input, code, message) => {
    const sandbox = limitedBy(deny('*'));
    expect(await refusal(sandbox, name, input)).toMatchObject({ name: code, message });
  });

  it('refuses EC2 with its decision encoded behind the words', async () => {
    const sandbox = limitedBy(deny('ec2:DescribeVpcs'));
    expect(await refusal(sandbox, 'ec2:DescribeVpcs')).toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringMatching(
        /^You are not authorized to perform this operation\. User: \S+ is not authorized .* with an explicit deny in a service control policy\. Encoded authorization failure message: [\w-]+$/,
      ),
    });
  });

  it('demands a boundary of roles that are made, and of those that get more', async () => {
    const actions = ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy'];
    const sandbox = await withBoundary(limitedBy(deny(actions, WITHOUT_BOUNDARY)));
    const policy = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(await outcome(sandbox, 'iam:CreateRole', roleInput())).toBe('AccessDenied');
    expect(await outcome(sandbox, 'iam:CreateRole', roleInput({ PermissionsBoundary: policy }))).toBe(
      'AccessDenied',
    );
    expect(await outcome(sandbox, 'iam:CreateRole', roleInput({ PermissionsBoundary: BOUNDARY }))).toBe('OK');
    const attach = { RoleName: 'xray-task', PolicyArn: policy };
    expect(await outcome(sandbox, 'iam:AttachRolePolicy', attach)).toBe('OK');
    expect(await outcome(sandbox, 'iam:DeleteRolePermissionsBoundary', { RoleName: 'xray-task' })).toBe('OK');
    expect(await outcome(sandbox, 'iam:AttachRolePolicy', attach)).toBe('AccessDenied');
  });

  it.each<[string, Statement, string, object, string]>([
    [
      'another policy may be attached',
      deny('iam:AttachRolePolicy', { ArnLike: { 'iam:PolicyARN': '*/AdministratorAccess' } }),
      'iam:AttachRolePolicy',
      { RoleName: 'xray-task', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      'OK',
    ],
    [
      'that policy may not',
      deny('iam:AttachRolePolicy', { ArnLike: { 'iam:PolicyARN': '*/AdministratorAccess' } }),
      'iam:AttachRolePolicy',
      { RoleName: 'xray-task', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      'AccessDenied',
    ],
    [
      'a zone of that id is not changed',
      deny('route53:*', undefined, 'arn:aws:route53:::hostedzone/Z1'),
      'route53:ChangeResourceRecordSets',
      { HostedZoneId: 'Z1', ChangeBatch: { Changes: [] } },
      'AccessDenied',
    ],
    [
      'another zone is none of its business',
      deny('route53:*', undefined, 'arn:aws:route53:::hostedzone/Z2'),
      'route53:GetHostedZone',
      { Id: '/hostedzone/Z1' },
      'NoSuchHostedZone',
    ],
    [
      'one record of a batch has another type than is allowed',
      deny('route53:ChangeResourceRecordSets', {
        'ForAnyValue:StringNotEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'] },
      }),
      'route53:ChangeResourceRecordSets',
      {
        HostedZoneId: 'Z1',
        ChangeBatch: {
          Changes: ['TXT', 'A'].map((Type) => ({
            Action: 'UPSERT',
            ResourceRecordSet: { Name: 'a.example.org', Type },
          })),
        },
      },
      'AccessDenied',
    ],
    [
      'a public namespace would need a zone',
      deny('route53:CreateHostedZone'),
      'servicediscovery:CreatePublicDnsNamespace',
      { Name: 'example.org' },
      'AccessDeniedException',
    ],
    [
      'an HTTP namespace needs none',
      deny('route53:CreateHostedZone'),
      'servicediscovery:CreateHttpNamespace',
      { Name: 'daemons' },
      'OK',
    ],
    [
      'a tag is lacking',
      deny('ecs:CreateCluster', { Null: { 'aws:RequestTag/team': 'true' } }),
      'ecs:CreateCluster',
      {},
      'AccessDeniedException',
    ],
    [
      'the tag is there',
      deny('ecs:CreateCluster', { Null: { 'aws:RequestTag/team': 'true' } }),
      'ecs:CreateCluster',
      { tags: [{ key: 'team', value: 'a' }] },
      'OK',
    ],
    [
      'a tag has a value that is not allowed',
      deny('logs:CreateLogGroup', { StringNotLike: { 'aws:RequestTag/team': ['a*', 'b*'] } }),
      'logs:CreateLogGroup',
      { logGroupName: '/x', tags: { team: 'c' } },
      'AccessDeniedException',
    ],
    [
      'each tag is one of some',
      deny('logs:CreateLogGroup', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['team', 'cost'] } }),
      'logs:CreateLogGroup',
      { logGroupName: '/x', tags: { team: 'a', cost: 'b' } },
      'OK',
    ],
    [
      'one tag is another',
      deny('logs:CreateLogGroup', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['team', 'cost'] } }),
      'logs:CreateLogGroup',
      { logGroupName: '/x', tags: { team: 'a', other: 'b' } },
      'AccessDeniedException',
    ],
    [
      'the resource is tagged so',
      deny('iam:*', { StringEquals: { 'aws:ResourceTag/owner': 'platform' } }),
      'iam:DeleteRole',
      { RoleName: 'xray-task' },
      'AccessDenied',
    ],
    [
      'the resource is another',
      deny('iam:*', undefined, 'arn:aws:iam::*:role/admin/*'),
      'iam:DeleteRole',
      { RoleName: 'xray-task' },
      'OK',
    ],
    [
      'it is that resource',
      deny('iam:*', undefined, 'arn:aws:iam::*:role/xray-*'),
      'iam:GetRole',
      { RoleName: 'xray-task' },
      'AccessDenied',
    ],
    [
      'whoever calls is excepted',
      deny('iam:*', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/sandbox' } }),
      'iam:GetRole',
      { RoleName: 'xray-task' },
      'OK',
    ],
    [
      'a role must not be passed',
      deny('iam:PassRole', { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
      'ecs:RegisterTaskDefinition',
      {
        family: 'x',
        taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/xray-task`,
        containerDefinitions: [{ name: 'x', image: 'x', memory: 64 }],
      },
      'AccessDeniedException',
    ],
  ])('decides by its conditions and resources: %s', async (_case, statement, name, input, expected) => {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    await outcome(sandbox, 'iam:CreateRole', roleInput({ Tags: [{ Key: 'owner', Value: 'platform' }] }));
    sandbox.control.attachPolicy({ name: 'limits', policy: policyOf(statement) });
    expect(await outcome(sandbox, name, input)).toBe(expected);
  });

  it('keeps callers to some Regions, and what is global to none', async () => {
    const elsewhere = {
      Effect: 'Deny',
      NotAction: ['sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } },
    };
    const sandbox = limitedBy(elsewhere);
    expect(await outcome(sandbox, 'ecs:ListClusters', {}, 'eu-central-1')).toBe('OK');
    expect(await outcome(sandbox, 'ecs:ListClusters', {}, 'eu-west-1')).toBe('AccessDeniedException');
    expect(await outcome(sandbox, 'iam:ListRoles', {}, 'eu-west-1')).toBe('OK');
    expect(await outcome(sandbox, 'sts:GetCallerIdentity', {}, 'eu-west-1')).toBe('OK');
  });

  it('knows the sessions of a role by the role, with its path', async () => {
    const clock = new VirtualClock();
    const sandbox = createSandbox({ clock });
    const trust = TRUST.replace('"Service":"ecs-tasks.amazonaws.com"', `"AWS":"${ACCOUNT}"`);
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/ops/xray-task`;
    await outcome(sandbox, 'iam:CreateRole', roleInput({ Path: '/ops/', AssumeRolePolicyDocument: trust }));
    await clock.advance(60_000);
    const region = 'us-east-1';
    const assumed = (await sandbox.call({
      service: 'sts',
      operation: 'AssumeRole',
      input: { RoleArn, RoleSessionName: 'ops' },
      region,
    })) as { readonly Credentials: { readonly AccessKeyId: string } };
    const others = deny('ecs:*', { ArnNotEquals: { 'aws:PrincipalArn': RoleArn } });
    sandbox.control.attachPolicy({ name: 'limits', policy: policyOf(others) });
    const list = { service: 'ecs', operation: 'ListClusters', input: {}, region };
    expect(await sandbox.call({ ...list, accessKeyId: assumed.Credentials.AccessKeyId })).toEqual({
      clusterArns: [],
    });
    await expect(sandbox.call(list)).rejects.toThrow('explicit deny in a service control policy');
  });

  it("is asked about the key of a repository where that is somebody's own, when it is made and when it goes", async () => {
    const kmsKey = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const make = (sandbox: Sandbox, repositoryName: string, key: object) =>
      outcome(sandbox, 'ecr:CreateRepository', {
        repositoryName,
        encryptionConfiguration: { encryptionType: 'KMS', ...key },
      });
    const made = limitedBy(deny(['kms:CreateGrant', 'kms:DescribeKey'], undefined, kmsKey));
    expect(await make(made, 'own', { kmsKey })).toBe('AccessDeniedException');
    expect(await make(made, 'aws', {})).toBe('OK');

    const going = limitedBy(deny('kms:RetireGrant', undefined, `arn:aws:kms:us-east-1:${ACCOUNT}:key/*`));
    for (const [name, key] of [
      ['own', { kmsKey }],
      ['id', { kmsKey: '1234abcd' }],
      ['alias', { kmsKey: 'alias/mine' }],
      ['aws', {}],
    ] as const) {
      expect(await make(going, name, key)).toBe('OK');
    }
    const deleted = (repositoryName: string) => outcome(going, 'ecr:DeleteRepository', { repositoryName });
    expect(await deleted('own')).toBe('AccessDeniedException');
    expect(await deleted('id')).toBe('AccessDeniedException');
    expect(await deleted('alias')).toBe('OK');
    expect(await deleted('aws')).toBe('OK');
  });

  it('allows nothing that none of them allows, once FullAWSAccess is detached', async () => {
    const sandbox = limitedBy({ Effect: 'Allow', Action: 'ecs:*', Resource: '*' });
    expect(sandbox.control.detachPolicy('FullAWSAccess')).toBe(true);
    expect(await outcome(sandbox, 'ecs:ListClusters')).toBe('OK');
    expect(await refusal(sandbox, 'iam:ListRoles')).toMatchObject({
      message: `${USER} is not authorized to perform: iam:ListRoles on resource: * because no service control policy allows the iam:ListRoles action`,
    });
    sandbox.control.resetPolicies();
    expect(await outcome(sandbox, 'iam:ListRoles')).toBe('OK');
    expect(sandbox.control.policies().map(({ name }) => name)).toEqual(['FullAWSAccess']);
  });

  it.each<[string, object, string]>([
    [
      'a condition key that no request has',
      policyOf(deny('iam:*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })),
      'No request has the condition key aws:SourceIp',
    ],
    [
      'a resource of what is about none',
      policyOf(deny('ec2:DescribeVpcs', undefined, 'arn:aws:ec2:*:*:vpc/*')),
      'The sandbox knows no resource of ec2:DescribeVpcs: write "Resource": "*".',
    ],
    ['a principal', policyOf({ ...deny('iam:*'), Principal: '*' }), 'principal'],
    ['no statement', { Version: '2012-10-17' }, 'Syntax errors in policy.'],
  ])('is refused for %s', (_case, policy, message) => {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    expect(() => sandbox.control.attachPolicy({ name: 'limits', policy })).toThrow(message);
    expect(sandbox.control.policies()).toHaveLength(1);
  });
});
