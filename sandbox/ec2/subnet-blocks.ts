import type {
  AssociateSubnetCidrBlockCommandInput,
  AssociateSubnetCidrBlockCommandOutput,
  DisassociateSubnetCidrBlockCommandInput,
  DisassociateSubnetCidrBlockCommandOutput,
  SubnetIpv6CidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import type { World } from '../world.ts';
import { ipv6Overlaps, ipv6PrefixLength, requireIpv6Cidr } from './addresses.ts';
import { requireById } from './ids.ts';
import { requireSubnet, requireVpc, subnetsOf } from './lookups.ts';
import type { CidrAssociation } from './network-state.ts';
import { newId } from './state.ts';
import type { Ec2State, Vpc } from './state.ts';

/** A subnet has one IPv6 block at most. */
export function associateSubnetCidrBlock(
  input: AssociateSubnetCidrBlockCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<AssociateSubnetCidrBlockCommandOutput> {
  const subnet = requireSubnet(ec2, input.SubnetId ?? '');
  if (input.Ipv6CidrBlock === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipv6CidrBlock');
  }
  if (subnet.ipv6 !== undefined) {
    throw new AwsError('SubnetIpv6CidrLimitExceeded', 'A subnet has one IPv6 CIDR block at most.');
  }
  const block = freeIpv6Block(ec2, requireVpc(ec2, subnet.vpcId), input.Ipv6CidrBlock);
  subnet.ipv6 = newSubnetIpv6Block(world, block);
  return { SubnetId: subnet.subnetId, Ipv6CidrBlockAssociation: subnetIpv6Shape(subnet.ipv6) };
}

export function disassociateSubnetCidrBlock(
  input: DisassociateSubnetCidrBlockCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DisassociateSubnetCidrBlockCommandOutput> {
  const subnet = requireById('subnetBlock', input.AssociationId ?? '', (id) =>
    [...ec2.subnets.values()].find(({ ipv6 }) => ipv6?.associationId === id),
  );
  const block = subnet.ipv6!;
  const isInUse = [...subnet.interfaceIds].some((id) => ec2.interfaces.get(id)?.ipv6Addresses.length !== 0);
  if (isInUse) {
    throw new AwsError(
      'InvalidCidr.InUse',
      `The subnet CIDR block ${block.cidrBlock} with association ID ${block.associationId} is still in use by an interface.`,
    );
  }
  subnet.ipv6 = undefined;
  subnet.assignIpv6AddressOnCreation = false;
  subnet.enableDns64 = false;
  return {
    SubnetId: subnet.subnetId,
    Ipv6CidrBlockAssociation: subnetIpv6Shape(block, 'disassociating'),
  };
}

/**
 * The block that a new subnet asks for: /44 to /64 in steps of four, within its VPC's, beside the other subnets'. Throws
 * InvalidParameterValue, InvalidSubnet.Range, InvalidSubnet.Conflict.
 */
export function freeIpv6Block(ec2: Ec2State, vpc: Vpc, text: string): string {
  const block = requireIpv6Cidr(text, 'ipv6CidrBlock');
  const length = ipv6PrefixLength(block);
  const outer = vpc.ipv6?.cidrBlock;
  const isWithin = outer !== undefined && length >= ipv6PrefixLength(outer) && ipv6Overlaps(outer, block);
  if (!isWithin || length > 64 || length % 4 !== 0) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  const taken = subnetsOf(ec2, vpc.vpcId).flatMap(({ ipv6 }) => ipv6?.cidrBlock ?? []);
  if (taken.some((other) => ipv6Overlaps(other, block))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return block;
}

export function newSubnetIpv6Block(world: World, cidrBlock: string): CidrAssociation {
  return { associationId: newId(world, 'subnet-cidr-assoc'), cidrBlock };
}

export function subnetIpv6Shape(
  { associationId, cidrBlock }: CidrAssociation,
  state: 'associated' | 'disassociating' = 'associated',
): SubnetIpv6CidrBlockAssociation {
  return { AssociationId: associationId, Ipv6CidrBlock: cidrBlock, Ipv6CidrBlockState: { State: state } };
}
