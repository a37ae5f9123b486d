import type {
  AssignIpv6AddressesCommandInput,
  AssignIpv6AddressesCommandOutput,
  UnassignIpv6AddressesCommandInput,
  UnassignIpv6AddressesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import type { World } from '../world.ts';
import { requireInterface, requireSubnet } from './lookups.ts';
import type { Subnet } from './state.ts';

/**
 * Addresses for an interface: so many as are asked for, or these. Throws InvalidNetworkInterfaceID.NotFound, InvalidSubnet.NoIpv6 and
 * InvalidParameterValue (the texts are the sandbox's).
 */
export function assignIpv6Addresses(
  input: AssignIpv6AddressesCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<AssignIpv6AddressesCommandOutput> {
  const own = requireInterface(ec2, input.NetworkInterfaceId ?? '');
  const subnet = requireSubnet(ec2, own.subnetId);
  const assigned =
    input.Ipv6Addresses ??
    Array.from({ length: input.Ipv6AddressCount ?? 1 }, () => newIpv6Address(world, subnet));
  own.ipv6Addresses.push(...assigned);
  return { NetworkInterfaceId: own.networkInterfaceId, AssignedIpv6Addresses: assigned };
}

export function unassignIpv6Addresses(
  input: UnassignIpv6AddressesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<UnassignIpv6AddressesCommandOutput> {
  const own = requireInterface(ec2, input.NetworkInterfaceId ?? '');
  const gone = input.Ipv6Addresses ?? [];
  const foreign = gone.find((address) => !own.ipv6Addresses.includes(address));
  if (foreign !== undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Some of the specified addresses are not assigned to interface ${own.networkInterfaceId}: ${foreign}`,
    );
  }
  own.ipv6Addresses.splice(
    0,
    own.ipv6Addresses.length,
    ...own.ipv6Addresses.filter((address) => !gone.includes(address)),
  );
  return { NetworkInterfaceId: own.networkInterfaceId, UnassignedIpv6Addresses: gone };
}

/** What an instance's interface in this subnet has from the beginning (EC2 user guide, IPv6 addresses). */
export function ipv6AddressesFor(world: World, subnet: Subnet): string[] {
  return subnet.assignIpv6AddressOnCreation ? [newIpv6Address(world, subnet)] : [];
}

/** Somewhere in the last 64 bits of the subnet's block. Throws InvalidSubnet.NoIpv6 where it has none. */
function newIpv6Address(world: World, { ipv6, subnetId }: Subnet): string {
  if (ipv6 === undefined) {
    throw new AwsError('InvalidSubnet.NoIpv6', `The subnet ${subnetId} has no IPv6 CIDR block.`);
  }
  const [network = ''] = ipv6.cidrBlock.split('::');
  const groups = network.split(':');
  const zeros = Array.from({ length: 4 - groups.length }, () => '0');
  // No group begins with a zero, so that the address is in its shortest form.
  const host = Array.from({ length: 4 }, () => `a${world.randomText(3)}`);
  return [...groups, ...zeros, ...host].join(':');
}
