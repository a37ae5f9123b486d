import type {
  AssociateVpcCidrBlockCommandInput,
  AssociateVpcCidrBlockCommandOutput,
  DisassociateVpcCidrBlockCommandInput,
  DisassociateVpcCidrBlockCommandOutput,
  VpcCidrBlockAssociation,
  VpcIpv6CidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { contains, formatIpv4Cidr, overlaps, requireIpv4Cidr } from './addresses.ts';
import { requireById } from './ids.ts';
import { requireVpc, subnetsOf } from './lookups.ts';
import type { CidrAssociation } from './network-state.ts';
import { newIpv6Block } from './network-store.ts';
import { newId } from './state.ts';
import type { Ec2State, Vpc } from './state.ts';

/** Most IPv4 blocks of a VPC, before any increase (Amazon VPC quotas). */
const MAX_BLOCKS = 5;

/** A block of IPv4 addresses of its own, or one of IPv6 addresses of Amazon's. */
export function associateVpcCidrBlock(
  input: AssociateVpcCidrBlockCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<AssociateVpcCidrBlockCommandOutput> {
  const vpc = requireVpc(ec2, input.VpcId ?? '');
  if (input.AmazonProvidedIpv6CidrBlock === true) {
    if (vpc.ipv6 !== undefined) {
      throw new AwsError('CidrLimitExceeded', 'A VPC has one IPv6 CIDR block at most.');
    }
    vpc.ipv6 = newIpv6Block(world, vpc.vpcId);
    return { VpcId: vpc.vpcId, Ipv6CidrBlockAssociation: ipv6BlockShape(ec2, vpc.ipv6) };
  }
  if (input.CidrBlock === undefined) {
    throw new AwsError('Unsupported', 'The sandbox serves cidrBlock and amazonProvidedIpv6CidrBlock alone.');
  }
  const cidrBlock = requireVpcBlock(input.CidrBlock);
  if (blocksOf(vpc).some((block) => overlaps(cidrOf(block), requireIpv4Cidr(cidrBlock, 'cidrBlock')))) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${cidrBlock}' conflicts with one that the VPC has.`);
  }
  if (blocksOf(vpc).length >= MAX_BLOCKS) {
    throw new AwsError('CidrLimitExceeded', 'This network has met its maximum number of allowed CIDRs.');
  }
  const added = { associationId: newId(world, 'vpc-cidr-assoc'), cidrBlock };
  vpc.otherBlocks.push(added);
  return { VpcId: vpc.vpcId, CidrBlockAssociation: blockShape(added) };
}

/** The first block stays as long as its VPC, and every other as long as a subnet lies in it. */
export function disassociateVpcCidrBlock(
  input: DisassociateVpcCidrBlockCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DisassociateVpcCidrBlockCommandOutput> {
  const associationId = input.AssociationId ?? '';
  const vpc = requireById('vpcBlock', associationId, (id) =>
    [...ec2.vpcs.values()].find((each) =>
      [...blocksOf(each), each.ipv6].some((block) => block?.associationId === id),
    ),
  );
  if (associationId === vpc.cidrAssociationId) {
    throw new AwsError(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${associationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    );
  }
  const subnets = subnetsOf(ec2, vpc.vpcId);
  if (vpc.ipv6?.associationId === associationId) {
    const { ipv6 } = vpc;
    refuseInUse(
      ipv6,
      subnets.some((subnet) => subnet.ipv6 !== undefined),
    );
    vpc.ipv6 = undefined;
    return { VpcId: vpc.vpcId, Ipv6CidrBlockAssociation: ipv6BlockShape(ec2, ipv6, 'disassociating') };
  }
  const index = vpc.otherBlocks.findIndex((block) => block.associationId === associationId);
  const block = vpc.otherBlocks[index]!;
  refuseInUse(
    block,
    subnets.some((subnet) => contains(cidrOf(block), cidrOf(subnet))),
  );
  vpc.otherBlocks.splice(index, 1);
  return { VpcId: vpc.vpcId, CidrBlockAssociation: blockShape(block, 'disassociating') };
}

function refuseInUse({ associationId, cidrBlock }: CidrAssociation, inUse: boolean): void {
  if (!inUse) return;
  throw new AwsError(
    'InvalidCidr.InUse',
    `The vpc CIDR block ${cidrBlock} with association ID ${associationId} is still in use by a subnet.`,
  );
}

/** All IPv4 blocks of a VPC, its first one first. */
export function blocksOf(vpc: Vpc): readonly CidrAssociation[] {
  return [{ associationId: vpc.cidrAssociationId, cidrBlock: vpc.cidrBlock }, ...vpc.otherBlocks];
}

/** A block of /16 to /28, its host bits cleared. Throws InvalidParameterValue, InvalidVpc.Range. */
export function requireVpcBlock(text: string): string {
  const cidr = requireIpv4Cidr(text, 'cidrBlock');
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`);
  }
  return formatIpv4Cidr(cidr);
}

type BlockState = 'associated' | 'disassociating';

export function blockShape(
  { associationId, cidrBlock }: CidrAssociation,
  state: BlockState = 'associated',
): VpcCidrBlockAssociation {
  return { AssociationId: associationId, CidrBlock: cidrBlock, CidrBlockState: { State: state } };
}

export function ipv6BlockShape(
  ec2: Ec2State,
  { associationId, cidrBlock }: CidrAssociation,
  state: BlockState = 'associated',
): VpcIpv6CidrBlockAssociation {
  return {
    AssociationId: associationId,
    Ipv6CidrBlock: cidrBlock,
    Ipv6CidrBlockState: { State: state },
    Ipv6Pool: 'Amazon',
    NetworkBorderGroup: ec2.place.region,
  };
}

function cidrOf({ cidrBlock }: { readonly cidrBlock: string }): ReturnType<typeof requireIpv4Cidr> {
  return requireIpv4Cidr(cidrBlock, 'cidrBlock');
}
