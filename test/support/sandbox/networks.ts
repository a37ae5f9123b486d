import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { ServiceSandbox } from './service.ts';

/** Networks of a sandbox's EC2, made as people make them. */

export type Ec2 = ServiceSandbox<'ec2'>;

/** Every IPv4 address. */
export const EVERYWHERE = '0.0.0.0/0';

export async function newVpc(ec2: Ec2, CidrBlock: string): Promise<string> {
  const { Vpc } = await ec2.call('CreateVpc', { CidrBlock });
  return Vpc?.VpcId ?? '';
}

export async function newSubnet(ec2: Ec2, VpcId: string, CidrBlock: string): Promise<string> {
  const { Subnet } = await ec2.call('CreateSubnet', { VpcId, CidrBlock });
  return Subnet?.SubnetId ?? '';
}

/** A group that lets nothing pass, in or out. */
export async function newGroup(ec2: Ec2, VpcId: string, GroupName: string): Promise<string> {
  const { GroupId = '' } = await ec2.call('CreateSecurityGroup', { GroupName, Description: 'test', VpcId });
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: EVERYWHERE }] }];
  await ec2.call('RevokeSecurityGroupEgress', { GroupId, IpPermissions });
  return GroupId;
}

/** An interface in a subnet: that of a VPC endpoint, which can be made there at will, once for each AWS service. */
export async function interfaceIn(
  ec2: Ec2,
  VpcId: string,
  SubnetId: string,
  group: string,
  service = 'xray',
): Promise<NetworkInterface> {
  const { VpcEndpoint } = await ec2.call('CreateVpcEndpoint', {
    VpcId,
    ServiceName: `com.amazonaws.us-east-1.${service}`,
    VpcEndpointType: 'Interface',
    PrivateDnsEnabled: false,
    SubnetIds: [SubnetId],
    SecurityGroupIds: [group],
  });
  const { NetworkInterfaces = [] } = await ec2.call('DescribeNetworkInterfaces', {
    NetworkInterfaceIds: VpcEndpoint?.NetworkInterfaceIds,
  });
  return NetworkInterfaces[0] ?? {};
}

/** The address of an interface in a subnet. */
export async function addressIn(ec2: Ec2, vpc: string, subnet: string, group: string): Promise<string> {
  const { PrivateIpAddress = '' } = await interfaceIn(ec2, vpc, subnet, group);
  return PrivateIpAddress;
}

/** Gives a subnet another network ACL. */
export async function useAcl(ec2: Ec2, subnet: string, NetworkAclId: string): Promise<void> {
  const { NetworkAcls = [] } = await ec2.call('DescribeNetworkAcls', {
    Filters: [{ Name: 'association.subnet-id', Values: [subnet] }],
  });
  const { Associations = [] } = NetworkAcls[0] ?? {};
  const { NetworkAclAssociationId: AssociationId = '' } = Associations.find(
    ({ SubnetId }) => SubnetId === subnet,
  )!;
  await ec2.call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
}
