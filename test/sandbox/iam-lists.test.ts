import { describe, expect, it } from 'vitest';
import { ALLOW_LOGS, TRUST, newRole, policy } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

const PolicyArn = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
const EXECUTION = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

describe('lists of IAM', () => {
  it.each([
    ['ListAttachedRolePolicies', { RoleName: 'xray', PathPrefix: 'x' }, 'pathPrefix'],
    ['ListAttachedRolePolicies', { RoleName: 'xray', PathPrefix: '' }, 'pathPrefix'],
    ['ListInstanceProfilesForRole', { RoleName: 'xray', MaxItems: 0 }, 'maxItems'],
    ['ListInstanceProfilesForRole', { RoleName: 'xray', MaxItems: 1001 }, 'maxItems'],
    ['ListInstanceProfilesForRole', { RoleName: 'xray', Marker: '' }, 'Marker'],
    ['ListEntitiesForPolicy', { PolicyArn, EntityFilter: 'Robot' }, 'entityFilter'],
    ['ListEntitiesForPolicy', { PolicyArn, PolicyUsageFilter: 'None' }, 'policyUsageFilter'],
    ['ListEntitiesForPolicy', { PolicyArn, PathPrefix: 'x' }, 'pathPrefix'],
    ['ListPolicies', { Scope: 'Mine' }, 'scope'],
    ['ListPolicies', { PolicyUsageFilter: 'None' }, 'policyUsageFilter'],
    ['ListPolicies', { PathPrefix: 'x' }, 'pathPrefix'],
    ['UntagRole', { RoleName: 'xray', TagKeys: [''] }, 'tagKeys.1.member'],
    ['UntagRole', { RoleName: 'xray', TagKeys: ['k', 'x'.repeat(129)] }, 'tagKeys.2.member'],
    ['UntagRole', { RoleName: 'xray', TagKeys: Array.from({ length: 51 }, (_, i) => `k${i}`) }, 'tagKeys'],
  ] as const)('%s refuses %o', async (operation, input, member) => {
    const iam = serviceSandbox('iam');
    await newRole(iam, 'xray');
    const refused = await iam.refusal(operation, input as never);
    expect(refused.name).toBe('ValidationError');
    expect(refused.message).toContain(member);
  });

  it('attached policies are listed by their path', async () => {
    const iam = serviceSandbox('iam');
    await newRole(iam, 'xray');
    await iam.call('AttachRolePolicy', { RoleName: 'xray', PolicyArn });
    await iam.call('AttachRolePolicy', { RoleName: 'xray', PolicyArn: EXECUTION });
    const list = async (PathPrefix?: string) =>
      (await iam.call('ListAttachedRolePolicies', { RoleName: 'xray', PathPrefix })).AttachedPolicies?.map(
        (attached) => attached.PolicyArn,
      );
    expect(await list()).toEqual([PolicyArn, EXECUTION]);
    expect(await list('/')).toEqual([PolicyArn, EXECUTION]);
    expect(await list('/service-role/')).toEqual([EXECUTION]);
  });
});

describe('what AWS keeps for its own', () => {
  it('the path of service-linked roles is reserved', async () => {
    const Path = '/aws-service-role/ecs.amazonaws.com/';
    expect(
      await serviceSandbox('iam').refusal('CreateRole', {
        RoleName: 'x',
        Path,
        AssumeRolePolicyDocument: TRUST,
      }),
    ).toMatchObject({ name: 'InvalidInput', statusCode: 400 });
  });

  it('a service is named by its domain', async () => {
    expect(
      await serviceSandbox('iam').refusal('CreateServiceLinkedRole', { AWSServiceName: 'a service' }),
    ).toMatchObject({ name: 'ValidationError' });
  });
});

it.each([
  [{ Colour: 'red' }],
  [{ NotAction: 's3:*' }],
  [{ NotResource: '*' }],
  [{ Condition: { Equals: { 'aws:x': 'y' } } }],
])('an inline policy with %o is malformed', async (more) => {
  const iam = serviceSandbox('iam');
  await newRole(iam, 'xray');
  const PolicyDocument = policy({ ...ALLOW_LOGS, ...more });
  expect(
    await iam.refusal('PutRolePolicy', { RoleName: 'xray', PolicyName: 'p', PolicyDocument }),
  ).toMatchObject({ name: 'MalformedPolicyDocument' });
});
