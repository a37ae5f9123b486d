import type { IpPermission } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { conformance, eventually, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Sources: the EC2 API reference and its error codes; reference: security groups, hazards. */

const EVERYWHERE = '0.0.0.0/0';
const UNKNOWN = 'sg-0123456789abcdef0';

function tcp(port: number, CidrIp = EVERYWHERE, more: Partial<IpPermission> = {}): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp }], ...more };
}

async function defaultVpc({ ec2 }: SdkClients): Promise<string> {
  const { Vpcs } = await ec2.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['true'] }] });
  return Vpcs?.[0]?.VpcId ?? '';
}

async function newVpc({ ec2 }: SdkClients): Promise<string> {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  await eventually(() => ec2.describeVpcs({ VpcIds: [Vpc?.VpcId ?? ''] }));
  return Vpc?.VpcId ?? '';
}

async function group(aws: SdkClients, GroupName: string, VpcId?: string): Promise<string> {
  const { GroupId } = await aws.ec2.createSecurityGroup({
    GroupName,
    Description: 'of a row',
    VpcId: VpcId ?? (await defaultVpc(aws)),
  });
  await eventually(() => aws.ec2.describeSecurityGroups({ GroupIds: [GroupId ?? ''] }));
  return GroupId ?? '';
}

async function rulesOf({ ec2 }: SdkClients, GroupId: string, egress = false) {
  const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
    Filters: [{ Name: 'group-id', Values: [GroupId] }],
  });
  return (SecurityGroupRules ?? []).filter((rule) => rule.IsEgress === egress);
}

const GROUPS: readonly Row[] = [
  {
    aws: 'gives a new group one rule: all egress to everywhere',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const { SecurityGroups } = await aws.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
      expect(SecurityGroups?.[0]).toMatchObject({
        GroupName: name,
        IpPermissions: [],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: EVERYWHERE }] }],
      });
    },
  },
  {
    aws: 'refuses a second group of one name in a VPC with InvalidGroup.Duplicate',
    check: async (aws, name) => {
      await group(aws, name);
      await refused(group(aws, name), 'InvalidGroup.Duplicate', { message: `'${name}' already exists` });
    },
  },
  {
    aws: 'takes a name again in another VPC',
    check: async (aws, name) => {
      const first = await group(aws, name);
      expect(await group(aws, name, await newVpc(aws))).not.toBe(first);
    },
  },
  {
    aws: 'refuses a name that differs in case only, with InvalidGroup.Duplicate',
    moto: 'tells names apart by case',
    check: async (aws, name) => {
      await group(aws, name);
      await refused(group(aws, name.toUpperCase()), 'InvalidGroup.Duplicate');
    },
  },
  {
    aws: 'refuses a name that begins with sg- with InvalidParameterValue',
    moto: 'takes it',
    check: (aws) => refused(group(aws, 'sg-mine'), 'InvalidParameterValue'),
  },
  {
    aws: 'refuses a description with a character that it cannot have with InvalidParameterValue',
    moto: 'takes it',
    check: async (aws, GroupName) => {
      const VpcId = await defaultVpc(aws);
      await refused(
        aws.ec2.createSecurityGroup({ GroupName, Description: 'of “quotes”', VpcId }),
        'InvalidParameterValue',
      );
    },
  },
  {
    aws: 'refuses a group in an unknown VPC with InvalidVpcID.NotFound',
    moto: 'makes it',
    check: (aws, name) => refused(group(aws, name, 'vpc-0123456789abcdef0'), 'InvalidVpcID.NotFound'),
  },
  {
    aws: 'refuses what would be done in a dry run with DryRunOperation 412',
    check: async (aws, GroupName) => {
      const VpcId = await defaultVpc(aws);
      await refused(
        aws.ec2.createSecurityGroup({ GroupName, Description: 'x', VpcId, DryRun: true }),
        'DryRunOperation',
        { status: 412 },
      );
    },
  },
  {
    aws: 'refuses unknown ids with InvalidGroup.NotFound',
    check: async ({ ec2 }) => {
      await refused(ec2.describeSecurityGroups({ GroupIds: [UNKNOWN] }), 'InvalidGroup.NotFound');
      await refused(ec2.deleteSecurityGroup({ GroupId: UNKNOWN }), 'InvalidGroup.NotFound');
    },
  },
  {
    aws: 'refuses ids that cannot be with InvalidGroupId.Malformed',
    moto: 'looks for them',
    check: ({ ec2 }) =>
      refused(ec2.describeSecurityGroups({ GroupIds: ['sg-xyz'] }), 'InvalidGroupId.Malformed'),
  },
  {
    aws: 'finds nothing where a filter names an unknown id',
    check: async ({ ec2 }) => {
      const { SecurityGroups } = await ec2.describeSecurityGroups({
        Filters: [{ Name: 'group-id', Values: [UNKNOWN] }],
      });
      expect(SecurityGroups).toEqual([]);
    },
  },
  {
    aws: 'finds groups by name, by tag and by VPC, all filters together',
    check: async (aws, name) => {
      const vpc = await newVpc(aws);
      const GroupId = await group(aws, name, vpc);
      await aws.ec2.createTags({ Resources: [GroupId], Tags: [{ Key: 'team', Value: name }] });
      const found = async (team: string) => {
        const { SecurityGroups } = await aws.ec2.describeSecurityGroups({
          Filters: [
            { Name: 'vpc-id', Values: [vpc] },
            { Name: 'group-name', Values: [name] },
            { Name: 'tag:team', Values: [team] },
          ],
        });
        return SecurityGroups?.map((one) => one.GroupId);
      };
      expect(await found(name)).toEqual([GroupId]);
      expect(await found('another')).toEqual([]);
    },
  },
  {
    aws: 'refuses a filter that is none with InvalidParameterValue',
    moto: 'fails with 500',
    check: ({ ec2 }) =>
      refused(
        ec2.describeSecurityGroups({ Filters: [{ Name: 'colour', Values: ['red'] }] }),
        'InvalidParameterValue',
      ),
  },
  {
    aws: 'pages by MaxResults, every group once',
    moto: 'shows all at once',
    check: async (aws, name) => {
      const vpc = await newVpc(aws);
      for (let number = 0; number < 6; number += 1) await group(aws, `${name}-${number}`, vpc);
      const page = (NextToken?: string) =>
        aws.ec2.describeSecurityGroups({
          Filters: [{ Name: 'vpc-id', Values: [vpc] }],
          MaxResults: 5,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
      const first = await page();
      const second = await page(first.NextToken);
      expect([first.SecurityGroups?.length, second.SecurityGroups?.length]).toEqual([5, 2]);
      expect(second.NextToken ?? '').toBe('');
      const ids = [...(first.SecurityGroups ?? []), ...(second.SecurityGroups ?? [])].map(
        (one) => one.GroupId,
      );
      expect(new Set(ids).size).toBe(7);
    },
  },
  {
    aws: 'refuses pages of fewer than 5 with InvalidParameterValue',
    moto: 'takes any size',
    check: ({ ec2 }) => refused(ec2.describeSecurityGroups({ MaxResults: 4 }), 'InvalidParameterValue'),
  },
  {
    aws: 'refuses to delete the default group with CannotDelete',
    moto: 'deletes it',
    check: async (aws) => {
      const { SecurityGroups } = await aws.ec2.describeSecurityGroups({
        Filters: [{ Name: 'group-name', Values: ['default'] }],
      });
      await refused(aws.ec2.deleteSecurityGroup({ GroupId: SecurityGroups?.[0]?.GroupId }), 'CannotDelete');
    },
  },
  {
    aws: 'refuses to delete a group that a rule of another names, with DependencyViolation',
    moto: 'deletes it',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const other = await group(aws, `${name}-other`);
      const IpPermissions = [tcp(80, EVERYWHERE, { IpRanges: [], UserIdGroupPairs: [{ GroupId }] })];
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId: other, IpPermissions });
      await refused(aws.ec2.deleteSecurityGroup({ GroupId }), 'DependencyViolation', {
        message: `resource ${GroupId} has a dependent object`,
      });
      await aws.ec2.revokeSecurityGroupIngress({ GroupId: other, IpPermissions });
      await aws.ec2.deleteSecurityGroup({ GroupId });
    },
  },
];

conformance('EC2 security groups', GROUPS);

const RULES: readonly Row[] = [
  {
    aws: 'refuses a rule that is there with InvalidPermission.Duplicate',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const authorize = () => aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [tcp(80)] });
      await authorize();
      await refused(authorize(), 'InvalidPermission.Duplicate', {
        message: 'already exists',
      });
    },
  },
  {
    aws: 'does nothing of a call that has one duplicate',
    moto: 'does what comes before',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const authorize = (...IpPermissions: IpPermission[]) =>
        aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
      await authorize(tcp(80));
      await refused(authorize(tcp(81), tcp(80)), 'InvalidPermission.Duplicate');
      expect((await rulesOf(aws, GroupId)).map((rule) => rule.FromPort)).toEqual([80]);
    },
  },
  {
    aws: 'clears the host bits of a CIDR',
    moto: 'keeps them',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [tcp(80, '172.31.5.7/16')] });
      expect((await rulesOf(aws, GroupId)).map((rule) => rule.CidrIpv4)).toEqual(['172.31.0.0/16']);
    },
  },
  {
    aws: 'refuses what is no CIDR with InvalidParameterValue',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const IpPermissions = [tcp(80, '10.0.0.256/8')];
      await refused(
        aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions }),
        'InvalidParameterValue',
      );
    },
  },
  {
    aws: 'knows protocol 6 as tcp',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const authorize = (IpProtocol: string) =>
        aws.ec2.authorizeSecurityGroupIngress({
          GroupId,
          IpPermissions: [tcp(80, EVERYWHERE, { IpProtocol })],
        });
      await authorize('6');
      expect((await rulesOf(aws, GroupId)).map((rule) => rule.IpProtocol)).toEqual(['tcp']);
      await refused(authorize('tcp'), 'InvalidPermission.Duplicate');
    },
  },
  {
    aws: 'drops the ports of protocol -1',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const IpPermissions = [
        { IpProtocol: '-1', FromPort: 0, ToPort: 0, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      ];
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
      expect((await rulesOf(aws, GroupId)).map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual([
        [-1, -1],
      ]);
    },
  },
  {
    aws: 'refuses a rule for an unknown peer group with InvalidGroup.NotFound',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const IpPermissions = [tcp(80, '', { IpRanges: [], UserIdGroupPairs: [{ GroupId: UNKNOWN }] })];
      await refused(
        aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions }),
        'InvalidGroup.NotFound',
      );
    },
  },
  {
    aws: 'refuses a rule in an unknown group with InvalidGroup.NotFound',
    check: ({ ec2 }) =>
      refused(
        ec2.authorizeSecurityGroupIngress({ GroupId: UNKNOWN, IpPermissions: [tcp(80)] }),
        'InvalidGroup.NotFound',
      ),
  },
  {
    aws: 'shows peers of one protocol and ports together in DescribeSecurityGroups, and one by one as rules',
    moto: 'answers the first rule only',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const { SecurityGroupRules } = await aws.ec2.authorizeSecurityGroupIngress({
        GroupId,
        IpPermissions: [tcp(80, '10.0.0.0/8'), tcp(80, '192.168.0.0/16')],
      });
      expect(SecurityGroupRules).toHaveLength(2);
      const { SecurityGroups } = await aws.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
      expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([
        { FromPort: 80, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '192.168.0.0/16' }] },
      ]);
      const ids = (await rulesOf(aws, GroupId)).map((rule) => rule.SecurityGroupRuleId ?? '');
      expect(ids).toEqual([expect.stringMatching(/^sgr-/), expect.stringMatching(/^sgr-/)]);
    },
  },
  {
    aws: 'refuses to revoke what is not there outside a default VPC, with InvalidPermission.NotFound',
    moto: 'revokes what comes before',
    check: async (aws, name) => {
      const GroupId = await group(aws, name, await newVpc(aws));
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [tcp(80)] });
      const IpPermissions = [tcp(80), tcp(81)];
      await refused(
        aws.ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions }),
        'InvalidPermission.NotFound',
      );
      expect(await rulesOf(aws, GroupId)).toHaveLength(1);
    },
  },
  {
    aws: 'names what it did not find when it revokes in a default VPC, and revokes the rest',
    moto: 'refuses, as outside a default VPC',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [tcp(80)] });
      const { UnknownIpPermissions } = await aws.ec2.revokeSecurityGroupIngress({
        GroupId,
        IpPermissions: [tcp(80), tcp(81)],
      });
      expect(UnknownIpPermissions).toMatchObject([{ FromPort: 81 }]);
      expect(await rulesOf(aws, GroupId)).toEqual([]);
    },
  },
  {
    aws: 'revokes by the id of a rule',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const [all] = await rulesOf(aws, GroupId, true);
      await aws.ec2.revokeSecurityGroupEgress({
        GroupId,
        SecurityGroupRuleIds: [all?.SecurityGroupRuleId ?? ''],
      });
      expect(await rulesOf(aws, GroupId, true)).toEqual([]);
    },
  },
  {
    aws: 'changes a rule in place under its id',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      await aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [tcp(80)] });
      const [before] = await rulesOf(aws, GroupId);
      const SecurityGroupRuleId = before?.SecurityGroupRuleId;
      await aws.ec2.modifySecurityGroupRules({
        GroupId,
        SecurityGroupRules: [
          {
            SecurityGroupRuleId,
            SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 81, ToPort: 81, CidrIpv4: '10.0.0.0/8' },
          },
        ],
      });
      expect(await rulesOf(aws, GroupId)).toMatchObject([
        { SecurityGroupRuleId, FromPort: 81, CidrIpv4: '10.0.0.0/8' },
      ]);
    },
  },
  {
    aws: 'tags groups and rules by id, and finds the tags by resource',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      const [rule] = await rulesOf(aws, GroupId, true);
      const ids = [GroupId, rule?.SecurityGroupRuleId ?? ''];
      await aws.ec2.createTags({ Resources: ids, Tags: [{ Key: 'team', Value: 'platform' }] });
      const { Tags } = await aws.ec2.describeTags({ Filters: [{ Name: 'resource-id', Values: ids }] });
      expect(new Set(Tags?.map((tag) => tag.ResourceId))).toEqual(new Set(ids));
      await aws.ec2.deleteTags({ Resources: [GroupId], Tags: [{ Key: 'team' }] });
      const { SecurityGroups } = await aws.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
      expect(SecurityGroups?.[0]?.Tags ?? []).toEqual([]);
    },
  },
  {
    aws: 'refuses tag keys that begin with aws: with InvalidParameterValue',
    moto: 'takes them',
    check: async (aws, name) => {
      const GroupId = await group(aws, name);
      await refused(
        aws.ec2.createTags({ Resources: [GroupId], Tags: [{ Key: 'aws:mine', Value: 'x' }] }),
        'InvalidParameterValue',
      );
    },
  },
];

conformance('EC2 security group rules', RULES);
