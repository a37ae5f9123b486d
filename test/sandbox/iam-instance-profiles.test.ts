import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** An account with one role, `web`, in a profile of the same name. */
async function withProfile(): Promise<ServiceSandbox<'iam'>> {
  const iam = serviceSandbox('iam');
  await iam.call('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST });
  await iam.call('CreateInstanceProfile', {
    InstanceProfileName: 'web',
    Path: '/apps/',
    Tags: [{ Key: 'team', Value: 'web' }],
  });
  await iam.call('AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
  return iam;
}

describe('an instance profile', () => {
  it('is made without a role, under its path, with its tags', async () => {
    const iam = serviceSandbox('iam');
    const { InstanceProfile } = await iam.call('CreateInstanceProfile', {
      InstanceProfileName: 'web',
      Path: '/apps/',
      Tags: [{ Key: 'team', Value: 'web' }],
    });
    expect(InstanceProfile).toMatchObject({
      Arn: 'arn:aws:iam::385605022855:instance-profile/apps/web',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/) as string,
      InstanceProfileName: 'web',
      Path: '/apps/',
      Roles: [],
      Tags: [{ Key: 'team', Value: 'web' }],
    });
  });

  it('shows its role, and so do the lists and the details of the account', async () => {
    const iam = await withProfile();
    const role = { RoleName: 'web', Arn: 'arn:aws:iam::385605022855:role/web' };
    const { InstanceProfile } = await iam.call('GetInstanceProfile', { InstanceProfileName: 'web' });
    expect(InstanceProfile?.Roles).toMatchObject([role]);
    const { InstanceProfiles } = await iam.call('ListInstanceProfilesForRole', { RoleName: 'web' });
    expect(InstanceProfiles).toMatchObject([{ InstanceProfileName: 'web', Roles: [role] }]);
    expect(InstanceProfiles?.[0]?.Tags).toBeUndefined();
    const { RoleDetailList = [] } = await iam.call('GetAccountAuthorizationDetails', { Filter: ['Role'] });
    expect(RoleDetailList.find(({ RoleName }) => RoleName === 'web')?.InstanceProfileList).toMatchObject([
      { InstanceProfileName: 'web', Roles: [role] },
    ]);
  });

  it('is listed by its path, page by page', async () => {
    const iam = await withProfile();
    for (const InstanceProfileName of ['a', 'b']) {
      await iam.call('CreateInstanceProfile', { InstanceProfileName });
    }
    const names = async (input: object) => {
      const { InstanceProfiles = [], Marker } = await iam.call('ListInstanceProfiles', input);
      return { names: InstanceProfiles.map((each) => each.InstanceProfileName), Marker };
    };
    expect((await names({ PathPrefix: '/apps/' })).names).toEqual(['web']);
    const first = await names({ MaxItems: 2 });
    expect(first.names).toEqual(['a', 'b']);
    expect((await names({ MaxItems: 2, Marker: first.Marker })).names).toEqual(['web']);
  });

  it('takes and loses tags', async () => {
    const iam = await withProfile();
    const InstanceProfileName = 'WEB';
    await iam.call('TagInstanceProfile', { InstanceProfileName, Tags: [{ Key: 'env', Value: 'prod' }] });
    await iam.call('UntagInstanceProfile', { InstanceProfileName, TagKeys: ['team'] });
    expect((await iam.call('ListInstanceProfileTags', { InstanceProfileName })).Tags).toEqual([
      { Key: 'env', Value: 'prod' },
    ]);
  });

  it('goes when its role has left it, and the role only then', async () => {
    const iam = await withProfile();
    const conflict = {
      name: 'DeleteConflict',
      statusCode: 409,
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    };
    expect(await iam.refusal('DeleteInstanceProfile', { InstanceProfileName: 'web' })).toMatchObject(
      conflict,
    );
    expect(await iam.refusal('DeleteRole', { RoleName: 'web' })).toMatchObject(conflict);
    await iam.call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
    await iam.call('DeleteInstanceProfile', { InstanceProfileName: 'web' });
    await iam.call('DeleteRole', { RoleName: 'web' });
    expect((await iam.call('ListInstanceProfiles', {})).InstanceProfiles).toEqual([]);
  });
});

describe('refused', () => {
  it('is a second role of a profile', async () => {
    const iam = await withProfile();
    await iam.call('CreateRole', { RoleName: 'db', AssumeRolePolicyDocument: TRUST });
    const input = { InstanceProfileName: 'web', RoleName: 'db' };
    expect(await iam.refusal('AddRoleToInstanceProfile', input)).toMatchObject({
      name: 'LimitExceeded',
      message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    });
    expect(await iam.refusal('RemoveRoleFromInstanceProfile', input)).toMatchObject({ name: 'NoSuchEntity' });
  });

  it('is a role of AWS itself', async () => {
    const iam = await withProfile();
    await iam.call('CreateInstanceProfile', { InstanceProfileName: 'ecs' });
    const input = { InstanceProfileName: 'ecs', RoleName: 'AWSServiceRoleForECS' };
    expect(await iam.refusal('AddRoleToInstanceProfile', input)).toMatchObject({
      name: 'UnmodifiableEntity',
    });
  });

  it.each([
    ['EntityAlreadyExists', 'Web'],
    ['ValidationError', 'a b'],
    ['ValidationError', 'a'.repeat(129)],
  ])('with %s is a profile called %s', async (name, InstanceProfileName) => {
    const iam = await withProfile();
    expect(await iam.refusal('CreateInstanceProfile', { InstanceProfileName })).toMatchObject({ name });
  });

  it('is what asks for a profile that is not there', async () => {
    const iam = await withProfile();
    expect(await iam.refusal('GetInstanceProfile', { InstanceProfileName: 'db' })).toMatchObject({
      name: 'NoSuchEntity',
      message: 'Instance Profile db cannot be found.',
      statusCode: 404,
    });
  });
});
