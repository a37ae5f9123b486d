import { EVERYWHERE, addressIn, newGroup, newSubnet, newVpc, useAcl } from './networks.ts';
import { serviceSandbox } from './service.ts';
import type { Ec2 } from './networks.ts';

interface TwoTasks {
  readonly ec2: Ec2;
  readonly vpc: string;
  readonly subnets: readonly [string, string];
  readonly groups: readonly [string, string];
  readonly addresses: readonly [string, string];
}

/** Interfaces of one that sends and one that is reached, in two subnets, with a group each that lets nothing pass. */
export async function twoTasks(): Promise<TwoTasks> {
  const ec2 = serviceSandbox('ec2');
  const vpc = await newVpc(ec2, '10.1.0.0/16');
  const subnets = [
    await newSubnet(ec2, vpc, '10.1.0.0/24'),
    await newSubnet(ec2, vpc, '10.1.1.0/24'),
  ] as const;
  const groups = [await newGroup(ec2, vpc, 'from'), await newGroup(ec2, vpc, 'to')] as const;
  const addresses = [
    await addressIn(ec2, vpc, subnets[0], groups[0]),
    await addressIn(ec2, vpc, subnets[1], groups[1]),
  ] as const;
  return { ec2, vpc, subnets, groups, addresses };
}

/** Lets port 2000 pass in or out of a group. */
export async function allow(
  ec2: Ec2,
  direction: 'ingress' | 'egress',
  GroupId: string,
  IpProtocol: 'tcp' | 'udp' = 'udp',
): Promise<void> {
  const IpPermissions = [{ IpProtocol, FromPort: 2000, ToPort: 2000, IpRanges: [{ CidrIp: EVERYWHERE }] }];
  if (direction === 'egress') await ec2.call('AuthorizeSecurityGroupEgress', { GroupId, IpPermissions });
  else await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
}

/** Gives a subnet a network ACL that lets everything in, and nothing out. */
export async function denyAnswers(ec2: Ec2, VpcId: string, subnet: string): Promise<void> {
  const { NetworkAcl } = await ec2.call('CreateNetworkAcl', { VpcId });
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? '';
  await ec2.call('CreateNetworkAclEntry', {
    NetworkAclId,
    CidrBlock: EVERYWHERE,
    RuleNumber: 100,
    RuleAction: 'allow',
    Egress: false,
    Protocol: '-1',
  });
  await useAcl(ec2, subnet, NetworkAclId);
}
