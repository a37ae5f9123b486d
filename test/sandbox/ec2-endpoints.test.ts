import { describe, expect, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

type Ec2 = ServiceSandbox<'ec2'>;

const LOGS = 'com.amazonaws.us-east-1.logs';
const S3 = 'com.amazonaws.us-east-1.s3';

async function newNetwork(ec2: Ec2) {
  const { Vpcs = [] } = await ec2.call('DescribeVpcs', {});
  const VpcId = Vpcs[0]?.VpcId ?? '';
  const { Subnets = [] } = await ec2.call('DescribeSubnets', {});
  const { RouteTables = [] } = await ec2.call('DescribeRouteTables', {});
  return {
    VpcId,
    SubnetIds: Subnets.map(({ SubnetId = '' }) => SubnetId),
    RouteTableId: RouteTables[0]?.RouteTableId ?? '',
  };
}

/** A subnet of 16 addresses, AWS's five and eleven that endpoints have taken. */
async function fullSubnet(ec2: Ec2, VpcId: string): Promise<string> {
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '172.31.200.0/28' });
  const SubnetId = Subnet?.SubnetId ?? '';
  for (let nth = 0; nth < 11; nth += 1) {
    await ec2.call('CreateVpcEndpoint', {
      VpcId,
      ServiceName: LOGS,
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: false,
      SubnetIds: [SubnetId],
    });
  }
  return SubnetId;
}

async function interfaceIds(ec2: Ec2, VpcId: string): Promise<readonly string[]> {
  const { NetworkInterfaces = [] } = await ec2.call('DescribeNetworkInterfaces', {
    Filters: [{ Name: 'vpc-id', Values: [VpcId] }],
  });
  return NetworkInterfaces.map(({ NetworkInterfaceId = '' }) => NetworkInterfaceId);
}

async function shown(ec2: Ec2, id = '') {
  const { VpcEndpoints = [] } = await ec2.call('DescribeVpcEndpoints', { VpcEndpointIds: [id] });
  return VpcEndpoints[0];
}

describe('a gateway endpoint', () => {
  test('has a route to its service in each of its tables, as long as it stands', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, RouteTableId } = await newNetwork(ec2);
    const { VpcEndpoint } = await ec2.call('CreateVpcEndpoint', {
      VpcId,
      ServiceName: S3,
      RouteTableIds: [RouteTableId],
    });
    expect(VpcEndpoint).toMatchObject({ VpcEndpointType: 'Gateway', State: 'available', SubnetIds: [] });
    const { PrefixLists = [] } = await ec2.call('DescribePrefixLists', {});
    const list = PrefixLists.find(({ PrefixListName }) => PrefixListName === S3);
    const routes = async () => {
      const { RouteTables = [] } = await ec2.call('DescribeRouteTables', { RouteTableIds: [RouteTableId] });
      return (RouteTables[0]?.Routes ?? []).filter(({ DestinationPrefixListId }) => DestinationPrefixListId);
    };
    expect(await routes()).toMatchObject([
      { DestinationPrefixListId: list?.PrefixListId, GatewayId: VpcEndpoint?.VpcEndpointId, State: 'active' },
    ]);
    expect(
      await ec2.refusal('CreateVpcEndpoint', { VpcId, ServiceName: S3, RouteTableIds: [RouteTableId] }),
    ).toMatchObject({ name: 'RouteAlreadyExists' });
    await ec2.call('DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpoint?.VpcEndpointId ?? ''] });
    expect(await routes()).toEqual([]);
  });
});

describe('an interface endpoint', () => {
  async function newEndpoint(ec2: Ec2) {
    const network = await newNetwork(ec2);
    const { VpcEndpoint } = await ec2.call('CreateVpcEndpoint', {
      VpcId: network.VpcId,
      ServiceName: LOGS,
      VpcEndpointType: 'Interface',
      SubnetIds: network.SubnetIds.slice(0, 2),
    });
    return { ...network, id: VpcEndpoint?.VpcEndpointId ?? '' };
  }

  test('becomes available with an interface in each subnet, in the default group of its VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const { id, SubnetIds } = await newEndpoint(ec2);
    expect((await shown(ec2, id))?.State).toBe('pending');
    ec2.advance(90_000);
    expect(await shown(ec2, id)).toMatchObject({
      State: 'available',
      SubnetIds: SubnetIds.slice(0, 2),
      Groups: [{ GroupName: 'default' }],
      PrivateDnsEnabled: true,
      DnsEntries: [
        { DnsName: `${id}.logs.us-east-1.vpce.amazonaws.com` },
        { DnsName: 'logs.us-east-1.amazonaws.com' },
      ],
    });
    const { NetworkInterfaces = [] } = await ec2.call('DescribeNetworkInterfaces', {
      Filters: [{ Name: 'interface-type', Values: ['vpc_endpoint'] }],
    });
    expect(NetworkInterfaces.map(({ Description }) => Description)).toEqual([
      `VPC Endpoint Interface ${id}`,
      `VPC Endpoint Interface ${id}`,
    ]);
  });

  test('takes the name of its service for itself in the VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetIds } = await newEndpoint(ec2);
    const second = { VpcId, ServiceName: LOGS, VpcEndpointType: 'Interface', SubnetIds } as const;
    expect(await ec2.refusal('CreateVpcEndpoint', second)).toMatchObject({
      name: 'InvalidParameter',
      message: expect.stringContaining('conflicting DNS domain for logs.us-east-1.amazonaws.com') as string,
    });
    const { VpcEndpoint } = await ec2.call('CreateVpcEndpoint', { ...second, PrivateDnsEnabled: false });
    expect(VpcEndpoint?.DnsEntries).toHaveLength(1);
  });

  test('takes subnets and groups, and gives them back', async () => {
    const ec2 = serviceSandbox('ec2');
    const { id, VpcId, SubnetIds } = await newEndpoint(ec2);
    const { GroupId = '' } = await ec2.call('CreateSecurityGroup', {
      GroupName: 'endpoint',
      Description: 'endpoint',
      VpcId,
    });
    const before = await shown(ec2, id);
    await ec2.call('ModifyVpcEndpoint', {
      VpcEndpointId: id,
      AddSubnetIds: [SubnetIds[2]!],
      RemoveSubnetIds: [SubnetIds[0]!],
      AddSecurityGroupIds: [GroupId],
      RemoveSecurityGroupIds: [before?.Groups?.[0]?.GroupId ?? ''],
    });
    expect(await shown(ec2, id)).toMatchObject({ SubnetIds: SubnetIds.slice(1), Groups: [{ GroupId }] });
    expect(await ec2.refusal('DeleteSecurityGroup', { GroupId })).toMatchObject({
      name: 'DependencyViolation',
    });
  });

  test('has one interface in a subnet that is named twice, and none is left after it', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetIds } = await newNetwork(ec2);
    const [first = '', second = ''] = SubnetIds;
    const { VpcEndpoint } = await ec2.call('CreateVpcEndpoint', {
      VpcId,
      ServiceName: LOGS,
      VpcEndpointType: 'Interface',
      SubnetIds: [first, first],
    });
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? '';
    await ec2.call('ModifyVpcEndpoint', { VpcEndpointId, AddSubnetIds: [second, second] });
    expect(await shown(ec2, VpcEndpointId)).toMatchObject({ SubnetIds: [first, second] });
    expect(await interfaceIds(ec2, VpcId)).toHaveLength(2);
    await ec2.call('DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] });
    ec2.advance(60_000);
    expect(await interfaceIds(ec2, VpcId)).toEqual([]);
  });

  test('is not made, nor changed, where one of its subnets has no address left', async () => {
    const ec2 = serviceSandbox('ec2');
    const { id, VpcId, SubnetIds } = await newEndpoint(ec2);
    const full = await fullSubnet(ec2, VpcId);
    const before = { endpoint: await shown(ec2, id), interfaces: await interfaceIds(ec2, VpcId) };
    const name = 'InsufficientFreeAddressesInSubnet';
    expect(
      await ec2.refusal('CreateVpcEndpoint', {
        VpcId,
        ServiceName: LOGS,
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: false,
        SubnetIds: [SubnetIds[2]!, full],
      }),
    ).toMatchObject({ name });
    expect(
      await ec2.refusal('ModifyVpcEndpoint', {
        VpcEndpointId: id,
        AddSubnetIds: [SubnetIds[2]!, full],
        PrivateDnsEnabled: false,
      }),
    ).toMatchObject({ name });
    expect({ endpoint: await shown(ec2, id), interfaces: await interfaceIds(ec2, VpcId) }).toEqual(before);
  });

  test('keeps its VPC until it and its interfaces are gone', async () => {
    const ec2 = serviceSandbox('ec2');
    const { id } = await newEndpoint(ec2);
    await ec2.call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    expect((await shown(ec2, id))?.State).toBe('deleting');
    ec2.advance(60_000);
    expect(await ec2.refusal('DescribeVpcEndpoints', { VpcEndpointIds: [id] })).toMatchObject({
      name: 'InvalidVpcEndpointId.NotFound',
    });
    const { NetworkInterfaces } = await ec2.call('DescribeNetworkInterfaces', {});
    expect(NetworkInterfaces).toEqual([]);
  });

  test('is refused tables, and a gateway endpoint subnets', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetIds, RouteTableId } = await newNetwork(ec2);
    expect(
      await ec2.refusal('CreateVpcEndpoint', {
        VpcId,
        ServiceName: LOGS,
        VpcEndpointType: 'Interface',
        RouteTableIds: [RouteTableId],
      }),
    ).toMatchObject({ name: 'InvalidParameter' });
    expect(await ec2.refusal('CreateVpcEndpoint', { VpcId, ServiceName: S3, SubnetIds })).toMatchObject({
      name: 'InvalidParameter',
    });
    expect(await ec2.refusal('CreateVpcEndpoint', { VpcId, ServiceName: LOGS })).toMatchObject({
      name: 'InvalidServiceName',
    });
  });
});

describe('the services that endpoints lead to', () => {
  test('are listed by name, a service with both types twice', async () => {
    const ec2 = serviceSandbox('ec2');
    const { ServiceDetails = [] } = await ec2.call('DescribeVpcEndpointServices', { ServiceNames: [S3] });
    expect(ServiceDetails.map(({ ServiceType = [] }) => ServiceType[0]?.ServiceType)).toEqual([
      'Gateway',
      'Interface',
    ]);
    expect(
      await ec2.refusal('DescribeVpcEndpointServices', { ServiceNames: ['com.amazonaws.us-east-1.nothing'] }),
    ).toMatchObject({ name: 'InvalidServiceName' });
  });
});
