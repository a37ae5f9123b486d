import { describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { newRole, policy } from '../support/policies.ts';
import { serviceSandbox } from '../support/service-sandbox.ts';
import type { ServiceSandbox } from '../support/service-sandbox.ts';

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
    [{ AWS: 'arn:aws:iam::111122223333:role/of-another-account' }],
    [{ Federated: 'cognito-identity.amazonaws.com' }],
  ])('can be %o', async (principal) => {
    const { Role } = await newAccount().call('CreateRole', input(principal));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trusting(principal));
  });

  it.each([
    [{ Service: 'ecs-tasks' }, '"SERVICE":"ecs-tasks"'],
    [{ AWS: 'nobody' }, '"AWS":"nobody"'],
    [{ AWS: 'arn:aws:iam::385605022855:role/none' }, '"AWS":"arn:aws:iam::385605022855:role/none"'],
  ])('cannot be %o', async (principal, named) => {
    expect(await newAccount().refusal('CreateRole', input(principal))).toMatchObject({
      name: 'MalformedPolicyDocument',
      message: `Invalid principal in policy: ${named}`,
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
