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
import { formatIpv4Cidr, parseIpv4Cidr } from './addresses.ts';
import { ec2Page, entriesOf, filterBy, listed } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { removeSecurityGroup } from './group-store.ts';
import { requireByIds } from './ids.ts';
import { defaultSecurityGroupOf, findVpc, requireVpc } from './lookups.ts';
import { internetGatewayOf } from './network-defaults.ts';
import { addVpc } from './network-store.ts';
import type { Ec2State, Vpc } from './state.ts';
import { forgetTags, setTags } from './tag-store.ts';
import { shownTags, specifiedTags, tagsOf } from './tags.ts';

const FILTERS = {
  'vpc-id': (vpc) => [vpc.vpcId],
  cidr: (vpc) => [vpc.cidrBlock],
  // The API reference does not have it; Ansible finds a VPC by it.
  'cidr-block': (vpc) => [vpc.cidrBlock],
  'cidr-block-association.cidr-block': (vpc) => [vpc.cidrBlock],
  'cidr-block-association.association-id': (vpc) => [vpc.cidrAssociationId],
  'cidr-block-association.state': () => ['associated'],
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => [vpc.ipv6CidrBlock],
  'ipv6-cidr-block-association.association-id': (vpc) =>
    vpc.ipv6CidrBlock === undefined ? [] : [vpc.cidrAssociationId],
  'ipv6-cidr-block-association.ipv6-pool': (vpc) => (vpc.ipv6CidrBlock === undefined ? [] : ['Amazon']),
  'ipv6-cidr-block-association.state': (vpc) => (vpc.ipv6CidrBlock === undefined ? [] : ['associated']),
  'is-default': (vpc) => [String(vpc.isDefault)],
  isDefault: (vpc) => [String(vpc.isDefault)],
  state: () => ['available'],
} as const satisfies FilterTable<Vpc>;

export function describeVpcs(
  input: DescribeVpcsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeVpcsCommandOutput> {
  const table: FilterTable<Vpc> = {
    ...FILTERS,
    'owner-id': () => [ec2.place.accountId],
    'dhcp-options-id': () => [ec2.dhcpOptionsId],
  };
  const vpcIds = listed(input.VpcIds);
  const keep = filterBy(input.Filters, table, (vpc) => tagsOf(ec2, vpc.vpcId));
  const entries =
    vpcIds === undefined
      ? (start: string) => ec2.vpcs.from(start)
      : entriesOf(
          requireByIds('vpc', vpcIds, (id) => findVpc(ec2, id)),
          (vpc) => vpc.vpcId,
        );
  const page = ec2Page(input, entries, keep);
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
  const cidr = parseIpv4Cidr(input.CidrBlock);
  if (cidr === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${input.CidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
  }
  refuseNotServed(input);
  const tags = specifiedTags(input.TagSpecifications, 'vpc');
  if (ec2.vpcs.size >= MAX_VPCS) {
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const vpc = addVpc(context, {
    cidrBlock: formatIpv4Cidr(cidr),
    isDefault: false,
    hasIpv6: input.AmazonProvidedIpv6CidrBlock === true,
  });
  setTags(context, vpc.vpcId, tags);
  return { Vpc: vpcShape(ec2, vpc) };
}

/**
 * Deletes a VPC in which only its default security group is left. A default VPC cannot be deleted here: its internet gateway would have to
 * be detached first, and the sandbox changes no gateways.
 */
export function deleteVpc(
  input: DeleteVpcCommandInput,
  context: CallContext,
): Answer<DeleteVpcCommandOutput> {
  const { ec2 } = context.state;
  const vpc = requireVpc(ec2, input.VpcId ?? '');
  const hasSubnet = [...ec2.subnets.values()].some((subnet) => subnet.vpcId === vpc.vpcId);
  const hasGroup = (ec2.groupNames.get(vpc.vpcId)?.size ?? 0) > 1;
  if (hasSubnet || hasGroup || internetGatewayOf(vpc) !== undefined) {
    throw new AwsError(
      'DependencyViolation',
      `The vpc '${vpc.vpcId}' has dependencies and cannot be deleted.`,
    );
  }
  const group = defaultSecurityGroupOf(ec2, vpc.vpcId);
  if (group !== undefined) removeSecurityGroup(context, group);
  ec2.groupNames.delete(vpc.vpcId);
  ec2.vpcs.delete(vpc.vpcId);
  forgetTags(context, vpc.vpcId);
  return {};
}

function vpcShape(ec2: Ec2State, vpc: Vpc): VpcShape {
  return {
    VpcId: vpc.vpcId,
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.cidrAssociationId,
        CidrBlock: vpc.cidrBlock,
        CidrBlockState: { State: 'associated' },
      },
    ],
    ...(vpc.ipv6CidrBlock === undefined
      ? {}
      : {
          Ipv6CidrBlockAssociationSet: [
            {
              AssociationId: vpc.cidrAssociationId,
              Ipv6CidrBlock: vpc.ipv6CidrBlock,
              Ipv6CidrBlockState: { State: 'associated' as const },
              Ipv6Pool: 'Amazon',
              NetworkBorderGroup: ec2.place.region,
            },
          ],
        }),
    DhcpOptionsId: ec2.dhcpOptionsId,
    InstanceTenancy: 'default',
    IsDefault: vpc.isDefault,
    OwnerId: ec2.place.accountId,
    State: 'available',
    Tags: shownTags(ec2, vpc.vpcId),
  };
}
