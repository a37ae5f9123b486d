import { describe, expect, it } from 'vitest';
import { ensureServiceLinkedRole } from '../../sandbox/iam/service-linked-roles.ts';
import { NOTHING_RUNS } from '../../sandbox/ecs/containers/runtime.ts';
import { emptyPlaces, stateAt } from '../../sandbox/places.ts';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { World } from '../../sandbox/world.ts';
import { ALLOW_LOGS, TRUST, newRole, policy } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';
import { Alarms } from '../../sandbox/alarms.ts';
import { Unavailables } from '../../sandbox/unavailable.ts';

const AWSServiceName = 'ecs.amazonaws.com';
const RoleName = 'AWSServiceRoleForECS';

function newAccount(): ServiceSandbox<'iam'> {
  return serviceSandbox('iam', 'us-east-1', { newAccount: true });
}

it('an account that has used ECS has had its role for long', async () => {
  const { Role } = await serviceSandbox('iam').call('GetRole', { RoleName });
  expect(Role).toMatchObject({
    Arn: `arn:aws:iam::385605022855:role/aws-service-role/${AWSServiceName}/${RoleName}`,
    CreateDate: new Date(Date.UTC(2025, 10, 22)),
  });
});

it('a new account gets the role when it asks for it, once', async () => {
  const iam = newAccount();
  expect(await iam.refusal('GetRole', { RoleName })).toMatchObject({ name: 'NoSuchEntity' });
  const { Role } = await iam.call('CreateServiceLinkedRole', { AWSServiceName });
  expect(Role?.Path).toBe(`/aws-service-role/${AWSServiceName}/`);
  expect(await iam.refusal('CreateServiceLinkedRole', { AWSServiceName })).toMatchObject({
    name: 'InvalidInput',
    statusCode: 400,
    message: `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
  });
  expect((await iam.call('ListAttachedRolePolicies', { RoleName })).AttachedPolicies).toEqual([
    {
      PolicyName: 'AmazonECSServiceRolePolicy',
      PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy',
    },
  ]);
});

it.each([{ AWSServiceName: 'nobody.amazonaws.com' }, { AWSServiceName, CustomSuffix: 'x' }])(
  'CreateServiceLinkedRole refuses %o',
  async (input) => {
    expect(await newAccount().refusal('CreateServiceLinkedRole', input)).toMatchObject({
      name: 'InvalidInput',
    });
  },
);

it('the first use of ECS makes the role, which can be used once it has propagated', () => {
  let now = 0;
  const world = new World({ clock: { now: () => now, sleep: () => Promise.resolve() }, seed: 1, speed: 1 });
  const place = { accountId: '385605022855', region: 'us-east-1' };
  const state = stateAt(emptyPlaces(), place, { world, newAccount: true });
  const outside = {
    unavailable: new Unavailables(),
    alarms: new Alarms(),
    runtime: NOTHING_RUNS,
    accessKeyId: undefined,
  };
  const context = { world, ...place, ...outside, ...state };
  const readiness = () => ensureServiceLinkedRole(context, AWSServiceName);
  expect([readiness(), readiness()]).toEqual(['propagating', 'propagating']);
  now = AWS_TIMING.iam.propagation.most;
  world.settle();
  expect(readiness()).toBe('ready');
});

describe('AWS alone changes a service-linked role', () => {
  const trust = { PolicyDocument: TRUST };
  const inline = { PolicyName: 'p', PolicyDocument: policy(ALLOW_LOGS) };
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

  it.each([
    ['DeleteRole', {}],
    ['UpdateRole', { MaxSessionDuration: 7200 }],
    ['UpdateRole', { Description: 'mine', MaxSessionDuration: 7200 }],
    ['UpdateAssumeRolePolicy', trust],
    ['PutRolePolicy', inline],
    ['DeleteRolePolicy', { PolicyName: 'p' }],
    ['AttachRolePolicy', { PolicyArn: readOnly }],
    ['DetachRolePolicy', { PolicyArn: readOnly }],
    ['PutRolePermissionsBoundary', { PermissionsBoundary: readOnly }],
    ['DeleteRolePermissionsBoundary', {}],
  ] as const)('%s is refused', async (operation, input) => {
    const refused = await serviceSandbox('iam').refusal(operation, { RoleName, ...input });
    expect(refused).toMatchObject({
      name: 'UnmodifiableEntity',
      statusCode: 400,
      message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    });
  });

  it.each(['UpdateRole', 'UpdateRoleDescription'] as const)(
    '%s describes it as its account likes',
    async (operation) => {
      const iam = serviceSandbox('iam');
      await iam.call(operation, { RoleName, Description: 'mine' });
      expect((await iam.call('GetRole', { RoleName })).Role?.Description).toBe('mine');
    },
  );

  it('so it is with its tags', async () => {
    const iam = serviceSandbox('iam');
    await iam.call('TagRole', { RoleName, Tags: [{ Key: 'team', Value: 'a' }] });
    expect((await iam.call('ListRoleTags', { RoleName })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  });
});

describe('DeleteServiceLinkedRole', () => {
  const DELETED_BY_THEN = AWS_TIMING.iam.serviceLinkedRoleDeletion.most;

  it('is done later, and asking again meanwhile is the same task', async () => {
    const iam = serviceSandbox('iam');
    const { DeletionTaskId } = await iam.call('DeleteServiceLinkedRole', { RoleName });
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    expect(await iam.call('DeleteServiceLinkedRole', { RoleName })).toEqual({ DeletionTaskId });
    const status = () => iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId });
    expect(await status()).toEqual({ Status: 'IN_PROGRESS' });
    await iam.call('GetRole', { RoleName });
    iam.advance(DELETED_BY_THEN);
    expect(await status()).toEqual({ Status: 'SUCCEEDED' });
    expect(await iam.refusal('GetRole', { RoleName })).toMatchObject({ name: 'NoSuchEntity' });
  });

  it('fails while a cluster needs the role', async () => {
    const iam = serviceSandbox('iam');
    const { cluster } = await iam.other('ecs').call('CreateCluster', { clusterName: 'daemons' });
    const { DeletionTaskId } = await iam.call('DeleteServiceLinkedRole', { RoleName });
    iam.advance(DELETED_BY_THEN);
    expect(await iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toMatchObject({
      Status: 'FAILED',
      Reason: { RoleUsageList: [{ Region: 'us-east-1', Resources: [cluster?.clusterArn] }] },
    });
    await iam.call('GetRole', { RoleName });
  });

  it('is for service-linked roles, and its task must be known', async () => {
    const iam = serviceSandbox('iam');
    const own = await newRole(iam);
    for (const name of [own.RoleName, 'none']) {
      expect(await iam.refusal('DeleteServiceLinkedRole', { RoleName: name })).toMatchObject({
        name: 'NoSuchEntity',
        statusCode: 404,
      });
    }
    const unknown = { DeletionTaskId: 'task/none' };
    expect(await iam.refusal('GetServiceLinkedRoleDeletionStatus', unknown)).toMatchObject({
      name: 'NoSuchEntity',
    });
  });
});
