import { AwsError } from '../../error.ts';
import { requireFreeAddress } from '../interfaces.ts';
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
  const once = [...new Set(subnetIds)];
  for (const subnetId of once) {
    const subnet = requireSubnet(ec2, subnetId);
    if (subnet.vpcId !== vpcId) {
      throw new AwsError('InvalidParameter', `The subnet ID '${subnetId}' is not in the VPC ${vpcId}.`);
    }
    requireFreeAddress(subnet);
  }
  return once;
}
