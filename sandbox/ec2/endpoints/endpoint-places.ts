import { AwsError } from '../../error.ts';
import { requireFreeAddresses } from '../interfaces.ts';
import { requireSecurityGroup, requireSubnet } from '../lookups.ts';
import type { Ec2State } from '../state.ts';

/** Each once, in the order of the request. Throws InvalidGroup.NotFound, and InvalidParameter for a group of another VPC. */
export function groupsOfEndpoint(
  ec2: Ec2State,
  vpcId: string,
  groupIds: readonly string[],
): readonly string[] {
  const groups = [...new Set(groupIds)].map((id) => requireSecurityGroup(ec2, id));
  const foreign = groups.find((group) => group.vpcId !== vpcId);
  if (foreign === undefined) return groups.map(({ groupId }) => groupId);
  throw new AwsError(
    'InvalidParameter',
    `Security group ${foreign.groupId} and VPC ${vpcId} belong to different networks.`,
  );
}

/**
 * Where an endpoint is to have an interface that it has not, each once: nothing is made before all can be. Throws
 * InvalidSubnetID.NotFound, InvalidParameter for a subnet of another VPC, and InsufficientFreeAddressesInSubnet.
 */
export function newSubnetsOf(ec2: Ec2State, vpcId: string, subnetIds: readonly string[]): readonly string[] {
  const subnets = [...new Set(subnetIds)].map((subnetId) => requireSubnet(ec2, subnetId));
  const foreign = subnets.find((subnet) => subnet.vpcId !== vpcId);
  if (foreign !== undefined) {
    throw new AwsError('InvalidParameter', `The subnet ID '${foreign.subnetId}' is not in the VPC ${vpcId}.`);
  }
  requireFreeAddresses(subnets);
  return subnets.map(({ subnetId }) => subnetId);
}
