import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';

async function newVpc(input: object = {}) {
  const ec2 = serviceSandbox('ec2');
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock: '10.0.0.0/16', ...input });
  const VpcId = Vpc?.VpcId ?? '';
  const shown = async () => (await ec2.call('DescribeVpcs', { VpcIds: [VpcId] })).Vpcs?.[0];
  return { ec2, VpcId, shown, ipv6: Vpc?.Ipv6CidrBlockAssociationSet?.[0] };
}

describe('the blocks of a VPC', () => {
  it('are added, hold subnets, and go when no subnet lies in them', async () => {
    const { ec2, VpcId, shown } = await newVpc();
    const added = await ec2.call('AssociateVpcCidrBlock', { VpcId, CidrBlock: '10.1.0.0/16' });
    const { AssociationId } = added.CidrBlockAssociation ?? {};
    expect((await shown())?.CidrBlockAssociationSet?.map(({ CidrBlock }) => CidrBlock)).toEqual([
      '10.0.0.0/16',
      '10.1.0.0/16',
    ]);
    const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.1.1.0/24' });
    expect(await ec2.refusal('DisassociateVpcCidrBlock', { AssociationId })).toMatchObject({
      name: 'InvalidCidr.InUse',
    });
    await ec2.call('DeleteSubnet', { SubnetId: Subnet?.SubnetId });
    await ec2.call('DisassociateVpcCidrBlock', { AssociationId });
    expect((await shown())?.CidrBlockAssociationSet).toHaveLength(1);
    expect(await ec2.refusal('DisassociateVpcCidrBlock', { AssociationId })).toMatchObject({
      name: 'InvalidVpcCidrBlockAssociationID.NotFound',
    });
  });

  it('do not overlap, and the first one stays', async () => {
    const { ec2, VpcId, shown } = await newVpc();
    expect(await ec2.refusal('AssociateVpcCidrBlock', { VpcId, CidrBlock: '10.0.128.0/20' })).toMatchObject({
      name: 'InvalidVpc.Range',
    });
    const { AssociationId } = (await shown())?.CidrBlockAssociationSet?.[0] ?? {};
    expect(await ec2.refusal('DisassociateVpcCidrBlock', { AssociationId })).toMatchObject({
      name: 'OperationNotPermitted',
    });
  });

  it('are five at most, and one of IPv6', async () => {
    const { ec2, VpcId, shown } = await newVpc();
    for (let index = 1; index < 5; index++) {
      await ec2.call('AssociateVpcCidrBlock', { VpcId, CidrBlock: `10.${index}.0.0/16` });
    }
    await ec2.call('AssociateVpcCidrBlock', { VpcId, AmazonProvidedIpv6CidrBlock: true });
    expect((await shown())?.Ipv6CidrBlockAssociationSet).toHaveLength(1);
    for (const input of [{ CidrBlock: '10.9.0.0/16' }, { AmazonProvidedIpv6CidrBlock: true }]) {
      expect(await ec2.refusal('AssociateVpcCidrBlock', { VpcId, ...input })).toMatchObject({
        name: 'CidrLimitExceeded',
      });
    }
  });
});

describe('the IPv6 block of a subnet', () => {
  const within = (block: string | undefined, last: string) =>
    (block ?? '').replace(/00::\/56$/, `${last}::/64`);

  it('lies in that of its VPC, beside the other subnets', async () => {
    const { ec2, VpcId, ipv6 } = await newVpc({ AmazonProvidedIpv6CidrBlock: true });
    const Ipv6CidrBlock = within(ipv6?.Ipv6CidrBlock, '01');
    const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24', Ipv6CidrBlock });
    expect(Subnet).toMatchObject({
      AssignIpv6AddressOnCreation: false,
      Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } }],
    });
    for (const [block, name] of [
      [Ipv6CidrBlock, 'InvalidSubnet.Conflict'],
      ['2001:db8::/64', 'InvalidSubnet.Range'],
      [Ipv6CidrBlock.replace('/64', '/80'), 'InvalidSubnet.Range'],
      ['10.0.0.0/24', 'InvalidParameterValue'],
    ] as const) {
      const input = { VpcId, CidrBlock: '10.0.2.0/24', Ipv6CidrBlock: block };
      expect(await ec2.refusal('CreateSubnet', input)).toMatchObject({ name });
    }
    const { AssociationId } = ipv6 ?? {};
    expect(await ec2.refusal('DisassociateVpcCidrBlock', { AssociationId })).toMatchObject({
      name: 'InvalidCidr.InUse',
    });
  });

  it('is what addresses on creation need', async () => {
    const { ec2, VpcId, ipv6 } = await newVpc({ AmazonProvidedIpv6CidrBlock: true });
    const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
    const SubnetId = Subnet?.SubnetId ?? '';
    const assign = { SubnetId, AssignIpv6AddressOnCreation: { Value: true } };
    expect(await ec2.refusal('ModifySubnetAttribute', assign)).toMatchObject({
      name: 'InvalidParameterValue',
    });
    const Ipv6CidrBlock = within(ipv6?.Ipv6CidrBlock, '02');
    const added = await ec2.call('AssociateSubnetCidrBlock', { SubnetId, Ipv6CidrBlock });
    await ec2.call('ModifySubnetAttribute', assign);
    await ec2.call('ModifySubnetAttribute', { SubnetId, EnableDns64: { Value: true } });
    const shown = async () => (await ec2.call('DescribeSubnets', { SubnetIds: [SubnetId] })).Subnets?.[0];
    expect(await shown()).toMatchObject({ AssignIpv6AddressOnCreation: true, EnableDns64: true });
    const { AssociationId } = added.Ipv6CidrBlockAssociation ?? {};
    await ec2.call('DisassociateSubnetCidrBlock', { AssociationId });
    expect(await shown()).toMatchObject({
      AssignIpv6AddressOnCreation: false,
      Ipv6CidrBlockAssociationSet: [],
    });
  });
});

describe('DHCP options', () => {
  it("are the Region's own at first, and are taken in their place", async () => {
    const { ec2, VpcId, shown } = await newVpc();
    const { DhcpOptions: before = [] } = await ec2.call('DescribeDhcpOptions', {});
    expect(before).toMatchObject([
      {
        DhcpOptionsId: (await shown())?.DhcpOptionsId,
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [{ Value: 'ec2.internal' }] },
          { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
        ],
      },
    ]);
    const made = await ec2.call('CreateDhcpOptions', {
      DhcpConfigurations: [{ Key: 'domain-name', Values: ['corp.internal'] }],
    });
    const DhcpOptionsId = made.DhcpOptions?.DhcpOptionsId ?? '';
    await ec2.call('AssociateDhcpOptions', { VpcId, DhcpOptionsId });
    const Filters = [{ Name: 'dhcp-options-id', Values: [DhcpOptionsId] }];
    expect((await ec2.call('DescribeVpcs', { Filters })).Vpcs).toMatchObject([{ VpcId }]);
    expect(await ec2.refusal('DeleteDhcpOptions', { DhcpOptionsId })).toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.call('AssociateDhcpOptions', { VpcId, DhcpOptionsId: 'default' });
    await ec2.call('DeleteDhcpOptions', { DhcpOptionsId });
    expect(await ec2.refusal('AssociateDhcpOptions', { VpcId, DhcpOptionsId })).toMatchObject({
      name: 'InvalidDhcpOptionID.NotFound',
    });
  });

  it.each([
    ['InvalidParameterValue', [{ Key: 'colour', Values: ['red'] }]],
    ['InvalidParameterValue', [{ Key: 'domain-name', Values: ['a', 'b'] }]],
    ['MissingParameter', []],
  ])('%s for %o', async (name, DhcpConfigurations) => {
    const { ec2 } = await newVpc();
    expect(await ec2.refusal('CreateDhcpOptions', { DhcpConfigurations })).toMatchObject({ name });
  });
});

it('everything of a network has tags, and the tagging API lists it', async () => {
  const { ec2, VpcId } = await newVpc({ AmazonProvidedIpv6CidrBlock: true });
  const { RouteTables = [] } = await ec2.call('DescribeRouteTables', {});
  const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', {});
  const gateway = await ec2.call('CreateInternetGateway', {});
  const outgoing = await ec2.call('CreateEgressOnlyInternetGateway', { VpcId });
  const address = await ec2.call('AllocateAddress', {});
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
  const { SubnetId } = Subnet ?? {};
  const nat = await ec2.call('CreateNatGateway', { SubnetId, ConnectivityType: 'private' });
  const { DhcpOptions = [] } = await ec2.call('DescribeDhcpOptions', {});
  const ids = {
    'internet-gateway': gateway.InternetGateway?.InternetGatewayId ?? '',
    'egress-only-internet-gateway': outgoing.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId ?? '',
    'elastic-ip': address.AllocationId ?? '',
    natgateway: nat.NatGateway?.NatGatewayId ?? '',
    'route-table': RouteTables[0]?.RouteTableId ?? '',
    'network-acl': NetworkAcls[0]?.NetworkAclId ?? '',
    'dhcp-options': DhcpOptions[0]?.DhcpOptionsId ?? '',
  };
  const Tags = [{ Key: 'team', Value: 'web' }];
  await ec2.call('CreateTags', { Resources: Object.values(ids), Tags });
  ec2.advance(15_000);
  const { ResourceTagMappingList = [] } = await ec2.other('tagging').call('GetResources', {});
  expect(new Set(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN))).toEqual(
    new Set(Object.entries(ids).map(([type, id]) => `arn:aws:ec2:us-east-1:385605022855:${type}/${id}`)),
  );
  const ResourceTypeFilters = ['ec2:natgateway'];
  expect(
    (await ec2.other('tagging').call('GetResources', { ResourceTypeFilters })).ResourceTagMappingList,
  ).toHaveLength(1);
});
