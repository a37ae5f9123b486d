import type {
  Address as AddressShape,
  AllocateAddressCommandInput,
  AllocateAddressCommandOutput,
  DescribeAddressesAttributeCommandInput,
  DescribeAddressesAttributeCommandOutput,
  DescribeAddressesCommandInput,
  DescribeAddressesCommandOutput,
  ReleaseAddressCommandInput,
  ReleaseAddressCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import type { World } from '../../world.ts';
import { formatIpv4 } from '../addresses.ts';
import { describedPage } from '../describe.ts';
import { filterBy, listed, neverMatching } from '../filters.ts';
import { requireByIds } from '../ids.ts';
import { requireAddress } from '../lookups.ts';
import type { ElasticAddress } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { shownTags, specifiedTags, tagsOf } from '../tags.ts';

/** Most addresses of a Region, before any increase (Elastic IP addresses, EC2 user guide). */
const MAX_ADDRESSES = 5;

/** 198.18.0.0/15, which is nobody's: it is kept for benchmarks (RFC 2544). */
const PUBLIC_BASE = 198 * 2 ** 24 + 18 * 2 ** 16;
const PUBLIC_SIZE = 2 ** 17;

/** What would make another address than Amazon's own. */
const NOT_SERVED = ['Address', 'CustomerOwnedIpv4Pool', 'IpamPoolId'] as const;

export function allocateAddress(
  input: AllocateAddressCommandInput,
  context: CallContext,
): Answer<AllocateAddressCommandOutput> {
  const { ec2 } = context.state;
  const notServed = NOT_SERVED.find((name) => input[name] !== undefined);
  if (notServed !== undefined) throw new AwsError('Unsupported', `The sandbox does not serve ${notServed}.`);
  const { PublicIpv4Pool: pool = 'amazon', NetworkBorderGroup: group = context.region } = input;
  if (pool !== 'amazon') {
    throw new AwsError('InvalidPublicIpv4PoolID.NotFound', `The pool ID '${pool}' does not exist`);
  }
  if (group !== context.region) {
    throw new AwsError('InvalidParameterValue', `Invalid value '${group}' for networkBorderGroup.`);
  }
  const tags = specifiedTags(input.TagSpecifications, 'elastic-ip');
  if (ec2.addresses.size >= MAX_ADDRESSES) {
    throw new AwsError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
  }
  const address: ElasticAddress = {
    allocationId: newId(context.world, 'eipalloc'),
    publicIp: freePublicIp(context.world, ec2),
    association: undefined,
  };
  ec2.addresses.set(address.allocationId, address);
  setTags(context, address.allocationId, tags);
  return {
    AllocationId: address.allocationId,
    Domain: 'vpc',
    NetworkBorderGroup: group,
    PublicIp: address.publicIp,
    PublicIpv4Pool: pool,
  };
}

function freePublicIp(world: World, ec2: Ec2State): string {
  const taken = new Set([...ec2.addresses.values()].map(({ publicIp }) => publicIp));
  for (;;) {
    const ip = formatIpv4(PUBLIC_BASE + Math.floor(world.random() * PUBLIC_SIZE));
    if (!taken.has(ip)) return ip;
  }
}

/** Refused while the address is mapped to something. */
export function releaseAddress(
  input: ReleaseAddressCommandInput,
  context: CallContext,
): Answer<ReleaseAddressCommandOutput> {
  const { ec2 } = context.state;
  if (input.AllocationId === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter allocationId');
  }
  const { allocationId, publicIp, association } = requireAddress(ec2, input.AllocationId);
  if (association !== undefined) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${publicIp} is in use.`);
  }
  ec2.addresses.delete(allocationId);
  forgetTags(context, allocationId);
  return {};
}

/** Answers all at once, without pages. */
export function describeAddresses(
  input: DescribeAddressesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeAddressesCommandOutput> {
  const keep = filterBy<ElasticAddress>(
    input.Filters,
    {
      'allocation-id': (address) => [address.allocationId],
      'association-id': (address) => [address.association?.associationId],
      'network-border-group': () => [ec2.place.region],
      'network-interface-id': (address) => [address.association?.networkInterfaceId],
      'network-interface-owner-id': (address) =>
        address.association === undefined ? [] : [ec2.place.accountId],
      'private-ip-address': (address) => [addressShape(ec2, address).PrivateIpAddress],
      'public-ip': (address) => [address.publicIp],
      domain: () => ['vpc'],
      ...neverMatching('instance-id'),
    },
    (address) => tagsOf(ec2, address.allocationId),
  );
  return {
    Addresses: chosen(ec2, input)
      .filter(keep)
      .map((address) => addressShape(ec2, address)),
  };
}

function chosen(ec2: Ec2State, input: DescribeAddressesCommandInput): readonly ElasticAddress[] {
  const all = [...ec2.addresses.values()];
  const ids = listed(input.AllocationIds);
  const ips = listed(input.PublicIps);
  const missing = ips?.find((ip) => all.every(({ publicIp }) => publicIp !== ip));
  if (missing !== undefined) throw new AwsError('InvalidAddress.NotFound', `Address '${missing}' not found.`);
  const byId = ids === undefined ? all : requireByIds('allocation', ids, (id) => ec2.addresses.get(id));
  return ips === undefined ? byId : byId.filter(({ publicIp }) => ips.includes(publicIp));
}

/** No address here has a name of its own. */
export function describeAddressesAttribute(
  input: DescribeAddressesAttributeCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeAddressesAttributeCommandOutput> {
  if (input.Attribute !== undefined && input.Attribute !== 'domain-name') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${String(input.Attribute)}) for parameter attribute is invalid. Unknown attribute.`,
    );
  }
  const page = describedPage(
    ec2,
    { ...input, ids: input.AllocationIds, Filters: undefined },
    {
      kind: 'allocation',
      items: ec2.addresses,
      idOf: (address) => address.allocationId,
      filters: {},
      limits: { least: 1, most: 1000 },
    },
  );
  return {
    Addresses: page.items.map(({ allocationId, publicIp }) => ({
      AllocationId: allocationId,
      PublicIp: publicIp,
    })),
    NextToken: page.nextToken,
  };
}

function addressShape(ec2: Ec2State, address: ElasticAddress): AddressShape {
  const { allocationId, publicIp, association } = address;
  const eni = ec2.interfaces.get(association?.networkInterfaceId ?? '');
  return {
    AllocationId: allocationId,
    Domain: 'vpc',
    NetworkBorderGroup: ec2.place.region,
    PublicIp: publicIp,
    PublicIpv4Pool: 'amazon',
    ...(association === undefined
      ? {}
      : {
          AssociationId: association.associationId,
          NetworkInterfaceId: association.networkInterfaceId,
          NetworkInterfaceOwnerId: ec2.place.accountId,
          PrivateIpAddress: eni?.privateIpv4Address,
        }),
    Tags: shownTags(ec2, allocationId),
  };
}
