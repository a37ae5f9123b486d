import { describe, expect, test } from 'vitest';
import { EVERYWHERE, addressIn, newGroup, newSubnet, newVpc, useAcl } from '../support/sandbox/networks.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { Ec2 } from '../support/sandbox/networks.ts';

interface Ends {
  readonly vpcs: readonly [string, string];
  readonly subnets: readonly [string, string];
  readonly groups: readonly [string, string];
  readonly addresses: readonly [string, string];
}

/** Two interfaces with a group each, in two subnets. */
async function ends(
  ec2: Ec2,
  vpcs: readonly [string, string],
  blocks: readonly [string, string],
): Promise<Ends> {
  const subnets = [
    await newSubnet(ec2, vpcs[0], blocks[0]),
    await newSubnet(ec2, vpcs[1], blocks[1]),
  ] as const;
  const groups = [await newGroup(ec2, vpcs[0], 'from'), await newGroup(ec2, vpcs[1], 'to')] as const;
  const addresses = [
    await addressIn(ec2, vpcs[0], subnets[0], groups[0]),
    await addressIn(ec2, vpcs[1], subnets[1], groups[1]),
  ] as const;
  return { vpcs, subnets, groups, addresses };
}

async function inOneVpc(ec2: Ec2): Promise<Ends> {
  const vpc = await newVpc(ec2, '10.1.0.0/16');
  return ends(ec2, [vpc, vpc], ['10.1.0.0/24', '10.1.1.0/24']);
}

/** The rules that a daemon and its consumer need. */
async function allow(ec2: Ec2, { groups, addresses }: Ends, IpProtocol = 'udp'): Promise<void> {
  const traffic = { IpProtocol, FromPort: 2000, ToPort: 2000 };
  await ec2.call('AuthorizeSecurityGroupEgress', {
    GroupId: groups[0],
    IpPermissions: [{ ...traffic, IpRanges: [{ CidrIp: `${addresses[1]}/32` }] }],
  });
  await ec2.call('AuthorizeSecurityGroupIngress', {
    GroupId: groups[1],
    IpPermissions: [{ ...traffic, UserIdGroupPairs: [{ GroupId: groups[0] }] }],
  });
}

function lossOf(ec2: Ec2, { addresses }: Ends, protocol: 'tcp' | 'udp' = 'udp') {
  const [fromAddress, toAddress] = addresses;
  return ec2.sandbox.control.lossOf({ protocol, fromAddress, fromPort: 40_000, toAddress, toPort: 2000 });
}

/** A network ACL of the subnet's own, with entries that allow everything but what the test denies. */
async function denyIn(
  ec2: Ec2,
  VpcId: string,
  subnet: string,
  denied: { Egress: boolean; From: number; To: number },
) {
  const { NetworkAcl } = await ec2.call('CreateNetworkAcl', { VpcId });
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? '';
  const { Egress, From, To } = denied;
  const entry = { NetworkAclId, CidrBlock: EVERYWHERE };
  for (const [Protocol, RuleNumber] of [
    ['6', 10],
    ['17', 11],
  ] as const) {
    await ec2.call('CreateNetworkAclEntry', {
      ...entry,
      RuleNumber,
      RuleAction: 'deny',
      Egress,
      Protocol,
      PortRange: { From, To },
    });
  }
  for (const way of [true, false]) {
    await ec2.call('CreateNetworkAclEntry', {
      ...entry,
      RuleNumber: 100,
      RuleAction: 'allow',
      Egress: way,
      Protocol: '-1',
    });
  }
  await useAcl(ec2, subnet, NetworkAclId);
}

describe('a packet between two interfaces', () => {
  test('arrives where the rules of both groups let it', async () => {
    const ec2 = serviceSandbox('ec2');
    const there = await inOneVpc(ec2);
    await allow(ec2, there);
    expect(lossOf(ec2, there)).toBeUndefined();
    expect(lossOf(ec2, there, 'tcp')).toBe('egress rule');
  });

  test('is lost at the rule that is missing', async () => {
    const ec2 = serviceSandbox('ec2');
    const there = await inOneVpc(ec2);
    expect(lossOf(ec2, there)).toBe('egress rule');
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: EVERYWHERE }] }];
    await ec2.call('AuthorizeSecurityGroupEgress', { GroupId: there.groups[0], IpPermissions });
    expect(lossOf(ec2, there)).toBe('ingress rule');
  });

  test('is lost at an address that nothing has', async () => {
    const ec2 = serviceSandbox('ec2');
    const there = await inOneVpc(ec2);
    await allow(ec2, there);
    expect(lossOf(ec2, { ...there, addresses: [there.addresses[0], '10.1.1.200'] })).toBe('nowhere');
    expect(() => lossOf(ec2, { ...there, addresses: ['10.9.9.9', there.addresses[1]] })).toThrow(
      'No network interface has the address 10.9.9.9.',
    );
  });

  test('is lost at the network ACL of either subnet', async () => {
    const ec2 = serviceSandbox('ec2');
    const there = await inOneVpc(ec2);
    await allow(ec2, there);
    const port = { From: 2000, To: 2000 };
    await denyIn(ec2, there.vpcs[1], there.subnets[1], { Egress: false, ...port });
    expect(lossOf(ec2, there)).toBe('network ACL in');
    await denyIn(ec2, there.vpcs[0], there.subnets[0], { Egress: true, ...port });
    expect(lossOf(ec2, there)).toBe('network ACL out');
  });

  test('needs the way back over TCP, and not over UDP', async () => {
    const ec2 = serviceSandbox('ec2');
    const there = await inOneVpc(ec2);
    await allow(ec2, there);
    await allow(ec2, there, 'tcp');
    expect(lossOf(ec2, there, 'tcp')).toBeUndefined();
    await denyIn(ec2, there.vpcs[1], there.subnets[1], { Egress: true, From: 32_768, To: 60_999 });
    expect(lossOf(ec2, there, 'tcp')).toBe('network ACL out');
    expect(lossOf(ec2, there)).toBeUndefined();
  });
});

describe('a packet between two VPCs', () => {
  async function inTwoVpcs(ec2: Ec2) {
    const vpcs = [await newVpc(ec2, '10.1.0.0/16'), await newVpc(ec2, '10.2.0.0/16')] as const;
    const { VpcPeeringConnection } = await ec2.call('CreateVpcPeeringConnection', {
      VpcId: vpcs[0],
      PeerVpcId: vpcs[1],
    });
    const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
    await ec2.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    ec2.advance(5_000);
    const there = await ends(ec2, vpcs, ['10.1.0.0/24', '10.2.0.0/24']);
    await allow(ec2, there);
    await allow(ec2, there, 'tcp');
    const route = async (vpc: 0 | 1, DestinationCidrBlock: string) => {
      const { RouteTables = [] } = await ec2.call('DescribeRouteTables', {
        Filters: [{ Name: 'vpc-id', Values: [vpcs[vpc]] }],
      });
      const RouteTableId = RouteTables[0]?.RouteTableId ?? '';
      await ec2.call('CreateRoute', { RouteTableId, VpcPeeringConnectionId, DestinationCidrBlock });
    };
    return { there, route, VpcPeeringConnectionId };
  }

  test('arrives over a peering connection that both route to', async () => {
    const ec2 = serviceSandbox('ec2');
    const { there, route, VpcPeeringConnectionId } = await inTwoVpcs(ec2);
    expect(lossOf(ec2, there)).toBe('route');
    await route(0, '10.2.0.0/16');
    expect(lossOf(ec2, there)).toBeUndefined();
    expect(lossOf(ec2, there, 'tcp')).toBe('route');
    await route(1, '10.1.0.0/16');
    expect(lossOf(ec2, there, 'tcp')).toBeUndefined();
    await ec2.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect(lossOf(ec2, there)).toBe('route');
  });
});

test('what a host sends to itself asks no group', async () => {
  const ec2 = serviceSandbox('ec2');
  const { addresses } = await inOneVpc(ec2);
  const [own] = addresses;
  const packet = {
    protocol: 'tcp',
    fromAddress: own,
    fromPort: 40_000,
    toAddress: own,
    toPort: 8000,
  } as const;
  expect(ec2.sandbox.control.lossOf(packet)).toBeUndefined();
});
