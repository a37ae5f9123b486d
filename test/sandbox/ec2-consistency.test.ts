import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

/** AWS_TIMING.ec2.visibility, at most. */
const VISIBLE_MS = 500;
const HTTP = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

async function newGroup(ec2: ServiceSandbox<'ec2'>): Promise<string> {
  const Tags = [{ Key: 'a', Value: '1' }];
  const { GroupId = '' } = await ec2.call('CreateSecurityGroup', {
    GroupName: 'web',
    Description: 'web',
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  return GroupId;
}

describe('a security group that was just created (Eventual consistency in the Amazon EC2 API)', () => {
  it('is not found by its id, nor listed, until every read shows it', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const byFilter = (Name: string, Values: string[]) => ({ Filters: [{ Name, Values }] });
    const counts = async () => {
      const named = await ec2.call('DescribeSecurityGroups', byFilter('group-name', ['web']));
      const filtered = await ec2.call('DescribeSecurityGroups', byFilter('group-id', [GroupId]));
      const rules = await ec2.call('DescribeSecurityGroupRules', byFilter('group-id', [GroupId]));
      const tags = await ec2.call('DescribeTags', byFilter('resource-id', [GroupId]));
      const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', {});
      return [
        named.SecurityGroups?.length,
        filtered.SecurityGroups?.length,
        rules.SecurityGroupRules?.length,
        tags.Tags?.length,
        SecurityGroups.length,
      ];
    };
    expect(await ec2.refusal('DescribeSecurityGroups', { GroupIds: [GroupId] })).toMatchObject({
      name: 'InvalidGroup.NotFound',
      message: `The security group '${GroupId}' does not exist`,
    });
    expect(await counts()).toEqual([0, 0, 0, 0, 1]);
    ec2.advance(VISIBLE_MS);
    expect(await counts()).toEqual([1, 1, 1, 1, 2]);
  });

  it('has its name, and can be changed and deleted by its id, at once', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    expect(await ec2.refusal('CreateSecurityGroup', { GroupName: 'web', Description: 'x' })).toMatchObject({
      name: 'InvalidGroup.Duplicate',
    });
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
    await ec2.call('CreateTags', { Resources: [GroupId], Tags: [{ Key: 'b', Value: '2' }] });
    await ec2.call('DeleteSecurityGroup', { GroupId });
  });

  it('looking for it draws nothing from the seed', async () => {
    const ids = [0, 3].map(async (looks) => {
      const ec2 = serviceSandbox('ec2');
      const GroupId = await newGroup(ec2);
      for (let look = 0; look < looks; look++) {
        await ec2.refusal('DescribeSecurityGroups', { GroupIds: [GroupId] });
      }
      return (await ec2.call('CreateSecurityGroup', { GroupName: 'b', Description: 'b' })).GroupId;
    });
    const [without, withLooks] = await Promise.all(ids);
    expect(withLooks).toBe(without);
  });
});

describe('a rule that was just authorised', () => {
  it('is not shown by DescribeSecurityGroupRules for a moment, but cannot be added twice', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    ec2.advance(VISIBLE_MS);
    const { SecurityGroupRules: [added] = [] } = await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [HTTP],
    });
    const SecurityGroupRuleIds = [added?.SecurityGroupRuleId ?? ''];
    expect(await ec2.refusal('DescribeSecurityGroupRules', { SecurityGroupRuleIds })).toMatchObject({
      name: 'InvalidSecurityGroupRuleId.NotFound',
    });
    expect(
      await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] }),
    ).toMatchObject({ name: 'InvalidPermission.Duplicate' });
    ec2.advance(VISIBLE_MS);
    const found = await ec2.call('DescribeSecurityGroupRules', { SecurityGroupRuleIds });
    expect(found.SecurityGroupRules).toEqual([added]);
  });

  it('is part of its group in DescribeSecurityGroups at once', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    ec2.advance(VISIBLE_MS);
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
    const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(SecurityGroups[0]?.IpPermissions).toMatchObject([HTTP]);
  });
});
