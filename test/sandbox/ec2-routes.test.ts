import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

type Ec2 = ServiceSandbox<'ec2'>;

const EVERYWHERE = '0.0.0.0/0';

/** A VPC with a subnet, an internet gateway and a table of its own. */
async function newNetwork(ec2: Ec2, CidrBlock = '10.0.0.0/16') {
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock, AmazonProvidedIpv6CidrBlock: true });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: CidrBlock.replace('/16', '/24') });
  const { InternetGateway } = await ec2.call('CreateInternetGateway', {});
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.call('AttachInternetGateway', { VpcId, InternetGatewayId: GatewayId });
  const { RouteTable } = await ec2.call('CreateRouteTable', { VpcId });
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  const routes = async () =>
    (await ec2.call('DescribeRouteTables', { RouteTableIds: [RouteTableId] })).RouteTables?.[0]?.Routes ?? [];
  return { VpcId, SubnetId: Subnet?.SubnetId ?? '', GatewayId, RouteTableId, routes };
}

async function mainTable(ec2: Ec2, vpcId: string) {
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'association.main', Values: ['true'] },
  ];
  const { RouteTables = [] } = await ec2.call('DescribeRouteTables', { Filters });
  const main = RouteTables[0]?.Associations?.find((each) => each.Main);
  return { RouteTableId: main?.RouteTableId ?? '', AssociationId: main?.RouteTableAssociationId ?? '' };
}

describe('a route', () => {
  it('is added to those that the table has by itself, its host bits cleared', async () => {
    const ec2 = serviceSandbox('ec2');
    const { GatewayId, RouteTableId, routes } = await newNetwork(ec2);
    expect(await routes()).toMatchObject([
      { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' },
      { DestinationIpv6CidrBlock: expect.stringMatching(/::\/56$/) as string, GatewayId: 'local' },
    ]);
    await ec2.call('CreateRoute', { RouteTableId, GatewayId, DestinationCidrBlock: '100.68.0.18/18' });
    await ec2.call('CreateRoute', { RouteTableId, GatewayId, DestinationIpv6CidrBlock: '::/0' });
    expect((await routes()).slice(2)).toEqual([
      { DestinationCidrBlock: '100.68.0.0/18', GatewayId, Origin: 'CreateRoute', State: 'active' },
      { DestinationIpv6CidrBlock: '::/0', GatewayId, Origin: 'CreateRoute', State: 'active' },
    ]);
  });

  it('is replaced and deleted by its destination', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, GatewayId, RouteTableId, routes } = await newNetwork(ec2);
    const gateway = await ec2.call('CreateEgressOnlyInternetGateway', { VpcId });
    const { EgressOnlyInternetGatewayId } = gateway.EgressOnlyInternetGateway ?? {};
    const destination = { RouteTableId, DestinationIpv6CidrBlock: '::/0' };
    await ec2.call('CreateRoute', { ...destination, GatewayId });
    await ec2.call('ReplaceRoute', { ...destination, EgressOnlyInternetGatewayId });
    expect((await routes()).at(-1)).toMatchObject({ EgressOnlyInternetGatewayId, State: 'active' });
    expect((await routes()).at(-1)?.GatewayId).toBeUndefined();
    await ec2.call('DeleteRoute', destination);
    expect(await routes()).toHaveLength(2);
    expect(await ec2.refusal('DeleteRoute', destination)).toMatchObject({
      name: 'InvalidRoute.NotFound',
      message: `no route with destination-ipv6-cidr-block ::/0 in route table ${RouteTableId}`,
    });
    expect(await ec2.refusal('ReplaceRoute', { ...destination, GatewayId })).toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('becomes a blackhole when what it leads to is gone', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, GatewayId, RouteTableId, routes } = await newNetwork(ec2);
    await ec2.call('CreateRoute', { RouteTableId, GatewayId, DestinationCidrBlock: EVERYWHERE });
    await ec2.call('DetachInternetGateway', { VpcId, InternetGatewayId: GatewayId });
    expect((await routes()).at(-1)).toMatchObject({ GatewayId, State: 'blackhole' });
  });

  it('to a NAT gateway is active once that is available', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId, RouteTableId, routes } = await newNetwork(ec2);
    const { AllocationId } = await ec2.call('AllocateAddress', {});
    const { NatGateway } = await ec2.call('CreateNatGateway', { SubnetId, AllocationId });
    const { NatGatewayId } = NatGateway ?? {};
    await ec2.call('CreateRoute', { RouteTableId, NatGatewayId, DestinationCidrBlock: EVERYWHERE });
    ec2.advance(120_000);
    expect((await routes()).at(-1)).toMatchObject({ NatGatewayId, State: 'active' });
    const Filters = [{ Name: 'route.nat-gateway-id', Values: [NatGatewayId ?? ''] }];
    expect((await ec2.call('DescribeRouteTables', { Filters })).RouteTables).toMatchObject([
      { RouteTableId },
    ]);
  });

  it.each([
    ['RouteAlreadyExists', { DestinationCidrBlock: '10.0.0.0/16' }],
    ['MissingParameter', {}],
    ['MissingParameter', { DestinationCidrBlock: EVERYWHERE, DestinationIpv6CidrBlock: '::/0' }],
    ['InvalidParameterValue', { DestinationCidrBlock: 'everywhere' }],
    ['InvalidGatewayID.NotFound', { DestinationCidrBlock: EVERYWHERE, GatewayId: 'igw-0' }],
    [
      'InvalidNatGatewayID.NotFound',
      { DestinationCidrBlock: EVERYWHERE, NatGatewayId: 'nat-0', GatewayId: undefined },
    ],
    ['InvalidParameterCombination', { DestinationCidrBlock: EVERYWHERE, NatGatewayId: 'nat-0' }],
    [
      'InvalidTransitGatewayID.NotFound',
      { DestinationCidrBlock: EVERYWHERE, TransitGatewayId: 'tgw-0', GatewayId: undefined },
    ],
    ['MissingParameter', { DestinationCidrBlock: EVERYWHERE, GatewayId: undefined }],
  ])('%s for %o', async (name, input) => {
    const ec2 = serviceSandbox('ec2');
    const { GatewayId, RouteTableId } = await newNetwork(ec2);
    expect(await ec2.refusal('CreateRoute', { RouteTableId, GatewayId, ...input })).toMatchObject({ name });
  });

  it('does not lead out of its VPC, and the local one stays', async () => {
    const ec2 = serviceSandbox('ec2');
    const { RouteTableId } = await newNetwork(ec2);
    const other = await newNetwork(ec2, '10.1.0.0/16');
    const input = { RouteTableId, GatewayId: other.GatewayId, DestinationCidrBlock: EVERYWHERE };
    expect(await ec2.refusal('CreateRoute', input)).toMatchObject({
      name: 'InvalidParameterValue',
      message: `route table ${RouteTableId} and network gateway ${other.GatewayId} belong to different networks`,
    });
    expect(
      await ec2.refusal('DeleteRoute', { RouteTableId, DestinationCidrBlock: '10.0.0.0/16' }),
    ).toMatchObject({
      name: 'InvalidParameterValue',
      message: `cannot remove local route 10.0.0.0/16 in route table ${RouteTableId}`,
    });
  });
});

describe('a route table', () => {
  it('is taken by subnets one by one, and they go back to the main one', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId, RouteTableId } = await newNetwork(ec2);
    const { AssociationId = '' } = await ec2.call('AssociateRouteTable', { SubnetId, RouteTableId });
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
    expect((await ec2.call('DescribeRouteTables', { Filters })).RouteTables).toMatchObject([
      { RouteTableId, Associations: [{ RouteTableAssociationId: AssociationId, SubnetId, Main: false }] },
    ]);
    expect((await ec2.call('AssociateRouteTable', { SubnetId, RouteTableId })).AssociationId).toBe(
      AssociationId,
    );
    expect(await ec2.refusal('DeleteRouteTable', { RouteTableId })).toMatchObject({
      name: 'DependencyViolation',
      message: `The routeTable '${RouteTableId}' has dependencies and cannot be deleted.`,
    });
    await ec2.call('DisassociateRouteTable', { AssociationId });
    expect((await ec2.call('DescribeRouteTables', { Filters })).RouteTables).toEqual([]);
    expect(await ec2.refusal('DisassociateRouteTable', { AssociationId })).toMatchObject({
      name: 'InvalidAssociationID.NotFound',
    });
    await ec2.call('DeleteRouteTable', { RouteTableId });
  });

  it('is left by a subnet that is deleted', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId, RouteTableId } = await newNetwork(ec2);
    await ec2.call('AssociateRouteTable', { SubnetId, RouteTableId });
    await ec2.call('DeleteSubnet', { SubnetId });
    await ec2.call('DeleteRouteTable', { RouteTableId });
    expect(await ec2.refusal('DescribeRouteTables', { RouteTableIds: [RouteTableId] })).toMatchObject({
      name: 'InvalidRouteTableID.NotFound',
    });
  });

  it('is not taken by a subnet that has another one, or is in another VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId, RouteTableId } = await newNetwork(ec2);
    await ec2.call('AssociateRouteTable', { SubnetId, RouteTableId });
    const second = (await ec2.call('CreateRouteTable', { VpcId })).RouteTable?.RouteTableId ?? '';
    expect(await ec2.refusal('AssociateRouteTable', { SubnetId, RouteTableId: second })).toMatchObject({
      name: 'Resource.AlreadyAssociated',
    });
    const other = await newNetwork(ec2, '10.1.0.0/16');
    expect(
      await ec2.refusal('AssociateRouteTable', { SubnetId: other.SubnetId, RouteTableId }),
    ).toMatchObject({
      name: 'InvalidParameterValue',
      message: `Route table ${RouteTableId} and subnet ${other.SubnetId} belong to different networks`,
    });
  });

  it('becomes the main one, which is neither deleted nor left', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, RouteTableId } = await newNetwork(ec2);
    const before = await mainTable(ec2, VpcId);
    const { NewAssociationId = '' } = await ec2.call('ReplaceRouteTableAssociation', {
      AssociationId: before.AssociationId,
      RouteTableId,
    });
    expect(await mainTable(ec2, VpcId)).toEqual({ RouteTableId, AssociationId: NewAssociationId });
    expect(await ec2.refusal('DeleteRouteTable', { RouteTableId })).toMatchObject({
      name: 'DependencyViolation',
    });
    expect(await ec2.refusal('DisassociateRouteTable', { AssociationId: NewAssociationId })).toMatchObject({
      name: 'InvalidParameterValue',
    });
    await ec2.call('DeleteRouteTable', { RouteTableId: before.RouteTableId });
  });

  it('keeps its VPC until it is deleted, unless it is the main one', async () => {
    const ec2 = serviceSandbox('ec2');
    const { Vpc } = await ec2.call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
    const VpcId = Vpc?.VpcId ?? '';
    const Tags = [{ Key: 'Name', Value: 'main' }];
    await ec2.call('CreateTags', { Resources: [(await mainTable(ec2, VpcId)).RouteTableId], Tags });
    const { RouteTable } = await ec2.call('CreateRouteTable', { VpcId });
    expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({ name: 'DependencyViolation' });
    await ec2.call('DeleteRouteTable', { RouteTableId: RouteTable?.RouteTableId });
    await ec2.call('DeleteVpc', { VpcId });
    expect((await ec2.call('DescribeTags', {})).Tags).toEqual([]);
  });
});
