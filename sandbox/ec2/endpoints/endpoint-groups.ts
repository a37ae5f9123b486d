import { AwsError } from '../../error.ts';
import { requireSecurityGroup } from '../lookups.ts';
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
