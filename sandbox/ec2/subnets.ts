import type {
  CreateSubnetCommandInput,
  CreateSubnetCommandOutput,
  DeleteSubnetCommandInput,
  DeleteSubnetCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  Subnet as SubnetShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { contains, formatIpv4Cidr, freeAddressCount, overlaps, requireIpv4Cidr } from './addresses.ts';
import type { Ipv4Cidr } from './addresses.ts';
import { describedPage } from './describe.ts';
import { neverMatching } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { requireSubnet, requireVpc, subnetsOf } from './lookups.ts';
import { addSubnet } from './network-store.ts';
import type { Ec2State, Subnet } from './state.ts';
import { forgetTags, setTags } from './tag-store.ts';
import { freeIpv6Block, newSubnetIpv6Block, subnetIpv6Shape } from './subnet-blocks.ts';
import { shownTags, specifiedTags } from './tags.ts';
import { blocksOf } from './vpc-blocks.ts';
import { requireZone, zonesOf } from './zones.ts';

const FILTERS = {
  'subnet-id': (subnet) => [subnet.subnetId],
  'vpc-id': (subnet) => [subnet.vpcId],
  'availability-zone': (subnet) => [subnet.availabilityZone],
  availabilityZone: (subnet) => [subnet.availabilityZone],
  cidr: (subnet) => [subnet.cidrBlock],
  'cidr-block': (subnet) => [subnet.cidrBlock],
  cidrBlock: (subnet) => [subnet.cidrBlock],
  'default-for-az': (subnet) => [String(subnet.defaultForAz)],
  defaultForAz: (subnet) => [String(subnet.defaultForAz)],
  'map-public-ip-on-launch': (subnet) => [String(subnet.mapPublicIpOnLaunch)],
  'available-ip-address-count': (subnet) => [String(freeAddressCount(subnet.addresses))],
  'enable-dns64': (subnet) => [String(subnet.enableDns64)],
  'ipv6-native': () => ['false'],
  'map-customer-owned-ip-on-launch': () => ['false'],
  'private-dns-name-options-on-launch.hostname-type': (subnet) => [subnet.hostnameType],
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': (subnet) => [
    String(subnet.resourceNameDnsARecord),
  ],
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': (subnet) => [
    String(subnet.resourceNameDnsAaaaRecord),
  ],
  'ipv6-cidr-block-association.association-id': (subnet) => [subnet.ipv6?.associationId],
  'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) => [subnet.ipv6?.cidrBlock],
  'ipv6-cidr-block-association.state': (subnet) => (subnet.ipv6 === undefined ? [] : ['associated']),
  ...neverMatching('customer-owned-ipv4-pool', 'enable-lni-at-device-index', 'outpost-arn'),
  state: () => ['available'],
} as const satisfies FilterTable<Subnet>;

export function describeSubnets(
  input: DescribeSubnetsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeSubnetsCommandOutput> {
  const table: FilterTable<Subnet> = {
    ...FILTERS,
    'owner-id': () => [ec2.place.accountId],
    'availability-zone-id': (subnet) => [zoneIdOf(ec2, subnet)],
    availabilityZoneId: (subnet) => [zoneIdOf(ec2, subnet)],
    'subnet-arn': (subnet) => [subnetArn(ec2, subnet)],
  };
  const page = describedPage(
    ec2,
    { ...input, ids: input.SubnetIds, Filters: input.Filters },
    { kind: 'subnet', items: ec2.subnets, idOf: (subnet) => subnet.subnetId, filters: table },
  );
  return { Subnets: page.items.map((subnet) => subnetShape(ec2, subnet)), NextToken: page.nextToken };
}

/** Most subnets of a VPC, before any increase (Amazon VPC quotas). */
const MAX_SUBNETS = 200;

/** What would make another subnet than the sandbox's are. */
const NOT_SERVED = ['Ipv4IpamPoolId', 'Ipv6IpamPoolId', 'Ipv6Native', 'OutpostArn'] as const;

/** A block of /16 to /28 within the VPC's that meets no other subnet's. */
export function createSubnet(
  input: CreateSubnetCommandInput,
  context: CallContext,
): Answer<CreateSubnetCommandOutput> {
  const { region } = context;
  const { ec2 } = context.state;
  const vpc = requireVpc(ec2, input.VpcId ?? '');
  const notServed = NOT_SERVED.find((name) => input[name] !== undefined && input[name] !== false);
  if (notServed !== undefined) throw new AwsError('Unsupported', `The sandbox does not serve ${notServed}.`);
  const text = input.CidrBlock;
  if (text === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter cidrBlock');
  }
  const cidr = requireIpv4Cidr(text, 'cidrBlock');
  const isInVpc = blocksOf(vpc).some((block) => contains(cidrOf(block), cidr));
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28 || !isInVpc) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  const others = subnetsOf(ec2, vpc.vpcId);
  if (others.some((other) => overlaps(cidrOf(other), cidr))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  if (others.length >= MAX_SUBNETS) {
    throw new AwsError('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
  }
  const zone = requireZone(region, input.AvailabilityZone ?? zoneNameOf(region, input.AvailabilityZoneId));
  const tags = specifiedTags(input.TagSpecifications, 'subnet');
  const ipv6CidrBlock =
    input.Ipv6CidrBlock === undefined ? undefined : freeIpv6Block(ec2, vpc, input.Ipv6CidrBlock);
  const subnet = addSubnet(context, {
    vpcId: vpc.vpcId,
    cidrBlock: formatIpv4Cidr(cidr),
    availabilityZone: zone.name,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
  });
  if (ipv6CidrBlock !== undefined) subnet.ipv6 = newSubnetIpv6Block(context.world, ipv6CidrBlock);
  setTags(context, subnet.subnetId, tags);
  return { Subnet: subnetShape(ec2, subnet) };
}

export function deleteSubnet(
  input: DeleteSubnetCommandInput,
  context: CallContext,
): Answer<DeleteSubnetCommandOutput> {
  const { ec2 } = context.state;
  const subnet = requireSubnet(ec2, input.SubnetId ?? '');
  if (subnet.interfaceIds.size > 0) {
    throw new AwsError(
      'DependencyViolation',
      `The subnet '${subnet.subnetId}' has dependencies and cannot be deleted.`,
    );
  }
  ec2.subnets.delete(subnet.subnetId);
  forgetTags(context, subnet.subnetId);
  return {};
}

function subnetShape(ec2: Ec2State, subnet: Subnet): SubnetShape {
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: subnetArn(ec2, subnet),
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: zoneIdOf(ec2, subnet),
    AvailableIpAddressCount: freeAddressCount(subnet.addresses),
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation,
    Ipv6CidrBlockAssociationSet: subnet.ipv6 === undefined ? [] : [subnetIpv6Shape(subnet.ipv6)],
    Ipv6Native: false,
    EnableDns64: subnet.enableDns64,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: subnet.hostnameType,
      EnableResourceNameDnsARecord: subnet.resourceNameDnsARecord,
      EnableResourceNameDnsAAAARecord: subnet.resourceNameDnsAaaaRecord,
    },
    OwnerId: ec2.place.accountId,
    State: 'available',
    Tags: shownTags(ec2, subnet.subnetId),
  };
}

function subnetArn(ec2: Ec2State, subnet: Subnet): string {
  const { region, accountId } = ec2.place;
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:subnet/${subnet.subnetId}`;
}

function zoneIdOf(ec2: Ec2State, subnet: Subnet): string | undefined {
  return zonesOf(ec2.place.region).find(({ name }) => name === subnet.availabilityZone)?.id;
}

/** AWS chooses a zone where the request names none; here it is the first. */
function zoneNameOf(region: string, zoneId: string | undefined): string {
  const zones = zonesOf(region);
  if (zoneId === undefined) return zones[0]!.name;
  return zones.find(({ id }) => id === zoneId)?.name ?? zoneId;
}

function cidrOf(network: { readonly cidrBlock: string }): Ipv4Cidr {
  return requireIpv4Cidr(network.cidrBlock, 'cidrBlock');
}
