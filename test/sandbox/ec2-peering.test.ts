import { describe, expect, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

type Ec2 = ServiceSandbox<'ec2'>;

const HOURS = 3_600_000;

async function newVpc(ec2: Ec2, CidrBlock: string): Promise<string> {
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock });
  return Vpc?.VpcId ?? '';
}

async function newGroup(ec2: Ec2, VpcId: string): Promise<string> {
  const { GroupId = '' } = await ec2.call('CreateSecurityGroup', {
    GroupName: 'apps',
    Description: 'apps',
    VpcId,
  });
  return GroupId;
}

/** Two VPCs, and a connection between them that is active. */
async function peered(ec2: Ec2) {
  const one = await newVpc(ec2, '10.1.0.0/16');
  const other = await newVpc(ec2, '10.2.0.0/16');
  const { VpcPeeringConnection } = await ec2.call('CreateVpcPeeringConnection', {
    VpcId: one,
    PeerVpcId: other,
  });
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await ec2.call('AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
  ec2.advance(5_000);
  return { one, other, VpcPeeringConnectionId };
}

async function shown(ec2: Ec2, id: string) {
  const { VpcPeeringConnections = [] } = await ec2.call('DescribeVpcPeeringConnections', {
    VpcPeeringConnectionIds: [id],
  });
  return VpcPeeringConnections[0];
}

describe('a peering connection', () => {
  test('waits to be accepted, and is active a moment after that', async () => {
    const ec2 = serviceSandbox('ec2');
    const one = await newVpc(ec2, '10.1.0.0/16');
    const other = await newVpc(ec2, '10.2.0.0/16');
    const { VpcPeeringConnection: asked } = await ec2.call('CreateVpcPeeringConnection', {
      VpcId: one,
      PeerVpcId: other,
    });
    expect(asked).toMatchObject({
      Status: { Code: 'pending-acceptance' },
      RequesterVpcInfo: { VpcId: one, CidrBlock: '10.1.0.0/16', Region: 'us-east-1' },
      AccepterVpcInfo: { VpcId: other, CidrBlockSet: [{ CidrBlock: '10.2.0.0/16' }] },
    });
    const VpcPeeringConnectionId = asked?.VpcPeeringConnectionId ?? '';
    const { VpcPeeringConnection: accepted } = await ec2.call('AcceptVpcPeeringConnection', {
      VpcPeeringConnectionId,
    });
    expect(accepted?.Status?.Code).toBe('provisioning');
    ec2.advance(5_000);
    expect((await shown(ec2, VpcPeeringConnectionId))?.Status).toEqual({ Code: 'active', Message: 'Active' });
    expect(await ec2.refusal('AcceptVpcPeeringConnection', { VpcPeeringConnectionId })).toMatchObject({
      name: 'InvalidStateTransition',
    });
  });

  test('fails between VPCs that have addresses in common', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcPeeringConnection } = await ec2.call('CreateVpcPeeringConnection', {
      VpcId: await newVpc(ec2, '10.1.0.0/16'),
      PeerVpcId: await newVpc(ec2, '10.1.128.0/20'),
    });
    expect(VpcPeeringConnection?.Status?.Code).toBe('failed');
  });

  test('is the one that there is where the same two VPCs are asked for again, either way', async () => {
    const ec2 = serviceSandbox('ec2');
    const { one, other, VpcPeeringConnectionId } = await peered(ec2);
    const again = await ec2.call('CreateVpcPeeringConnection', { VpcId: other, PeerVpcId: one });
    expect(again.VpcPeeringConnection).toMatchObject({ VpcPeeringConnectionId, Status: { Code: 'active' } });
  });

  test('expires after a week in which nobody accepts it, and is forgotten two hours later', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcPeeringConnection } = await ec2.call('CreateVpcPeeringConnection', {
      VpcId: await newVpc(ec2, '10.1.0.0/16'),
      PeerVpcId: await newVpc(ec2, '10.2.0.0/16'),
    });
    const id = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
    ec2.advance(7 * 24 * HOURS);
    expect((await shown(ec2, id))?.Status?.Code).toBe('expired');
    ec2.advance(2 * HOURS);
    expect(
      await ec2.refusal('DescribeVpcPeeringConnections', { VpcPeeringConnectionIds: [id] }),
    ).toMatchObject({
      name: 'InvalidVpcPeeringConnectionID.NotFound',
    });
  });

  test('ends with a VPC of it', async () => {
    const ec2 = serviceSandbox('ec2');
    const { other, VpcPeeringConnectionId } = await peered(ec2);
    await ec2.call('DeleteVpc', { VpcId: other });
    expect((await shown(ec2, VpcPeeringConnectionId))?.Status?.Code).toBe('deleted');
  });

  test('is not made to another account or Region', async () => {
    const ec2 = serviceSandbox('ec2');
    const VpcId = await newVpc(ec2, '10.1.0.0/16');
    const elsewhere = { VpcId, PeerVpcId: 'vpc-0a1b2c3d' };
    expect(
      await ec2.refusal('CreateVpcPeeringConnection', { ...elsewhere, PeerRegion: 'eu-west-1' }),
    ).toMatchObject({ name: 'Unsupported' });
    expect(
      await ec2.refusal('CreateVpcPeeringConnection', { ...elsewhere, PeerOwnerId: '111122223333' }),
    ).toMatchObject({ name: 'Unsupported' });
  });
});

describe('a route over a peering connection', () => {
  test('leads from the tables of both VPCs, and nowhere once the connection is gone', async () => {
    const ec2 = serviceSandbox('ec2');
    const { one, other, VpcPeeringConnectionId } = await peered(ec2);
    const third = await newVpc(ec2, '10.3.0.0/16');
    const tables = await Promise.all(
      [one, other, third].map(async (VpcId) => {
        const { RouteTable } = await ec2.call('CreateRouteTable', { VpcId });
        return RouteTable?.RouteTableId ?? '';
      }),
    );
    const route = { VpcPeeringConnectionId, DestinationCidrBlock: '10.9.0.0/16' };
    await ec2.call('CreateRoute', { ...route, RouteTableId: tables[0] });
    await ec2.call('CreateRoute', { ...route, RouteTableId: tables[1] });
    expect(await ec2.refusal('CreateRoute', { ...route, RouteTableId: tables[2] })).toMatchObject({
      name: 'InvalidParameterValue',
    });
    const state = async () => {
      const { RouteTables = [] } = await ec2.call('DescribeRouteTables', {
        Filters: [{ Name: 'route.vpc-peering-connection-id', Values: [VpcPeeringConnectionId] }],
      });
      return RouteTables.map(({ Routes = [] }) => Routes.at(-1)?.State);
    };
    expect(await state()).toEqual(['active', 'active']);
    await ec2.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect(await state()).toEqual(['blackhole', 'blackhole']);
  });
});

describe('a rule that names a group of a peered VPC', () => {
  async function ruled(ec2: Ec2) {
    const { one, other, VpcPeeringConnectionId } = await peered(ec2);
    const GroupId = await newGroup(ec2, one);
    const peer = await newGroup(ec2, other);
    const IpPermissions = [
      { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, UserIdGroupPairs: [{ GroupId: peer }] },
    ];
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    ec2.advance(1_000);
    return { one, other, VpcPeeringConnectionId, GroupId, peer, IpPermissions };
  }

  async function stale(ec2: Ec2, VpcId: string) {
    const { StaleSecurityGroupSet = [] } = await ec2.call('DescribeStaleSecurityGroups', { VpcId });
    return StaleSecurityGroupSet;
  }

  test('says by which connection, and of the other group who refers to it', async () => {
    const ec2 = serviceSandbox('ec2');
    const { one, other, VpcPeeringConnectionId, GroupId, peer } = await ruled(ec2);
    const { SecurityGroupRules = [] } = await ec2.call('DescribeSecurityGroupRules', {
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    });
    expect(SecurityGroupRules.find(({ IsEgress }) => IsEgress === false)?.ReferencedGroupInfo).toEqual({
      GroupId: peer,
      UserId: '385605022855',
      VpcId: other,
      VpcPeeringConnectionId,
      PeeringStatus: 'active',
    });
    const { SecurityGroupReferenceSet } = await ec2.call('DescribeSecurityGroupReferences', {
      GroupId: [peer],
    });
    expect(SecurityGroupReferenceSet).toEqual([
      { GroupId: peer, ReferencingVpcId: one, VpcPeeringConnectionId },
    ]);
  });

  test('does not keep the other group, and is stale when that is gone', async () => {
    const ec2 = serviceSandbox('ec2');
    const { one, GroupId, peer } = await ruled(ec2);
    expect(await stale(ec2, one)).toEqual([]);
    await ec2.call('DeleteSecurityGroup', { GroupId: peer });
    expect(await stale(ec2, one)).toMatchObject([
      {
        GroupId,
        VpcId: one,
        StaleIpPermissions: [{ IpProtocol: 'udp', FromPort: 2000, UserIdGroupPairs: [{ GroupId: peer }] }],
        StaleIpPermissionsEgress: [],
      },
    ]);
  });

  test('is stale when the connection is gone', async () => {
    const ec2 = serviceSandbox('ec2');
    const { one, GroupId, VpcPeeringConnectionId, IpPermissions } = await ruled(ec2);
    await ec2.call('DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect(await stale(ec2, one)).toMatchObject([{ GroupId }]);
    expect(await ec2.refusal('AuthorizeSecurityGroupEgress', { GroupId, IpPermissions })).toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
  });
});
