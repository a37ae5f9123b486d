import type {
  CreateVpcCommandInput,
  CreateVpcCommandOutput,
  DeleteVpcCommandInput,
  DeleteVpcCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
  Vpc as VpcShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { describedPage } from './describe.ts';
import type { FilterTable } from './filters.ts';
import { requireVpc } from './lookups.ts';
import { addVpc, removeVpc } from './network-store.ts';
import type { Ec2State, Vpc } from './state.ts';
import { ENDS, endPeering, isStanding } from './peering/connection-life.ts';
import { setTags } from './tag-store.ts';
import { shownTags, specifiedTags } from './tags.ts';
import { blockShape, blocksOf, ipv6BlockShape, requireVpcBlock } from './vpc-blocks.ts';

const FILTERS = {
  'vpc-id': (vpc) => [vpc.vpcId],
  cidr: (vpc) => [vpc.cidrBlock],
  // The API reference does not have it; Ansible finds a VPC by it.
  'cidr-block': (vpc) => [vpc.cidrBlock],
  'cidr-block-association.cidr-block': (vpc) => blocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
  'cidr-block-association.association-id': (vpc) => blocksOf(vpc).map(({ associationId }) => associationId),
  'cidr-block-association.state': () => ['associated'],
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => [vpc.ipv6?.cidrBlock],
  'ipv6-cidr-block-association.association-id': (vpc) => [vpc.ipv6?.associationId],
  'ipv6-cidr-block-association.ipv6-pool': (vpc) => (vpc.ipv6 === undefined ? [] : ['Amazon']),
  'ipv6-cidr-block-association.state': (vpc) => (vpc.ipv6 === undefined ? [] : ['associated']),
  'dhcp-options-id': (vpc) => [vpc.dhcpOptionsId],
  'is-default': (vpc) => [String(vpc.isDefault)],
  isDefault: (vpc) => [String(vpc.isDefault)],
  state: () => ['available'],
} as const satisfies FilterTable<Vpc>;

export function describeVpcs(
  input: DescribeVpcsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeVpcsCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.VpcIds, Filters: input.Filters },
    {
      kind: 'vpc',
      items: ec2.vpcs,
      idOf: (vpc) => vpc.vpcId,
      filters: { ...FILTERS, 'owner-id': () => [ec2.place.accountId] },
    },
  );
  return { Vpcs: page.items.map((vpc) => vpcShape(ec2, vpc)), NextToken: page.nextToken };
}

/** Most VPCs of a Region, before any increase (Amazon VPC quotas). */
const MAX_VPCS = 5;

/** Throws Unsupported for a VPC that would not be what was asked for. */
function refuseNotServed(input: CreateVpcCommandInput): void {
  const tenancy = input.InstanceTenancy ?? 'default';
  const wanted = (['Ipv4IpamPoolId', 'Ipv6CidrBlock', 'Ipv6IpamPoolId', 'Ipv6Pool'] as const).find(
    (name) => input[name] !== undefined,
  );
  if (tenancy === 'default' && wanted === undefined) return;
  throw new AwsError('Unsupported', `The sandbox does not serve ${wanted ?? `the tenancy ${tenancy}`}.`);
}

/** A block of /16 to /28, and an Amazon-provided IPv6 block where one is asked for. */
export function createVpc(
  input: CreateVpcCommandInput,
  context: CallContext,
): Answer<CreateVpcCommandOutput> {
  const { ec2 } = context.state;
  if (input.CidrBlock === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter cidrBlock');
  }
  const cidrBlock = requireVpcBlock(input.CidrBlock);
  refuseNotServed(input);
  const tags = specifiedTags(input.TagSpecifications, 'vpc');
  if (ec2.vpcs.size >= MAX_VPCS) {
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const vpc = addVpc(context, {
    cidrBlock,
    isDefault: false,
    hasIpv6: input.AmazonProvidedIpv6CidrBlock === true,
  });
  setTags(context, vpc.vpcId, tags);
  return { Vpc: vpcShape(ec2, vpc) };
}

/** Deletes a VPC in which nothing is left but what it came with. Its peering connections end with it. */
export function deleteVpc(
  input: DeleteVpcCommandInput,
  context: CallContext,
): Answer<DeleteVpcCommandOutput> {
  const { ec2 } = context.state;
  const vpc = requireVpc(ec2, input.VpcId ?? '');
  if (hasDependencies(ec2, vpc)) {
    throw new AwsError(
      'DependencyViolation',
      `The vpc '${vpc.vpcId}' has dependencies and cannot be deleted.`,
    );
  }
  for (const connection of ec2.peeringConnections.values()) {
    const { requesterVpcId, accepterVpcId } = connection;
    if (isStanding(connection) && [requesterVpcId, accepterVpcId].includes(vpc.vpcId)) {
      endPeering(context, connection, ENDS.deleted);
    }
  }
  removeVpc(context, vpc);
  return {};
}

function hasDependencies(ec2: Ec2State, vpc: Vpc): boolean {
  const { vpcId } = vpc;
  const isHere = (item: { readonly vpcId: string | undefined }) => item.vpcId === vpcId;
  return (
    [...ec2.subnets.values()].some(isHere) ||
    (ec2.groupNames.get(vpcId)?.size ?? 0) > 1 ||
    [...ec2.internetGateways.values()].some(isHere) ||
    [...ec2.egressOnlyGateways.values()].some(isHere) ||
    [...ec2.vpcEndpoints.values()].some(isHere) ||
    [...ec2.networkAcls.values()].some((acl) => isHere(acl) && !acl.isDefault) ||
    [...ec2.routeTables.values()].some(
      (table) => isHere(table) && table.routeTableId !== vpc.mainRouteTable.routeTableId,
    )
  );
}

function vpcShape(ec2: Ec2State, vpc: Vpc): VpcShape {
  return {
    VpcId: vpc.vpcId,
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: blocksOf(vpc).map((block) => blockShape(block)),
    ...(vpc.ipv6 === undefined ? {} : { Ipv6CidrBlockAssociationSet: [ipv6BlockShape(ec2, vpc.ipv6)] }),
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: 'default',
    IsDefault: vpc.isDefault,
    OwnerId: ec2.place.accountId,
    State: 'available',
    Tags: shownTags(ec2, vpc.vpcId),
  };
}
