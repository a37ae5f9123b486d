import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

/** A VPC with a subnet and an ACL of its own. */
async function newAcl(ec2: ServiceSandbox<'ec2'>, CidrBlock = '10.0.0.0/16') {
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock: CidrBlock.replace('/16', '/24') });
  const { NetworkAcl } = await ec2.call('CreateNetworkAcl', {
    VpcId,
    TagSpecifications: [{ ResourceType: 'network-acl', Tags: [{ Key: 'Name', Value: 'web' }] }],
  });
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? '';
  const shown = async () =>
    (await ec2.call('DescribeNetworkAcls', { NetworkAclIds: [NetworkAclId] })).NetworkAcls?.[0];
  return { VpcId, SubnetId: Subnet?.SubnetId ?? '', NetworkAclId, shown };
}

const ALLOW = {
  RuleNumber: 100,
  Egress: false,
  Protocol: 'tcp',
  RuleAction: 'allow',
  CidrBlock: '10.0.0.5/8',
  PortRange: { From: 80, To: 443 },
} as const;

describe('a network ACL', () => {
  it('denies everything at first', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, shown } = await newAcl(ec2);
    const deny = { CidrBlock: '0.0.0.0/0', Protocol: '-1', RuleAction: 'deny', RuleNumber: 32_767 };
    expect(await shown()).toMatchObject({
      VpcId,
      IsDefault: false,
      Associations: [],
      Entries: [
        { ...deny, Egress: true },
        { ...deny, Egress: false },
      ],
      Tags: [{ Key: 'Name', Value: 'web' }],
    });
  });

  it('shows its entries in their normal form, by their numbers', async () => {
    const ec2 = serviceSandbox('ec2');
    const { NetworkAclId, shown } = await newAcl(ec2);
    const { PortRange, ...rest } = ALLOW;
    await ec2.call('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW });
    await ec2.call('CreateNetworkAclEntry', {
      NetworkAclId,
      ...rest,
      RuleNumber: 90,
      Protocol: 'icmp',
      IcmpTypeCode: { Type: -1, Code: -1 },
      PortRange: { From: 0, To: 0 },
    });
    await ec2.call('CreateNetworkAclEntry', {
      NetworkAclId,
      ...rest,
      RuleNumber: 110,
      Protocol: '-1',
      PortRange: { From: 0, To: 0 },
    });
    const entry = { Egress: false, RuleAction: 'allow', CidrBlock: '10.0.0.0/8' };
    expect((await shown())?.Entries?.filter(({ Egress }) => !Egress).slice(0, 3)).toEqual([
      { ...entry, RuleNumber: 90, Protocol: '1', IcmpTypeCode: { Type: -1, Code: -1 } },
      { ...entry, RuleNumber: 100, Protocol: '6', PortRange },
      { ...entry, RuleNumber: 110, Protocol: '-1' },
    ]);
    const Filters = [{ Name: 'entry.port-range.to', Values: ['443'] }];
    expect((await ec2.call('DescribeNetworkAcls', { Filters })).NetworkAcls).toMatchObject([
      { NetworkAclId },
    ]);
  });

  it('has one entry of a number in each direction, which is replaced and deleted by that', async () => {
    const ec2 = serviceSandbox('ec2');
    const { NetworkAclId, shown } = await newAcl(ec2);
    await ec2.call('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW });
    await ec2.call('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW, Egress: true });
    expect(await ec2.refusal('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW })).toMatchObject({
      name: 'NetworkAclEntryAlreadyExists',
      message: 'The network acl entry identified by 100 already exists.',
    });
    await ec2.call('ReplaceNetworkAclEntry', { NetworkAclId, ...ALLOW, RuleAction: 'deny' });
    const key = { NetworkAclId, RuleNumber: 100, Egress: true };
    await ec2.call('DeleteNetworkAclEntry', key);
    expect((await shown())?.Entries?.filter(({ RuleNumber }) => RuleNumber === 100)).toMatchObject([
      { Egress: false, RuleAction: 'deny' },
    ]);
    const notFound = { name: 'InvalidNetworkAclEntry.NotFound' };
    expect(await ec2.refusal('DeleteNetworkAclEntry', key)).toMatchObject(notFound);
    expect(await ec2.refusal('ReplaceNetworkAclEntry', { ...ALLOW, ...key })).toMatchObject(notFound);
  });

  it('takes twenty entries in one direction', async () => {
    const ec2 = serviceSandbox('ec2');
    const { NetworkAclId } = await newAcl(ec2);
    for (let RuleNumber = 1; RuleNumber <= 20; RuleNumber++) {
      await ec2.call('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW, RuleNumber });
    }
    expect(await ec2.refusal('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW })).toMatchObject({
      name: 'NetworkAclEntryLimitExceeded',
    });
  });

  it.each([
    ['InvalidParameterValue', { RuleNumber: 32_767 }],
    ['InvalidParameterValue', { RuleNumber: 0 }],
    ['InvalidParameterValue', { Protocol: 'http' }],
    ['InvalidParameterValue', { Protocol: '256' }],
    ['InvalidParameterValue', { CidrBlock: 'all' }],
    ['InvalidParameterValue', { PortRange: { From: 443, To: 80 } }],
    ['MissingParameter', { PortRange: undefined }],
    ['MissingParameter', { Protocol: 'icmp' }],
    ['MissingParameter', { Ipv6CidrBlock: '::/0' }],
    ['MissingParameter', { CidrBlock: undefined }],
  ])('%s for an entry with %o', async (name, change) => {
    const ec2 = serviceSandbox('ec2');
    const { NetworkAclId } = await newAcl(ec2);
    expect(await ec2.refusal('CreateNetworkAclEntry', { NetworkAclId, ...ALLOW, ...change })).toMatchObject({
      name,
    });
  });

  it('is given to a subnet in place of another one, and is kept by it', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId, SubnetId, NetworkAclId, shown } = await newAcl(ec2);
    const Filters = [
      { Name: 'association.subnet-id', Values: [SubnetId] },
      { Name: 'default', Values: ['true'] },
    ];
    const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', { Filters });
    const AssociationId = NetworkAcls[0]?.Associations?.[0]?.NetworkAclAssociationId;
    const replaced = await ec2.call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
    expect((await shown())?.Associations).toEqual([
      { NetworkAclAssociationId: replaced.NewAssociationId, NetworkAclId, SubnetId },
    ]);
    expect((await ec2.call('DescribeNetworkAcls', { Filters })).NetworkAcls).toEqual([]);
    expect(await ec2.refusal('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId })).toMatchObject({
      name: 'InvalidAssociationID.NotFound',
    });
    expect(await ec2.refusal('DeleteNetworkAcl', { NetworkAclId })).toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.call('DeleteSubnet', { SubnetId });
    expect(await ec2.refusal('DeleteVpc', { VpcId })).toMatchObject({ name: 'DependencyViolation' });
    await ec2.call('DeleteNetworkAcl', { NetworkAclId });
    await ec2.call('DeleteVpc', { VpcId });
  });

  it('is not given to a subnet of another VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const { NetworkAclId } = await newAcl(ec2);
    const other = await newAcl(ec2, '10.1.0.0/16');
    const Filters = [{ Name: 'association.subnet-id', Values: [other.SubnetId] }];
    const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', { Filters });
    const AssociationId = NetworkAcls[0]?.Associations?.[0]?.NetworkAclAssociationId;
    expect(await ec2.refusal('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId })).toMatchObject({
      name: 'InvalidParameterValue',
      message: `Network ACL ${NetworkAclId} and subnet ${other.SubnetId} belong to different networks`,
    });
  });

  it('that a VPC came with stays, and its entries can be changed', async () => {
    const ec2 = serviceSandbox('ec2');
    const { VpcId } = await newAcl(ec2);
    const Filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'default', Values: ['true'] },
    ];
    const find = async () => (await ec2.call('DescribeNetworkAcls', { Filters })).NetworkAcls?.[0];
    const { NetworkAclId = '' } = (await find()) ?? {};
    expect(await ec2.refusal('DeleteNetworkAcl', { NetworkAclId })).toMatchObject({
      name: 'InvalidParameterValue',
      message: `cannot delete default network ACL ${NetworkAclId}`,
    });
    await ec2.call('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 100, Egress: false });
    expect((await find())?.Entries?.map(({ Egress, RuleNumber }) => [Egress, RuleNumber])).toEqual([
      [true, 100],
      [true, 32_767],
      [false, 32_767],
    ]);
  });
});
