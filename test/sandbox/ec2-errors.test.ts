import { describe, expect, it } from 'vitest';
import { ec2Operations } from '../../sandbox/ec2/operations.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

type Name = keyof typeof ec2Operations;

/** Any operation with any input: what the types refuse, a client may still send. */
async function refusalOf(name: Name, input: object): Promise<Error> {
  return serviceSandbox('ec2').refusal(name, input);
}

describe('an id that is none (Error codes for the Amazon EC2 API)', () => {
  it.each<[Name, object, string, string]>([
    ['DescribeSecurityGroups', { GroupIds: ['eks-cluster-sg*'] }, 'InvalidGroupId.Malformed', 'sg'],
    ['DeleteSecurityGroup', { GroupId: 'sg-xyz' }, 'InvalidGroupId.Malformed', 'sg'],
    [
      'DescribeSecurityGroupRules',
      { SecurityGroupRuleIds: ['10.0.0.0/8'] },
      'InvalidSecurityGroupRuleId.Malformed',
      'sgr',
    ],
    ['DescribeVpcs', { VpcIds: ['main'] }, 'InvalidVpcID.Malformed', 'vpc'],
    ['DescribeVpcAttribute', { VpcId: 'vpc-' }, 'InvalidVpcID.Malformed', 'vpc'],
    [
      'CreateSecurityGroup',
      { GroupName: 'a', Description: 'a', VpcId: 'v' },
      'InvalidVpcID.Malformed',
      'vpc',
    ],
    ['DescribeSubnets', { SubnetIds: ['subnet-ABC'] }, 'InvalidSubnetID.Malformed', 'subnet'],
    ['DeleteSubnet', { SubnetId: 'vpc-0' }, 'InvalidSubnetID.Malformed', 'subnet'],
    [
      'DescribeNetworkInterfaces',
      { NetworkInterfaceIds: ['eni'] },
      'InvalidNetworkInterfaceId.Malformed',
      'eni',
    ],
    ['DescribeRouteTables', { RouteTableIds: ['x'] }, 'InvalidRouteTableId.Malformed', 'rtb'],
    ['DescribeInternetGateways', { InternetGatewayIds: ['x'] }, 'InvalidInternetGatewayId.Malformed', 'igw'],
    ['DescribeNetworkAcls', { NetworkAclIds: ['x'] }, 'InvalidNetworkAclId.Malformed', 'acl'],
    ['DescribeManagedPrefixLists', { PrefixListIds: ['x'] }, 'InvalidPrefixListId.Malformed', 'pl'],
  ])('%s of %o is %s', async (operation, input, name, prefix) => {
    expect(await refusalOf(operation, input)).toMatchObject({
      name,
      message: expect.stringMatching(`^Invalid id: ".*" \\(expecting "${prefix}-..."\\)$`) as string,
    });
  });
});

describe('an id that names nothing', () => {
  const digits = '00000000000000000';

  it.each<[Name, object, string, string]>([
    [
      'DescribeSecurityGroups',
      { GroupIds: [`sg-${digits}`] },
      'InvalidGroup.NotFound',
      `The security group 'sg-${digits}' does not exist`,
    ],
    [
      'DescribeSecurityGroups',
      { GroupIds: ['sg-1', 'sg-2'] },
      'InvalidGroup.NotFound',
      `The security groups 'sg-1, sg-2' do not exist`,
    ],
    [
      'DescribeSecurityGroupRules',
      { SecurityGroupRuleIds: [`sgr-${digits}`] },
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID 'sgr-${digits}' does not exist`,
    ],
    [
      'DescribeVpcs',
      { VpcIds: [`vpc-${digits}`] },
      'InvalidVpcID.NotFound',
      `The vpc ID 'vpc-${digits}' does not exist`,
    ],
    [
      'DescribeSubnets',
      { SubnetIds: [`subnet-${digits}`] },
      'InvalidSubnetID.NotFound',
      `The subnet ID 'subnet-${digits}' does not exist`,
    ],
    [
      'DeleteNetworkInterface',
      { NetworkInterfaceId: `eni-${digits}` },
      'InvalidNetworkInterfaceID.NotFound',
      `The networkInterface ID 'eni-${digits}' does not exist`,
    ],
    [
      'DetachNetworkInterface',
      { AttachmentId: `eni-attach-${digits}` },
      'InvalidAttachmentID.NotFound',
      `The networkInterface attachment ID 'eni-attach-${digits}' does not exist`,
    ],
    [
      'DescribeRouteTables',
      { RouteTableIds: [`rtb-${digits}`] },
      'InvalidRouteTableID.NotFound',
      `The routeTable ID 'rtb-${digits}' does not exist`,
    ],
    [
      'DescribePrefixLists',
      { PrefixListIds: [`pl-${digits}`] },
      'InvalidPrefixListID.NotFound',
      `The prefix list ID 'pl-${digits}' does not exist`,
    ],
    [
      'GetManagedPrefixListEntries',
      { PrefixListId: `pl-${digits}` },
      'InvalidPrefixListID.NotFound',
      `The prefix list ID 'pl-${digits}' does not exist`,
    ],
  ])('%s of %o is %s', async (operation, input, name, message) => {
    expect(await refusalOf(operation, input)).toMatchObject({ name, message, statusCode: 400 });
  });

  it('matters less than one that is malformed', async () => {
    const GroupIds = [`sg-${digits}`, 'web'];
    expect(await refusalOf('DescribeSecurityGroups', { GroupIds })).toMatchObject({
      name: 'InvalidGroupId.Malformed',
    });
  });
});

describe('pages', () => {
  it.each<[Name, number, number]>([
    ['DescribeSecurityGroups', 5, 1000],
    ['DescribeSecurityGroupRules', 5, 1000],
    ['DescribeVpcs', 5, 1000],
    ['DescribeSubnets', 5, 1000],
    ['DescribeNetworkInterfaces', 5, 1000],
    ['DescribeInstances', 5, 1000],
    ['DescribeTags', 5, 1000],
    ['DescribeInternetGateways', 5, 1000],
    ['DescribeNetworkAcls', 5, 1000],
    ['DescribeRouteTables', 5, 100],
    ['DescribeManagedPrefixLists', 1, 100],
  ])('%s takes MaxResults of %d to %d', async (operation, least, most) => {
    const ec2 = serviceSandbox('ec2');
    for (const MaxResults of [least, most]) await ec2.call(operation, { MaxResults });
    for (const MaxResults of [least - 1, most + 1]) {
      expect(await ec2.refusal(operation, { MaxResults })).toMatchObject({
        name: 'InvalidParameterValue',
        message: expect.stringContaining(`Value ( ${MaxResults} ) for parameter maxResults`) as string,
      });
    }
  });

  it('without MaxResults hold everything', async () => {
    const ec2 = serviceSandbox('ec2');
    for (let index = 0; index < 1200; index++) {
      await ec2.call('CreateSecurityGroup', { GroupName: `g${index}`, Description: 'x' });
      ec2.advance(1000);
    }
    const answer = await ec2.call('DescribeSecurityGroups', {});
    expect(answer.SecurityGroups).toHaveLength(1201);
    expect(answer.NextToken).toBeUndefined();
  });

  it('of interfaces do not go together with ids', async () => {
    const input = { MaxResults: 5, NetworkInterfaceIds: ['eni-0'] };
    expect(await refusalOf('DescribeNetworkInterfaces', input)).toMatchObject({
      name: 'InvalidParameterCombination',
    });
  });
});

/** Operations whose requests have no such member in EC2's model. */
const WITHOUT_DRY_RUN: readonly Name[] = [
  'AssignIpv6Addresses',
  'AssociateSubnetCidrBlock',
  'AssociateVpcCidrBlock',
  'DisassociateSubnetCidrBlock',
  'DisassociateVpcCidrBlock',
  'ModifySubnetAttribute',
  'ModifyVpcAttribute',
  'UnassignIpv6Addresses',
];

it.each((Object.keys(ec2Operations) as Name[]).filter((name) => !WITHOUT_DRY_RUN.includes(name)))(
  '%s with DryRun does nothing, and says that it would have',
  async (name) => {
    expect(await refusalOf(name, { DryRun: true })).toMatchObject({
      name: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      statusCode: 412,
    });
  },
);

it.each<Name>([
  'DescribeSecurityGroupRules',
  'DescribeNetworkInterfaces',
  'DescribeTags',
  'DescribeRouteTables',
  'DescribeInternetGateways',
  'DescribeNetworkAcls',
  'DescribeRegions',
  'DescribeAvailabilityZones',
  'DescribeManagedPrefixLists',
])('%s refuses a filter that it does not have', async (name) => {
  const Filters = [{ Name: 'colour', Values: ['red'] }];
  expect(await refusalOf(name, { Filters })).toMatchObject({
    name: 'InvalidParameterValue',
    message: "The filter 'colour' is invalid",
  });
});

describe('tags', () => {
  it.each([
    ['InvalidTagKey.Malformed', [{ Key: '', Value: '' }]],
    ['InvalidParameterValue', [{ Key: 'AWS:x', Value: '' }]],
    ['InvalidParameterValue', [{ Key: 'k', Value: 'v'.repeat(257) }]],
    [
      'InvalidParameterValue',
      [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
    ],
  ])('%s for %o, and nothing is made', async (name, Tags) => {
    const ec2 = serviceSandbox('ec2');
    const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags }];
    const input = { GroupName: 'web', Description: 'web', TagSpecifications };
    expect(await ec2.refusal('CreateSecurityGroup', input)).toMatchObject({ name });
    ec2.advance(1000);
    expect((await ec2.call('DescribeSecurityGroups', {})).SecurityGroups).toHaveLength(1);
  });

  it('of another kind of resource than the one made are refused', async () => {
    const input = {
      GroupName: 'web',
      Description: 'web',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: '1' }] }],
    };
    expect(await refusalOf('CreateSecurityGroup', input)).toMatchObject({
      name: 'InvalidParameterValue',
      message: "'vpc' is not a valid taggable resource type for this operation.",
    });
  });

  it('keys of 127 and values of 256 characters are taken', async () => {
    const ec2 = serviceSandbox('ec2');
    const { Vpcs = [] } = await ec2.call('DescribeVpcs', {});
    const Resources = [Vpcs[0]?.VpcId ?? ''];
    const Tags = [{ Key: 'k'.repeat(127), Value: 'v'.repeat(256) }];
    await ec2.call('CreateTags', { Resources, Tags });
    const Filters = [{ Name: 'resource-id', Values: Resources }];
    expect((await ec2.call('DescribeTags', { Filters })).Tags).toMatchObject(Tags);
  });
});

describe('a tag specification', () => {
  it.each<[object, string, string]>([
    [
      { Tags: [{ Key: 'a', Value: '' }] },
      'InvalidParameterValue',
      'Tag specification resource type must have a value',
    ],
    [
      { ResourceType: 'security-group' },
      'InvalidTagKey.Malformed',
      'Tag specification must have at least one tag',
    ],
    [
      { ResourceType: 'security-group', Tags: [] },
      'InvalidTagKey.Malformed',
      'Tag specification must have at least one tag',
    ],
    [
      { ResourceType: 'vpc', Tags: [{ Key: 'a', Value: '' }] },
      'InvalidParameterValue',
      "'vpc' is not a valid taggable resource type for this operation.",
    ],
  ])('that is %o is refused with %s', async (specification, name, message) => {
    const input = { GroupName: 'a', Description: 'a', TagSpecifications: [specification] };
    expect(await refusalOf('CreateSecurityGroup', input)).toMatchObject({ name, message });
  });
});

it.each<[Name, object]>([
  ['CreateVpc', { CidrBlock: '10.0.0.0/16', InstanceTenancy: 'dedicated' }],
  ['CreateVpc', { CidrBlock: '10.0.0.0/16', Ipv6CidrBlock: 'fd00::/56' }],
])('what the sandbox would not make as asked is not made: %s %o', async (operation, input) => {
  expect(await refusalOf(operation, input)).toMatchObject({ name: 'Unsupported' });
});
