import { AwsError } from '../error.ts';
import type { World } from '../world.ts';
import { freeAddressCount, pooledAddress, returnAddress, takeAddress } from './addresses.ts';
import { INTERFACE_KINDS } from './interface-kinds.ts';
import type { InterfaceKind } from './interface-kinds.ts';
import { ipv6AddressesFor } from './interface-ipv6.ts';
import { requireSecurityGroup, requireSubnet } from './lookups.ts';
import { newId } from './state.ts';
import type { Ec2Context, NetworkInterface, Subnet } from './state.ts';
import { forgetTags } from './tag-store.ts';

export { freeAddressCount, privateDnsName } from './addresses.ts';
export { defaultSecurityGroupOf, findSecurityGroup, findSubnet } from './lookups.ts';

/**
 * A new interface in a subnet, as AWS makes one for what its services run there. Throws InvalidSubnetID.NotFound,
 * InvalidGroup.NotFound, InvalidParameter (group of another VPC), InsufficientFreeAddressesInSubnet.
 */
export function attachInterface(
  { world, state: { ec2 } }: Ec2Context,
  request: {
    readonly subnetId: string;
    readonly securityGroupIds: readonly string[];
    readonly description: string;
    /** Default: a task's. */
    readonly kind?: InterfaceKind;
    /** Of an instance's own. */
    readonly instanceId?: string;
    /** Whether it is given an address of Amazon's pool. */
    readonly isPublic?: boolean;
  },
): NetworkInterface {
  const { kind = 'task' } = request;
  const subnet = requireSubnet(ec2, request.subnetId);
  const groups = [...new Set(request.securityGroupIds)].map((groupId) => requireSecurityGroup(ec2, groupId));
  for (const group of groups) {
    if (group.vpcId !== subnet.vpcId) {
      throw new AwsError(
        'InvalidParameter',
        `Security group ${group.groupId} and subnet ${subnet.subnetId} belong to different networks.`,
      );
    }
  }
  const privateIpv4Address = takeAddress(subnet.addresses);
  if (privateIpv4Address === undefined) throw noFreeAddress(subnet);
  const networkInterfaceId = newId(world, 'eni');
  const attached: NetworkInterface = {
    networkInterfaceId,
    subnetId: subnet.subnetId,
    vpcId: subnet.vpcId,
    availabilityZone: subnet.availabilityZone,
    kind,
    privateIpv4Address,
    publicIpv4Address: request.isPublic === true ? pooledAddress(networkInterfaceId) : undefined,
    ipv6Addresses: kind === 'instance' ? ipv6AddressesFor(world, subnet) : [],
    macAddress: macAddress(world),
    securityGroupIds: groups.map((group) => group.groupId),
    description: request.description,
    attachmentId: newId(world, INTERFACE_KINDS[kind].attachmentPrefix),
    attachTime: world.date(),
    instanceId: request.instanceId,
  };
  ec2.interfaces.set(attached.networkInterfaceId, attached);
  subnet.interfaceIds.add(attached.networkInterfaceId);
  for (const group of groups) group.interfaceIds.add(attached.networkInterfaceId);
  return attached;
}

/** For those who make several interfaces, all or none: each has its subnet here. Throws InsufficientFreeAddressesInSubnet. */
export function requireFreeAddresses(subnets: readonly Subnet[]): void {
  for (const subnet of new Set(subnets)) {
    const wanted = subnets.filter((each) => each === subnet).length;
    if (freeAddressCount(subnet.addresses) < wanted) throw noFreeAddress(subnet);
  }
}

function noFreeAddress({ subnetId }: Subnet): AwsError {
  return new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `Insufficient free addresses in subnet '${subnetId}'`,
  );
}

/** The interface is gone and its address free; does nothing where it does not exist. */
export function detachInterface(context: Ec2Context, networkInterfaceId: string): void {
  const { ec2 } = context.state;
  const attached = ec2.interfaces.get(networkInterfaceId);
  if (attached === undefined) return;
  ec2.interfaces.delete(networkInterfaceId);
  forgetTags(context, networkInterfaceId);
  const subnet = requireSubnet(ec2, attached.subnetId);
  subnet.interfaceIds.delete(networkInterfaceId);
  returnAddress(subnet.addresses, attached.privateIpv4Address);
  for (const groupId of attached.securityGroupIds) {
    requireSecurityGroup(ec2, groupId).interfaceIds.delete(networkInterfaceId);
  }
}

/** Locally administered, so that it is nobody's. */
function macAddress(world: World): string {
  return `02:${Array.from({ length: 5 }, () => world.randomText(2)).join(':')}`;
}
