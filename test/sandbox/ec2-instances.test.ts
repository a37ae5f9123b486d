import type { Instance } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const cluster = 'daemons';

async function shown(aws: EcsSandbox, input: object = {}): Promise<readonly Instance[]> {
  const { Reservations = [] } = await aws.call('ec2', 'DescribeInstances', input);
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

describe('DescribeInstances', () => {
  test('shows the machine of a container instance with its address, subnet and type', async () => {
    const aws = await ecsSandbox();
    const [host] = aws.sandbox.control.launchInstances({ cluster, instanceType: 'm5.large' });
    const [instance, ...others] = await shown(aws);
    expect(others).toEqual([]);
    const { NetworkInterfaces = [] } = await aws.call('ec2', 'DescribeNetworkInterfaces', {});
    expect(instance).toMatchObject({
      InstanceId: host!.ec2InstanceId,
      InstanceType: 'm5.large',
      State: { Name: 'running', Code: 16 },
      PrivateIpAddress: NetworkInterfaces[0]!.PrivateIpAddress,
      SubnetId: NetworkInterfaces[0]!.SubnetId,
      VpcId: NetworkInterfaces[0]!.VpcId,
    });
  });

  test('shows none where one of those that are asked for has no address left', async () => {
    const aws = await ecsSandbox();
    const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
    const VpcId = Vpcs[0]!.VpcId;
    const { Subnet } = await aws.call('ec2', 'CreateSubnet', { VpcId, CidrBlock: '172.31.240.0/28' });
    const launch = (count: number) =>
      aws.sandbox.control.launchInstances({ cluster, count, subnetId: Subnet!.SubnetId! });
    expect(() => launch(12)).toThrow(expect.objectContaining({ name: 'InsufficientFreeAddressesInSubnet' }));
    expect(await shown(aws)).toEqual([]);
    expect(launch(11)).toHaveLength(11);
  });

  test('shows the machine that an agent’s identity document tells of', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('RegisterContainerInstance', {
      cluster,
      instanceIdentityDocument: JSON.stringify({ instanceId: 'i-0abc', privateIp: '10.0.0.7' }),
      totalResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
        { name: 'MEMORY', type: 'INTEGER', integerValue: 7680 },
      ],
    });
    expect(await shown(aws)).toMatchObject([{ InstanceId: 'i-0abc', PrivateIpAddress: '10.0.0.7' }]);
  });

  test('shows the IPv6 addresses of one, from the beginning where its subnet gives them, and as they are assigned', async () => {
    const aws = await ecsSandbox();
    const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
    const VpcId = Vpcs[0]!.VpcId;
    await aws.call('ec2', 'AssociateVpcCidrBlock', { VpcId, AmazonProvidedIpv6CidrBlock: true });
    const block = (await aws.call('ec2', 'DescribeVpcs', {})).Vpcs![0]!.Ipv6CidrBlockAssociationSet![0]!
      .Ipv6CidrBlock!;
    const Ipv6CidrBlock = block.replace('/56', '/64');
    const { Subnet } = await aws.call('ec2', 'CreateSubnet', {
      VpcId,
      CidrBlock: '172.31.240.0/24',
      Ipv6CidrBlock,
    });
    const SubnetId = Subnet!.SubnetId!;
    await aws.call('ec2', 'ModifySubnetAttribute', {
      SubnetId,
      AssignIpv6AddressOnCreation: { Value: true },
    });
    aws.sandbox.control.launchInstances({ cluster, subnetId: SubnetId });
    const [instance] = await shown(aws);
    const first = instance!.Ipv6Address!;
    expect(first.startsWith(Ipv6CidrBlock.slice(0, -4))).toBe(true);
    const [own] = instance!.NetworkInterfaces!;
    expect(own!.Ipv6Addresses).toEqual([{ Ipv6Address: first }]);
    const NetworkInterfaceId = own!.NetworkInterfaceId!;
    const { AssignedIpv6Addresses } = await aws.call('ec2', 'AssignIpv6Addresses', { NetworkInterfaceId });
    await aws.call('ec2', 'UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses: [first] });
    expect((await shown(aws))[0]!.Ipv6Address).toBe(AssignedIpv6Addresses![0]);
    await expect(
      aws.call('ec2', 'UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses: [first] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const [{ AssociationId }] = Subnet!.Ipv6CidrBlockAssociationSet! as [{ AssociationId?: string }];
    await expect(aws.call('ec2', 'DisassociateSubnetCidrBlock', { AssociationId })).rejects.toMatchObject({
      name: 'InvalidCidr.InUse',
    });
  });

  test('knows no machine of an external instance', async () => {
    const aws = await ecsSandbox();
    aws.sandbox.control.launchInstances({ cluster, external: true });
    expect(await shown(aws)).toEqual([]);
  });

  test('finds by filter what there is of many ids, and refuses an id that it does not know', async () => {
    const aws = await ecsSandbox();
    const [first] = aws.sandbox.control.launchInstances({ cluster, count: 2 });
    const Filters = [{ Name: 'instance-id', Values: [first!.ec2InstanceId!, 'i-0fedcba9876543210'] }];
    expect(await shown(aws, { Filters })).toMatchObject([{ InstanceId: first!.ec2InstanceId }]);
    await expect(shown(aws, { InstanceIds: ['i-0fedcba9876543210'] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: "The instance ID 'i-0fedcba9876543210' does not exist",
    });
  });

  test('shows a terminated one for an hour, without an address', async () => {
    const aws = await ecsSandbox();
    const [host] = aws.sandbox.control.launchInstances({ cluster });
    aws.sandbox.control.actOnInstance(host!.containerInstanceArn!, 'terminate');
    const [gone] = await shown(aws);
    expect(gone).toMatchObject({ State: { Name: 'terminated' }, NetworkInterfaces: [] });
    expect(gone).not.toHaveProperty('PrivateIpAddress');
    aws.advance(3_600_000);
    expect(await shown(aws)).toEqual([]);
  });
});

test('the groups of a machine are its interface’s, and its tags are shown and filtered by until it is forgotten', async () => {
  const aws = await ecsSandbox();
  const [host] = aws.sandbox.control.launchInstances({ cluster: 'daemons', count: 2 });
  const Tags = [{ Key: 'team', Value: 'a' }];
  const InstanceId = host!.ec2InstanceId!;
  await aws.call('ec2', 'CreateTags', { Resources: [InstanceId], Tags });
  const Filters = [{ Name: 'tag:team', Values: ['a'] }];
  const found = await aws.call('ec2', 'DescribeInstances', { Filters });
  expect(found.Reservations?.flatMap(({ Instances = [] }) => Instances)).toMatchObject([
    { InstanceId, Tags, SecurityGroups: [{ GroupName: 'default' }] },
  ]);
  aws.sandbox.control.actOnInstance(host!.containerInstanceArn!, 'terminate');
  aws.advance(2 * 60 * 60_000);
  expect(
    (await aws.call('ec2', 'DescribeTags', { Filters: [{ Name: 'key', Values: ['team'] }] })).Tags,
  ).toEqual([]);
});
