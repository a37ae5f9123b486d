import { describe, expect, it } from 'vitest';
import { resolvesPrivateNames } from '../../sandbox/ec2/lookups.ts';
import { addVpc } from '../../sandbox/ec2/network-store.ts';
import { emptyPlaces, stateAt } from '../../sandbox/places.ts';
import { World } from '../../sandbox/world.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

async function newVpc(ec2: ServiceSandbox<'ec2'>, CidrBlock = '10.0.0.0/16'): Promise<string> {
  return (await ec2.call('CreateVpc', { CidrBlock })).Vpc?.VpcId ?? '';
}

async function defaultVpcId(ec2: ServiceSandbox<'ec2'>): Promise<string> {
  const Filters = [{ Name: 'is-default', Values: ['true'] }];
  return (await ec2.call('DescribeVpcs', { Filters })).Vpcs?.[0]?.VpcId ?? '';
}

describe('the attributes of a VPC', () => {
  it('private names resolve where DNS support and DNS hostnames are both on', () => {
    const world = new World({ clock: new VirtualClock(), seed: 1, speed: 1 });
    const place = { accountId: '385605022855', region: 'us-east-1' };
    const context = { world, ...stateAt(emptyPlaces(), place, { world, newAccount: false }) };
    const { ec2 } = context.state;
    const vpc = addVpc(context, { cidrBlock: '10.0.0.0/16', isDefault: false, hasIpv6: false });
    expect(resolvesPrivateNames(ec2, vpc.vpcId)).toBe(false);
    vpc.enableDnsHostnames = true;
    expect(resolvesPrivateNames(ec2, vpc.vpcId)).toBe(true);
    vpc.enableDnsSupport = false;
    expect(resolvesPrivateNames(ec2, vpc.vpcId)).toBe(false);
    expect(resolvesPrivateNames(ec2, 'vpc-0')).toBe(false);
  });

  it('a new VPC resolves names and gives none; both can be set, one per request', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    const shown = async () => {
      const names = ['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'] as const;
      const answers = names.map((Attribute) => ec2.call('DescribeVpcAttribute', { VpcId, Attribute }));
      const [support, hostnames, metrics] = await Promise.all(answers);
      return [
        support?.EnableDnsSupport?.Value,
        hostnames?.EnableDnsHostnames?.Value,
        metrics?.EnableNetworkAddressUsageMetrics?.Value,
      ];
    };
    expect(await shown()).toEqual([true, false, false]);
    await ec2.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    await ec2.call('ModifyVpcAttribute', { VpcId, EnableNetworkAddressUsageMetrics: { Value: true } });
    expect(await shown()).toEqual([true, true, true]);
    await ec2.call('ModifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: false } });
    expect(await shown()).toEqual([false, true, true]);
  });

  it('hostnames need DNS support, and two attributes need two requests', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    const on = { Value: true };
    await ec2.call('ModifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: false } });
    for (const change of [{ EnableDnsHostnames: on }, { EnableDnsSupport: on, EnableDnsHostnames: on }, {}]) {
      expect(await ec2.refusal('ModifyVpcAttribute', { VpcId, ...change })).toMatchObject({
        name: 'InvalidParameterCombination',
      });
    }
  });
});

it('the attributes of a subnet can be set, one per request', async () => {
  const ec2 = serviceSandbox('ec2');
  const VpcId = await newVpc(ec2);
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
  const SubnetId = Subnet?.SubnetId ?? '';
  const on = { Value: true };
  await ec2.call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: on });
  await ec2.call('ModifySubnetAttribute', { SubnetId, EnableResourceNameDnsARecordOnLaunch: on });
  await ec2.call('ModifySubnetAttribute', { SubnetId, PrivateDnsHostnameTypeOnLaunch: 'resource-name' });
  expect((await ec2.call('DescribeSubnets', { SubnetIds: [SubnetId] })).Subnets).toMatchObject([
    {
      MapPublicIpOnLaunch: true,
      PrivateDnsNameOptionsOnLaunch: { EnableResourceNameDnsARecord: true, HostnameType: 'resource-name' },
    },
  ]);
  expect(
    await ec2.refusal('ModifySubnetAttribute', {
      SubnetId,
      MapPublicIpOnLaunch: on,
      EnableResourceNameDnsARecordOnLaunch: on,
    }),
  ).toMatchObject({ name: 'InvalidParameterCombination' });
});

describe('quotas (Amazon VPC quotas)', () => {
  it('are five VPCs in a Region', async () => {
    const ec2 = serviceSandbox('ec2');
    for (let index = 1; index < 5; index++) await newVpc(ec2, `10.${index}.0.0/16`);
    expect(await ec2.refusal('CreateVpc', { CidrBlock: '10.9.0.0/16' })).toMatchObject({
      name: 'VpcLimitExceeded',
    });
  });

  it('are 200 subnets in a VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    for (let index = 0; index < 200; index++) {
      await ec2.call('CreateSubnet', { VpcId, CidrBlock: `10.0.${index}.0/24` });
      ec2.advance(1000);
    }
    expect(await ec2.refusal('CreateSubnet', { VpcId, CidrBlock: '10.0.200.0/24' })).toMatchObject({
      name: 'SubnetLimitExceeded',
    });
  });
});

describe('what every VPC comes with', () => {
  it('is a main route table, which in the default VPC leads to an internet gateway', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    const ofVpc = async (id: string) => {
      const Filters = [
        { Name: 'vpc-id', Values: [id] },
        { Name: 'association.main', Values: ['true'] },
      ];
      const { RouteTables = [] } = await ec2.call('DescribeRouteTables', { Filters });
      return RouteTables.map(({ Routes = [] }) =>
        Routes.map(({ DestinationCidrBlock, GatewayId }) => [DestinationCidrBlock, GatewayId]),
      );
    };
    const { InternetGateways = [] } = await ec2.call('DescribeInternetGateways', {});
    expect(InternetGateways).toMatchObject([
      { Attachments: [{ State: 'available', VpcId: await defaultVpcId(ec2) }] },
    ]);
    expect(await ofVpc(VpcId)).toEqual([[['10.0.0.0/16', 'local']]]);
    expect(await ofVpc(await defaultVpcId(ec2))).toEqual([
      [
        ['172.31.0.0/16', 'local'],
        ['0.0.0.0/0', InternetGateways[0]?.InternetGatewayId],
      ],
    ]);
  });

  it('is a network ACL that lets everything pass, with all its subnets', async () => {
    const ec2 = serviceSandbox('ec2');
    const Filters = [
      { Name: 'default', Values: ['true'] },
      { Name: 'vpc-id', Values: [await defaultVpcId(ec2)] },
    ];
    const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', { Filters });
    expect(NetworkAcls).toHaveLength(1);
    expect(NetworkAcls[0]?.Associations).toHaveLength(3);
    expect(NetworkAcls[0]?.Entries).toContainEqual({
      CidrBlock: '0.0.0.0/0',
      Egress: false,
      Protocol: '-1',
      RuleAction: 'allow',
      RuleNumber: 100,
    });
  });

  it('keeps a VPC from being deleted where it is an attached internet gateway', async () => {
    const ec2 = serviceSandbox('ec2');
    for (const { SubnetId } of (await ec2.call('DescribeSubnets', {})).Subnets ?? []) {
      await ec2.call('DeleteSubnet', { SubnetId });
    }
    const VpcId = await defaultVpcId(ec2);
    expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({
      name: 'DependencyViolation',
      message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    });
  });

  it('does not include a group of ours, which must go before the VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    const { GroupId } = await ec2.call('CreateSecurityGroup', { GroupName: 'a', Description: 'a', VpcId });
    expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({ name: 'DependencyViolation' });
    await ec2.call('DeleteSecurityGroup', { GroupId });
    await ec2.call('DeleteVpc', { VpcId });
  });
});

describe('the groups of a VPC', () => {
  it('are its own, and nobody peers with them', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2);
    const { GroupId = '' } = await ec2.call('CreateSecurityGroup', {
      GroupName: 'web',
      Description: 'x',
      VpcId,
    });
    ec2.advance(1000);
    const { SecurityGroupForVpcs = [] } = await ec2.call('GetSecurityGroupsForVpc', { VpcId });
    expect(new Set(SecurityGroupForVpcs.map(({ GroupName }) => GroupName))).toEqual(
      new Set(['default', 'web']),
    );
    expect(await ec2.call('DescribeSecurityGroupReferences', { GroupId: [GroupId] })).toEqual({
      SecurityGroupReferenceSet: [],
    });
    expect(await ec2.call('DescribeStaleSecurityGroups', { VpcId })).toEqual({ StaleSecurityGroupSet: [] });
    expect(await ec2.refusal('DescribeStaleSecurityGroups', { VpcId: 'vpc-00000000' })).toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
  });
});

describe('the account and its Regions', () => {
  it('has the attributes that EC2 tells', async () => {
    const ec2 = serviceSandbox('ec2');
    const { AccountAttributes = [] } = await ec2.call('DescribeAccountAttributes', {});
    const values = AccountAttributes.map(({ AttributeName, AttributeValues }) => [
      AttributeName,
      AttributeValues?.[0]?.AttributeValue,
    ]);
    expect(Object.fromEntries(values)).toMatchObject({
      'default-vpc': await defaultVpcId(ec2),
      'supported-platforms': 'VPC',
      'vpc-max-security-groups-per-interface': '5',
    });
    const one = await ec2.call('DescribeAccountAttributes', { AttributeNames: ['default-vpc'] });
    expect(one.AccountAttributes).toHaveLength(1);
  });

  it('has the Regions that every account has, and the one that is asked', async () => {
    const inBahrain = serviceSandbox('ec2', 'me-south-1');
    const { Regions = [] } = await inBahrain.call('DescribeRegions', {});
    expect(Regions).toHaveLength(18);
    const every = (await inBahrain.call('DescribeRegions', { AllRegions: true })).Regions ?? [];
    expect(every.find(({ RegionName }) => RegionName === 'me-south-1')?.OptInStatus).toBe('opted-in');
    expect(every.find(({ RegionName }) => RegionName === 'af-south-1')?.OptInStatus).toBe('not-opted-in');
    expect(Regions).toContainEqual({
      RegionName: 'eu-west-1',
      Endpoint: 'ec2.eu-west-1.amazonaws.com',
      OptInStatus: 'opt-in-not-required',
    });
    expect(
      await serviceSandbox('ec2').refusal('DescribeRegions', { RegionNames: ['eu-nowhere-1'] }),
    ).toMatchObject({ name: 'InvalidParameterValue' });
  });

  it("has AWS's prefix lists, of which two are gateway endpoints'", async () => {
    const ec2 = serviceSandbox('ec2', 'eu-west-1');
    const managed = await ec2.call('DescribeManagedPrefixLists', {});
    const gateways = await ec2.call('DescribePrefixLists', {});
    expect(managed.PrefixLists?.map(({ OwnerId }) => OwnerId)).toEqual(['AWS', 'AWS', 'AWS']);
    expect(new Set(gateways.PrefixLists?.map(({ PrefixListName }) => PrefixListName))).toEqual(
      new Set(['com.amazonaws.eu-west-1.dynamodb', 'com.amazonaws.eu-west-1.s3']),
    );
  });

  it('gives the entries of a prefix list page by page', async () => {
    const ec2 = serviceSandbox('ec2');
    const { PrefixLists } = await ec2.call('DescribePrefixLists', {
      Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }],
    });
    const { PrefixListId, Cidrs = [] } = PrefixLists![0]!;
    const page = (NextToken?: string) =>
      ec2.call('GetManagedPrefixListEntries', { PrefixListId, MaxResults: 1, NextToken });
    const first = await page();
    const second = await page(first.NextToken);
    expect([...first.Entries!, ...second.Entries!]).toEqual(Cidrs.map((Cidr) => ({ Cidr })));
    expect(second.NextToken).toBeUndefined();
  });
});
