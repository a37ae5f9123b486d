import { describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { newRole, policy } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

function newAccount(): ServiceSandbox<'iam'> {
  return serviceSandbox('iam', 'us-east-1', { newAccount: true });
}

describe('who may assume a role', () => {
  const trusting = (Principal: unknown) => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  const input = (Principal: unknown) => ({ RoleName: 'b', AssumeRolePolicyDocument: trusting(Principal) });

  it.each([
    ['*'],
    [{ Service: ['ecs.amazonaws.com', 'ecs-tasks.amazonaws.com'] }],
    [{ AWS: '385605022855' }],
    [{ AWS: 'arn:aws:iam::385605022855:root' }],
    [{ AWS: 'arn:aws:iam::385605022855:user/sandbox' }],
    [{ AWS: 'arn:aws:iam::111122223333:user/of-another-account' }],
    [{ AWS: 'arn:aws:sts::385605022855:assumed-role/ops/session' }],
    [{ AWS: 'arn:aws:iam::111122223333:role/of-another-account' }],
    [{ Federated: 'cognito-identity.amazonaws.com' }],
    [{ AWS: [] }],
    [{ AWS: [], Service: 'ecs-tasks.amazonaws.com' }],
  ])('can be %o', async (principal) => {
    const { Role } = await newAccount().call('CreateRole', input(principal));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trusting(principal));
  });

  it.each([
    [{ Service: 'ecs-tasks' }, '"SERVICE":"ecs-tasks"'],
    [{ AWS: 'nobody' }, '"AWS":"nobody"'],
    [{ AWS: 'arn:aws:iam::385605022855:role/none' }, '"AWS":"arn:aws:iam::385605022855:role/none"'],
    [{ AWS: 'arn:aws:iam::385605022855:user/none' }, '"AWS":"arn:aws:iam::385605022855:user/none"'],
    [{ Service: '*' }, '"SERVICE":"*"'],
    [{ service: 'ecs.amazonaws.com' }, '"service"'],
  ])('cannot be %o', async (principal, named) => {
    expect(await newAccount().refusal('CreateRole', input(principal))).toMatchObject({
      name: 'MalformedPolicyDocument',
      message: `Invalid principal in policy: ${named}`,
    });
  });

  it.each([[{}], [{ Service: [] }]])('must be somebody: %o is refused', async (principal) => {
    expect(await newAccount().refusal('CreateRole', input(principal))).toMatchObject({
      name: 'MalformedPolicyDocument',
      message: 'Missing required field Principal cannot be empty!',
    });
  });

  it('can be a new role once it has propagated', async () => {
    const iam = newAccount();
    const { Arn } = await newRole(iam, 'a');
    expect(await iam.refusal('CreateRole', input({ AWS: Arn }))).toMatchObject({
      name: 'MalformedPolicyDocument',
    });
    iam.advance(AWS_TIMING.iam.passRole.most);
    await iam.call('CreateRole', input({ AWS: Arn }));
    expect((await iam.call('ListRoles', {})).Roles).toHaveLength(2);
  });
});

describe('a trust policy', () => {
  const create = (statement: object) => ({
    RoleName: 'b',
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'ecs.amazonaws.com' },
      Action: 'sts:AssumeRole',
      ...statement,
    }),
  });

  it.each([
    [{ Action: 'sts:*' }],
    [{ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }],
    [{ Action: 'sts:AssumeRoleWithWebIdentity' }],
    [{ Condition: { StringEquals: { 'sts:ExternalId': 'x' }, Bool: { 'aws:SecureTransport': true } } }],
    [
      {
        Condition: {
          StringEquals: { 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:aud': 'sts.amazonaws.com' },
        },
      },
    ],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/a(b):c/of-another-account' } }],
    [{ Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalArn': ['a', 'b'] } } }],
  ])('with %o is taken', async (statement) => {
    const { Role } = await newAccount().call('CreateRole', create(statement));
    expect(Role?.RoleName).toBe('b');
  });

  it.each([
    [{ Action: 'sts:GetCallerIdentity' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
    [{ Resource: '*' }, 'Has prohibited field Resource'],
    [{ Colour: 'red' }, 'Syntax errors in policy.'],
    [{ NotAction: 'sts:TagSession' }, 'Syntax errors in policy.'],
    [{ NotPrincipal: '*' }, 'Syntax errors in policy.'],
    [{ Condition: 'x' }, 'Syntax errors in policy.'],
    [{ Condition: { StringEquals: 'x' } }, 'Syntax errors in policy.'],
    [{ Condition: { StringEquals: { 'aws:x': { y: 1 } } } }, 'Syntax errors in policy.'],
    [{ Condition: { Equals: { 'aws:x': 'y' } } }, 'Invalid Condition type : Equals.'],
    [
      { Condition: { StringEquals: { ExternalId: 'y' } } },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
  ])('with %o is malformed', async (statement, message) => {
    expect(await newAccount().refusal('CreateRole', create(statement))).toMatchObject({
      name: 'MalformedPolicyDocument',
      message,
    });
  });

  it.each([['\u0416'], ['x'.repeat(131_073)]])(
    'is ASCII or Latin-1, and 131072 characters at most',
    async (text) => {
      expect(
        await newAccount().refusal('CreateRole', { RoleName: 'b', AssumeRolePolicyDocument: text }),
      ).toMatchObject({ name: 'ValidationError' });
    },
  );
});
