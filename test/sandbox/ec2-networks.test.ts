import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalIpv6Cidr,
  createAddressPool,
  freeAddressCount,
  parseIpv4Cidr,
  returnAddress,
  takeAddress,
} from '../../sandbox/ec2/addresses.ts';
import {
  attachInterface,
  defaultSecurityGroupOf,
  detachInterface,
  findSubnet,
} from '../../sandbox/ec2/interfaces.ts';
import { addVpc } from '../../sandbox/ec2/network-store.ts';
import type { Ec2Context } from '../../sandbox/ec2/state.ts';
import { emptyPlaces, stateAt } from '../../sandbox/places.ts';
import { World } from '../../sandbox/world.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

function newRegion(): Ec2Context {
  const world = new World({ clock: new VirtualClock(), seed: 1, speed: 1 });
  const place = { accountId: '385605022855', region: 'us-east-1' };
  return { world, ...stateAt(emptyPlaces(), place, { world, newAccount: false }) };
}

describe('a fresh region', () => {
  it('has a default VPC 172.31.0.0/16 with DNS names', async () => {
    const ec2 = serviceSandbox('ec2');
    const { Vpcs = [] } = await ec2.call('DescribeVpcs', {});
    expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true, State: 'available' }]);
    for (const Attribute of ['enableDnsSupport', 'enableDnsHostnames'] as const) {
      const answer = await ec2.call('DescribeVpcAttribute', { VpcId: Vpcs[0]?.VpcId, Attribute });
      expect(Object.values(answer)).toContainEqual({ Value: true });
    }
  });

  it('has a default subnet in each of three zones that gives public addresses', async () => {
    const ec2 = serviceSandbox('ec2', 'eu-west-1');
    const { Subnets = [] } = await ec2.call('DescribeSubnets', {
      Filters: [{ Name: 'default-for-az', Values: ['true'] }],
    });
    const shown = Subnets.map((subnet) => [
      subnet.AvailabilityZone,
      subnet.AvailabilityZoneId,
      subnet.CidrBlock,
      subnet.MapPublicIpOnLaunch,
      subnet.AvailableIpAddressCount,
    ]);
    expect(new Set(shown)).toEqual(
      new Set([
        ['eu-west-1a', 'euw1-az1', '172.31.0.0/20', true, 4091],
        ['eu-west-1b', 'euw1-az2', '172.31.16.0/20', true, 4091],
        ['eu-west-1c', 'euw1-az3', '172.31.32.0/20', true, 4091],
      ]),
    );
  });

  it('has a default security group whose members reach each other and everything else', async () => {
    const { SecurityGroups = [] } = await serviceSandbox('ec2').call('DescribeSecurityGroups', {});
    const [group] = SecurityGroups;
    expect(SecurityGroups).toHaveLength(1);
    expect(group).toMatchObject({
      GroupName: 'default',
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group?.GroupId }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
  });
});

describe('VPCs and subnets', () => {
  it('a VPC takes /16 to /28, and a subnet lies within it beside the others', async () => {
    const ec2 = serviceSandbox('ec2');
    expect(await ec2.refusal('CreateVpc', { CidrBlock: '10.0.0.0/8' })).toMatchObject({
      name: 'InvalidVpc.Range',
    });
    const { Vpc } = await ec2.call('CreateVpc', {
      CidrBlock: '10.0.0.5/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'main' }] }],
    });
    expect(Vpc).toMatchObject({ CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'Name', Value: 'main' }] });
    const VpcId = Vpc?.VpcId;
    const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
    expect(Subnet).toMatchObject({ DefaultForAz: false, AvailableIpAddressCount: 251 });
    const codes = {
      '10.0.1.128/25': 'InvalidSubnet.Conflict',
      '10.1.0.0/24': 'InvalidSubnet.Range',
      '10.0.2.0/30': 'InvalidSubnet.Range',
    };
    for (const [CidrBlock, name] of Object.entries(codes)) {
      expect(await ec2.refusal('CreateSubnet', { VpcId, CidrBlock })).toMatchObject({ name });
    }
    expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({ name: 'DependencyViolation' });
    await ec2.call('DeleteSubnet', { SubnetId: Subnet?.SubnetId });
    await ec2.call('DeleteVpc', { VpcId });
    expect(await ec2.refusal('DescribeVpcs', { VpcIds: [VpcId ?? ''] })).toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: `The vpc ID '${VpcId}' does not exist`,
    });
  });

  it.each([
    { Name: 'vpc-id', Values: ['vpc-000'], count: 0 },
    { Name: 'cidr-block', Values: ['172.31.16.0/20'], count: 1 },
    { Name: 'availability-zone', Values: ['us-east-1*'], count: 3 },
    { Name: 'availabilityZone', Values: ['us-east-1a', 'us-east-1c'], count: 2 },
    { Name: 'tag:Tier', Values: ['public'], count: 1 },
    { Name: 'tag:Tier', Values: ['private'], count: 0 },
    { Name: 'tag-key', Values: ['T??r'], count: 1 },
    { Name: 'tag-key', Values: ['T\\??r'], count: 0 },
  ])('subnets are filtered by $Name $Values', async ({ Name, Values, count }) => {
    const ec2 = serviceSandbox('ec2');
    const { Subnets = [] } = await ec2.call('DescribeSubnets', {});
    await ec2.call('CreateTags', {
      Resources: [Subnets[1]?.SubnetId ?? ''],
      Tags: [{ Key: 'Tier', Value: 'public' }],
    });
    const filtered = await ec2.call('DescribeSubnets', { Filters: [{ Name, Values }] });
    expect(filtered.Subnets).toHaveLength(count);
  });

  it('an unknown filter is refused', async () => {
    const ec2 = serviceSandbox('ec2');
    const Filters = [{ Name: 'colour', Values: ['red'] }];
    for (const operation of ['DescribeVpcs', 'DescribeSubnets', 'DescribeSecurityGroups'] as const) {
      expect(await ec2.refusal(operation, { Filters })).toMatchObject({
        name: 'InvalidParameterValue',
        message: "The filter 'colour' is invalid",
      });
    }
  });

  it('zones are those of the region', async () => {
    const ec2 = serviceSandbox('ec2', 'ap-southeast-2');
    const { AvailabilityZones = [] } = await ec2.call('DescribeAvailabilityZones', {});
    expect(AvailabilityZones.map((zone) => zone.ZoneId)).toEqual(['apse2-az1', 'apse2-az2', 'apse2-az3']);
    expect(AvailabilityZones[0]?.GroupName).toBe('ap-southeast-2-zg-1');
    expect(
      await ec2.refusal('CreateSubnet', {
        VpcId: (await ec2.call('DescribeVpcs', {})).Vpcs?.[0]?.VpcId,
        CidrBlock: '172.31.64.0/20',
        AvailabilityZone: 'us-east-1a',
      }),
    ).toMatchObject({ name: 'InvalidParameterValue' });
  });
});

it.each(['message', 'parent-zone-id', 'parent-zone-name', 'group-long-name'])(
  'the filter %s of zones is taken, and no zone here has it',
  async (Name) => {
    const Filters = [{ Name, Values: ['*'] }];
    const ec2 = serviceSandbox('ec2');
    expect((await ec2.call('DescribeAvailabilityZones', { Filters })).AvailabilityZones).toEqual([]);
  },
);

it.each(['cidr', 'cidr-block'])('a VPC is found by its %s', async (Name) => {
  const ec2 = serviceSandbox('ec2');
  const find = async (value: string) =>
    (await ec2.call('DescribeVpcs', { Filters: [{ Name, Values: [value] }] })).Vpcs;
  expect(await find('172.31.0.0/16')).toHaveLength(1);
  expect(await find('10.0.0.0/16')).toEqual([]);
});

it.each([
  ['cidr', '172.31.0.0/20'],
  ['cidr-block', '172.31.0.0/20'],
  ['cidrBlock', '172.31.0.0/20'],
  ['availability-zone', 'us-east-1a'],
  ['availabilityZone', 'us-east-1a'],
  ['availability-zone-id', 'use1-az1'],
  ['availabilityZoneId', 'use1-az1'],
])(
  'a subnet is found by its %s, under each name that the API reference gives the filter',
  async (Name, value) => {
    const ec2 = serviceSandbox('ec2');
    const Filters = [{ Name, Values: [value] }];
    expect((await ec2.call('DescribeSubnets', { Filters })).Subnets).toHaveLength(1);
  },
);

describe('tags', () => {
  it('a key alone deletes a tag, a key with a value only where it has that value', async () => {
    const ec2 = serviceSandbox('ec2');
    const [id = ''] = ((await ec2.call('DescribeVpcs', {})).Vpcs ?? []).map((vpc) => vpc.VpcId ?? '');
    const Resources = [id];
    const tags = async () => {
      const { Tags = [] } = await ec2.call('DescribeTags', {
        Filters: [{ Name: 'resource-id', Values: Resources }],
      });
      return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    };
    await ec2.call('CreateTags', {
      Resources,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
        { Key: 'c', Value: '3' },
      ],
    });
    await ec2.call('CreateTags', { Resources, Tags: [{ Key: 'c', Value: '4' }] });
    await ec2.call('DeleteTags', { Resources, Tags: [{ Key: 'a' }, { Key: 'b', Value: 'other' }] });
    expect(await tags()).toEqual({ b: '2', c: '4' });
    await ec2.call('DeleteTags', { Resources });
    expect(await tags()).toEqual({});
  });

  it.each([
    ['InvalidParameterValue', [{ Key: 'aws:x', Value: '' }]],
    ['InvalidParameterValue', [{ Key: 'k'.repeat(128), Value: '' }]],
    ['TagLimitExceeded', Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }))],
  ])('%s for tags that EC2 does not take', async (name, Tags) => {
    const ec2 = serviceSandbox('ec2');
    const { Vpcs = [] } = await ec2.call('DescribeVpcs', {});
    const refused = await ec2.refusal('CreateTags', { Resources: [Vpcs[0]?.VpcId ?? ''], Tags });
    expect(refused).toMatchObject({ name });
    expect((await ec2.call('DescribeTags', {})).Tags).toEqual([]);
  });

  it('something that does not exist cannot be tagged', async () => {
    const ec2 = serviceSandbox('ec2');
    const Tags = [{ Key: 'a', Value: '1' }];
    expect(await ec2.refusal('CreateTags', { Resources: ['sg-0123'], Tags })).toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
    expect(await ec2.refusal('CreateTags', { Resources: ['what'], Tags })).toMatchObject({
      name: 'InvalidID',
    });
  });
});

describe('network interfaces', () => {
  it('take an address of their subnet, are described, and use their groups until they go', async () => {
    const ec2 = serviceSandbox('ec2');
    const { GroupId = '' } = await ec2.call('CreateSecurityGroup', { GroupName: 'web', Description: 'web' });
    const { Subnets = [] } = await ec2.call('DescribeSubnets', {});
    const cluster = 'daemons';
    const ecs = ec2.other('ecs');
    const role = { RoleName: 'xray', AssumeRolePolicyDocument: ECS_TRUST };
    const { Role } = await ec2.other('iam').call('CreateRole', role);
    ec2.advance(60_000);
    await ecs.call('CreateCluster', { clusterName: cluster });
    await ecs.call('RegisterTaskDefinition', {
      family: 'xray',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: Role?.Arn,
      containerDefinitions: [{ name: 'xray', image: 'public.ecr.aws/xray/aws-xray-daemon:3.x' }],
    });
    await ecs.call('CreateService', {
      cluster,
      serviceName: 'xray',
      taskDefinition: 'xray',
      launchType: 'FARGATE',
      desiredCount: 1,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [Subnets[0]?.SubnetId ?? ''], securityGroups: [GroupId] },
      },
    });
    ec2.advance(120_000);
    const { NetworkInterfaces = [] } = await ec2.call('DescribeNetworkInterfaces', {
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    });
    expect(NetworkInterfaces).toMatchObject([
      {
        SubnetId: Subnets[0]?.SubnetId,
        Status: 'in-use',
        InterfaceType: 'interface',
        Groups: [{ GroupId, GroupName: 'web' }],
        Description: expect.stringMatching(
          /^arn:aws:ecs:us-east-1:385605022855:attachment\/[0-9a-f-]{36}$/,
        ) as string,
        RequesterManaged: true,
        Attachment: { Status: 'attached', DeviceIndex: 1, DeleteOnTermination: false },
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: NetworkInterfaces[0]?.PrivateIpAddress }],
      },
    ]);
    const [{ NetworkInterfaceId = '', Attachment } = {}] = NetworkInterfaces;
    expect(await ec2.refusal('DeleteNetworkInterface', { NetworkInterfaceId })).toMatchObject({
      name: 'InvalidParameterValue',
      message: `Network interface '${NetworkInterfaceId}' is currently in use.`,
    });
    const AttachmentId = Attachment?.AttachmentId ?? '';
    expect(await ec2.refusal('DetachNetworkInterface', { AttachmentId })).toMatchObject({
      name: 'OperationNotPermitted',
    });
    for (const [Name, Value] of [
      ['subnet-id', Subnets[0]?.SubnetId ?? ''],
      ['network-interface-id', NetworkInterfaceId],
      ['requester-managed', 'true'],
      ['attachment.attachment-id', AttachmentId],
    ] as const) {
      const Filters = [{ Name, Values: [Value] }];
      const found = await ec2.call('DescribeNetworkInterfaces', { Filters });
      expect(found.NetworkInterfaces).toEqual(NetworkInterfaces);
    }
    expect(await ec2.refusal('DeleteSecurityGroup', { GroupId })).toMatchObject({
      name: 'DependencyViolation',
      message: `resource ${GroupId} has a dependent object`,
    });
    expect(await ec2.refusal('DeleteSubnet', { SubnetId: Subnets[0]?.SubnetId ?? '' })).toMatchObject({
      name: 'DependencyViolation',
    });
    await ecs.call('DeleteService', { cluster, service: 'xray', force: true });
    ec2.advance(600_000);
    await ec2.call('DeleteSecurityGroup', { GroupId });
  });

  it('a full subnet has no address left until one comes back', () => {
    const context = newRegion();
    const { ec2 } = context.state;
    const [subnet] = [...ec2.subnets.values()];
    const attach = () =>
      attachInterface(context, {
        subnetId: subnet?.subnetId ?? '',
        securityGroupIds: [],
        description: '',
      });
    const attached = Array.from({ length: 4091 }, attach);
    expect(new Set(attached.map((eni) => eni.privateIpv4Address)).size).toBe(4091);
    expect(attach).toThrow(expect.objectContaining({ name: 'InsufficientFreeAddressesInSubnet' }));
    detachInterface(context, attached[7]?.networkInterfaceId ?? '');
    expect(attach().privateIpv4Address).toBe(attached[7]?.privateIpv4Address);
    expect(freeAddressCount(findSubnet(ec2, subnet?.subnetId ?? '')!.addresses)).toBe(0);
  });

  it('do not join a group of another VPC', () => {
    const context = newRegion();
    const { ec2 } = context.state;
    const [subnet] = [...ec2.subnets.values()];
    const { vpcId } = addVpc(context, { cidrBlock: '10.0.0.0/16', isDefault: false, hasIpv6: false });
    const request = {
      subnetId: subnet?.subnetId ?? '',
      securityGroupIds: [defaultSecurityGroupOf(ec2, vpcId)?.groupId ?? ''],
      description: '',
    };
    expect(() => attachInterface(context, request)).toThrow(
      expect.objectContaining({ name: 'InvalidParameter' }),
    );
  });

  it('addresses in use differ, lie in the block, and leave AWS its first four and the last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 28 }),
        fc.array(fc.boolean(), { maxLength: 300 }),
        (bits, steps) => {
          const pool = createAddressPool(parseIpv4Cidr(`10.1.2.0/${bits}`)!);
          const size = 2 ** (32 - bits);
          const used: string[] = [];
          const refusals: boolean[] = [];
          const full: boolean[] = [];
          for (const take of steps) {
            const given = take ? takeAddress(pool) : undefined;
            const back = take ? undefined : used.shift();
            refusals.push(take && given === undefined);
            full.push(take && used.length === size - 5);
            if (given !== undefined) used.push(given);
            if (back !== undefined) returnAddress(pool, back);
          }
          expect(refusals).toEqual(full);
          const offsets = used.map((address) => Number(address.split('.')[3]));
          expect(new Set(offsets).size).toBe(offsets.length);
          expect(offsets.every((offset) => offset >= 4 && offset < size - 1)).toBe(true);
          expect(freeAddressCount(pool)).toBe(size - 5 - used.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it('a dry run changes nothing', async () => {
  const ec2 = serviceSandbox('ec2');
  const input = { GroupName: 'web', Description: 'web', DryRun: true };
  expect(await ec2.refusal('CreateSecurityGroup', input)).toMatchObject({
    name: 'DryRunOperation',
    statusCode: 412,
  });
  expect((await ec2.call('DescribeSecurityGroups', {})).SecurityGroups).toHaveLength(1);
});

it.each(['DescribeVpcs', 'DescribeSubnets', 'DescribeSecurityGroups'] as const)(
  '%s takes an empty list of ids for none, as EC2 never sees an empty list',
  async (operation) => {
    const ec2 = serviceSandbox('ec2');
    const input = { VpcIds: [], SubnetIds: [], GroupIds: [] };
    expect(await ec2.call(operation, input)).toEqual(await ec2.call(operation, {}));
  },
);

it.each([
  ['2001:DB8:0:0::1/32', '2001:db8::/32'],
  ['2001:db8:1:2:3:4:5:6/60', '2001:db8:1::/60'],
  ['::/0', '::/0'],
  ['::ffff:1.2.3.4/128', '::ffff:102:304/128'],
  ['2001:db8::/129', undefined],
  ['2001:db8::', undefined],
  ['1.2.3.4/8', undefined],
])('the IPv6 block %s is %s', (text, canonical) => {
  expect(canonicalIpv6Cidr(text)).toBe(canonical);
});

const ECS_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
