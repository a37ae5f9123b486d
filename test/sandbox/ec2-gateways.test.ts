import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

type Ec2 = ServiceSandbox<'ec2'>;

const HOUR = 3_600_000;

/** A VPC with a subnet, and an internet gateway unless told otherwise. */
async function newNetwork(
  ec2: Ec2,
  { isAttached = true } = {},
): Promise<{ VpcId: string; SubnetId: string; InternetGatewayId: string }> {
  const { Vpc } = await ec2.call('CreateVpc', {
    CidrBlock: '10.0.0.0/16',
    AmazonProvidedIpv6CidrBlock: true,
  });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
  const { InternetGateway } = await ec2.call('CreateInternetGateway', {
    TagSpecifications: [{ ResourceType: 'internet-gateway', Tags: [{ Key: 'Name', Value: 'out' }] }],
  });
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  if (isAttached) await ec2.call('AttachInternetGateway', { VpcId, InternetGatewayId });
  return { VpcId, SubnetId: Subnet?.SubnetId ?? '', InternetGatewayId };
}

async function newNatGateway(ec2: Ec2, SubnetId: string) {
  const { AllocationId = '', PublicIp } = await ec2.call('AllocateAddress', { Domain: 'vpc' });
  const { NatGateway } = await ec2.call('CreateNatGateway', { SubnetId, AllocationId });
  const NatGatewayId = NatGateway?.NatGatewayId ?? '';
  const shown = async () =>
    (await ec2.call('DescribeNatGateways', { NatGatewayIds: [NatGatewayId] })).NatGateways?.[0];
  return { AllocationId, PublicIp, NatGatewayId, shown };
}

describe('an internet gateway', () => {
  it('is found by its VPC and its tags', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, InternetGatewayId } = await newNetwork(ec2);
    for (const [Name, value] of [
      ['attachment.vpc-id', VpcId],
      ['tag:Name', 'out'],
      ['internet-gateway-id', InternetGatewayId],
    ] as const) {
      const Filters = [{ Name, Values: [value] }];
      expect((await ec2.call('DescribeInternetGateways', { Filters })).InternetGateways).toMatchObject([
        { InternetGatewayId, Attachments: [{ VpcId, State: 'available' }], OwnerId: '385605022855' },
      ]);
    }
  });

  it('has one VPC, and the VPC one gateway', async () => {
    const ec2 = serviceSandbox('ec2');
    const first = await newNetwork(ec2);
    const second = await newNetwork(ec2, { isAttached: false });
    const attach = (VpcId: string, InternetGatewayId: string) =>
      ec2.refusal('AttachInternetGateway', { VpcId, InternetGatewayId });
    expect(await attach(second.VpcId, first.InternetGatewayId)).toMatchObject({
      name: 'Resource.AlreadyAssociated',
      message: `resource ${first.InternetGatewayId} is already attached to network ${first.VpcId}`,
    });
    expect(await attach(first.VpcId, second.InternetGatewayId)).toMatchObject({
      name: 'InvalidParameterValue',
    });
    const detached = { VpcId: second.VpcId, InternetGatewayId: first.InternetGatewayId };
    expect(await ec2.refusal('DetachInternetGateway', detached)).toMatchObject({
      name: 'Gateway.NotAttached',
    });
  });

  it('keeps its VPC, and is kept by it, until it is detached', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId, InternetGatewayId } = await newNetwork(ec2);
    await ec2.call('DeleteSubnet', { SubnetId });
    for (const refused of [
      await ec2.refusal('DeleteVpc', { VpcId }),
      await ec2.refusal('DeleteInternetGateway', { InternetGatewayId }),
    ]) {
      expect(refused).toMatchObject({ name: 'DependencyViolation' });
    }
    await ec2.call('DetachInternetGateway', { VpcId, InternetGatewayId });
    await ec2.call('DeleteInternetGateway', { InternetGatewayId });
    await ec2.call('DeleteVpc', { VpcId });
    expect((await ec2.call('DescribeTags', {})).Tags).toEqual([]);
  });

  it('counts towards five in a Region', async () => {
    const ec2 = serviceSandbox('ec2');
    for (let made = 1; made < 5; made++) await ec2.call('CreateInternetGateway', {});
    expect(await ec2.refusal('CreateInternetGateway', {})).toMatchObject({
      name: 'InternetGatewayLimitExceeded',
    });
  });
});

describe('an elastic IP address', () => {
  it('is found by its own values, until it is released', async () => {
    const ec2 = serviceSandbox('ec2');
    const { AllocationId = '', PublicIp = '' } = await ec2.call('AllocateAddress', {
      Domain: 'vpc',
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: [{ Key: 'Name', Value: 'nat' }] }],
    });
    const found = { AllocationId, PublicIp, Domain: 'vpc', NetworkBorderGroup: 'us-east-1' };
    for (const input of [
      { AllocationIds: [AllocationId] },
      { PublicIps: [PublicIp] },
      { Filters: [{ Name: 'public-ip', Values: [PublicIp] }] },
      { Filters: [{ Name: 'tag:Name', Values: ['nat'] }] },
    ]) {
      expect((await ec2.call('DescribeAddresses', input)).Addresses).toMatchObject([found]);
    }
    expect(
      (
        await ec2.call('DescribeAddressesAttribute', {
          AllocationIds: [AllocationId],
          Attribute: 'domain-name',
        })
      ).Addresses,
    ).toEqual([{ AllocationId, PublicIp }]);
    await ec2.call('ReleaseAddress', { AllocationId });
    expect(await ec2.refusal('DescribeAddresses', { AllocationIds: [AllocationId] })).toMatchObject({
      name: 'InvalidAllocationID.NotFound',
    });
    expect(await ec2.refusal('DescribeAddresses', { PublicIps: [PublicIp] })).toMatchObject({
      name: 'InvalidAddress.NotFound',
    });
  });

  it('is one of five in a Region, and all differ', async () => {
    const ec2 = serviceSandbox('ec2');
    for (let made = 0; made < 5; made++) await ec2.call('AllocateAddress', {});
    expect(await ec2.refusal('AllocateAddress', {})).toMatchObject({ name: 'AddressLimitExceeded' });
    const { Addresses = [] } = await ec2.call('DescribeAddresses', {});
    expect(new Set(Addresses.map(({ PublicIp }) => PublicIp)).size).toBe(5);
  });
});

describe('a NAT gateway', () => {
  it('becomes available with an interface in its subnet, which has the public address', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId } = await newNetwork(ec2);
    const { AllocationId, PublicIp, NatGatewayId, shown } = await newNatGateway(ec2, SubnetId);
    expect(await shown()).toMatchObject({ State: 'pending', SubnetId, VpcId, ConnectivityType: 'public' });
    ec2.advance(120_000);
    const gateway = await shown();
    const [{ NetworkInterfaceId = '', PrivateIp, AssociationId } = {}] = gateway?.NatGatewayAddresses ?? [];
    expect(gateway).toMatchObject({
      State: 'available',
      NatGatewayAddresses: [{ AllocationId, PublicIp, IsPrimary: true, Status: 'succeeded' }],
    });
    const { NetworkInterfaces } = await ec2.call('DescribeNetworkInterfaces', {
      Filters: [{ Name: 'association.public-ip', Values: [PublicIp ?? ''] }],
    });
    expect(NetworkInterfaces).toMatchObject([
      {
        NetworkInterfaceId,
        Description: `Interface for NAT Gateway ${NatGatewayId}`,
        InterfaceType: 'nat_gateway',
        PrivateIpAddress: PrivateIp,
        RequesterManaged: true,
        Association: { AllocationId, AssociationId, PublicIp },
      },
    ]);
    expect((await ec2.call('DescribeAddresses', {})).Addresses).toMatchObject([
      { AllocationId, AssociationId, NetworkInterfaceId, PrivateIpAddress: PrivateIp },
    ]);
  });

  it('keeps its subnet, its address and the gateway of its VPC until it is deleted', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId, InternetGatewayId } = await newNetwork(ec2);
    const { AllocationId, NatGatewayId, shown } = await newNatGateway(ec2, SubnetId);
    ec2.advance(120_000);
    await ec2.call('DeleteNatGateway', { NatGatewayId });
    expect((await shown())?.State).toBe('deleting');
    expect(await ec2.refusal('DetachInternetGateway', { VpcId, InternetGatewayId })).toMatchObject({
      name: 'DependencyViolation',
      message: `Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    });
    expect(await ec2.refusal('ReleaseAddress', { AllocationId })).toMatchObject({
      name: 'InvalidIPAddress.InUse',
    });
    expect(await ec2.refusal('DeleteSubnet', { SubnetId })).toMatchObject({ name: 'DependencyViolation' });
    ec2.advance(60_000);
    expect((await shown())?.State).toBe('deleted');
    await ec2.call('DetachInternetGateway', { VpcId, InternetGatewayId });
    await ec2.call('ReleaseAddress', { AllocationId });
    await ec2.call('DeleteSubnet', { SubnetId });
    await ec2.call('DeleteVpc', { VpcId });
    ec2.advance(HOUR);
    expect(await ec2.refusal('DescribeNatGateways', { NatGatewayIds: [NatGatewayId] })).toMatchObject({
      name: 'NatGatewayNotFound',
      message: `The Nat gateway ${NatGatewayId} was not found`,
    });
  });

  it('fails where its VPC has no internet gateway, and leaves its address free', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId } = await newNetwork(ec2, { isAttached: false });
    const { AllocationId, shown } = await newNatGateway(ec2, SubnetId);
    expect(await shown()).toMatchObject({ State: 'pending' });
    ec2.advance(120_000);
    expect(await shown()).toMatchObject({
      State: 'failed',
      FailureCode: 'Gateway.NotAttached',
      FailureMessage: `Network ${VpcId} has no Internet gateway attached`,
    });
    await ec2.call('ReleaseAddress', { AllocationId });
  });

  it("fails where its address is another one's", async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId } = await newNetwork(ec2);
    const { AllocationId } = await newNatGateway(ec2, SubnetId);
    const { NatGateway } = await ec2.call('CreateNatGateway', { SubnetId, AllocationId });
    ec2.advance(120_000);
    const NatGatewayIds = [NatGateway?.NatGatewayId ?? ''];
    expect((await ec2.call('DescribeNatGateways', { NatGatewayIds })).NatGateways).toMatchObject([
      { State: 'failed', FailureCode: 'Resource.AlreadyAssociated' },
    ]);
  });

  it('is made once for a client token', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId } = await newNetwork(ec2);
    const { AllocationId } = await ec2.call('AllocateAddress', {});
    const input = { SubnetId, AllocationId, ClientToken: 'once' };
    const first = await ec2.call('CreateNatGateway', input);
    const second = await ec2.call('CreateNatGateway', input);
    expect(second.NatGateway?.NatGatewayId).toBe(first.NatGateway?.NatGatewayId);
    expect(await ec2.refusal('CreateNatGateway', { ...input, ConnectivityType: 'public' })).toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
  });

  it('without a public address needs no internet gateway', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SubnetId } = await newNetwork(ec2, { isAttached: false });
    const { NatGateway } = await ec2.call('CreateNatGateway', { SubnetId, ConnectivityType: 'private' });
    ec2.advance(120_000);
    const Filter = [{ Name: 'state', Values: ['available'] }];
    const { NatGateways } = await ec2.call('DescribeNatGateways', { Filter });
    expect(NatGateways).toMatchObject([{ NatGatewayId: NatGateway?.NatGatewayId }]);
    expect(NatGateways?.[0]?.NatGatewayAddresses?.[0]?.PublicIp).toBeUndefined();
  });
});

it('an address of a service of AWS is not mapped or freed by others', async () => {
  const ec2 = serviceSandbox('ec2');
  const { SubnetId } = await newNetwork(ec2);
  const { AllocationId, shown } = await newNatGateway(ec2, SubnetId);
  const [{ NetworkInterfaceId, AssociationId } = {}] = (await shown())?.NatGatewayAddresses ?? [];
  const notOurs = {
    name: 'OperationNotPermitted',
    message: "You are not allowed to manage 'ela-attach' attachments.",
  };
  expect(await ec2.refusal('DisassociateAddress', { AssociationId })).toMatchObject(notOurs);
  expect(await ec2.refusal('AssociateAddress', { AllocationId, NetworkInterfaceId })).toMatchObject(notOurs);
  expect(await ec2.refusal('AssociateAddress', { AllocationId, InstanceId: 'i-0' })).toMatchObject({
    name: 'InvalidInstanceID.NotFound',
  });
});

it('an egress-only internet gateway keeps its VPC until it is deleted', async () => {
  const ec2 = serviceSandbox('ec2');
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const made = await ec2.call('CreateEgressOnlyInternetGateway', { VpcId });
  const EgressOnlyInternetGatewayId = made.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId ?? '';
  expect((await ec2.call('DescribeEgressOnlyInternetGateways', {})).EgressOnlyInternetGateways).toMatchObject(
    [{ EgressOnlyInternetGatewayId, Attachments: [{ State: 'attached', VpcId }] }],
  );
  expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({ name: 'DependencyViolation' });
  await ec2.call('DeleteEgressOnlyInternetGateway', { EgressOnlyInternetGatewayId });
  await ec2.call('DeleteVpc', { VpcId });
  expect(await ec2.refusal('DeleteEgressOnlyInternetGateway', { EgressOnlyInternetGatewayId })).toMatchObject(
    { name: 'InvalidEgressOnlyInternetGatewayId.NotFound' },
  );
});
