import type {
  DeleteNetworkInterfaceCommandInput,
  DeleteNetworkInterfaceCommandOutput,
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  DetachNetworkInterfaceCommandInput,
  DetachNetworkInterfaceCommandOutput,
  NetworkInterfaceAssociation,
  NetworkInterface as NetworkInterfaceShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { privateDnsName, publicDnsName } from './addresses.ts';
import { ec2Page, entriesOf, exactValues, filterBy, listed, neverMatching } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { requireById, requireByIds } from './ids.ts';
import { INTERFACE_KINDS } from './interface-kinds.ts';
import type { InterfaceKind } from './interface-kinds.ts';
import { addressOf, findSecurityGroup, findSubnet, requireInterface } from './lookups.ts';
import type { Ec2State, NetworkInterface } from './state.ts';
import { tagList, tagsOf } from './tags.ts';
import { zonesOf } from './zones.ts';

export function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeNetworkInterfacesCommandOutput> {
  if (input.MaxResults !== undefined && listed(input.NetworkInterfaceIds) !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults',
    );
  }
  const keep = filterBy(input.Filters, filterTable(ec2), (eni) => tagsOf(ec2, eni.networkInterfaceId));
  const page = ec2Page(input, candidates(ec2, input), keep);
  return {
    NetworkInterfaces: page.items.map((eni) => interfaceShape(ec2, eni)),
    NextToken: page.nextToken,
  };
}

/**
 * Every interface here is of a service of AWS, and that service's to delete (Requester-managed network interfaces, EC2 user guide), or the
 * first one of an instance: it is in use.
 */
export function deleteNetworkInterface(
  input: DeleteNetworkInterfaceCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DeleteNetworkInterfaceCommandOutput> {
  const { networkInterfaceId } = requireInterface(ec2, input.NetworkInterfaceId ?? '');
  throw new AwsError(
    'InvalidParameterValue',
    `Network interface '${networkInterfaceId}' is currently in use.`,
  );
}

/** Always refused too. */
export function detachNetworkInterface(
  input: DetachNetworkInterfaceCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DetachNetworkInterfaceCommandOutput> {
  const attachmentId = input.AttachmentId ?? '';
  const kind = attachmentId.startsWith('ela-') ? 'serviceAttachment' : 'attachment';
  const { kind: owner } = requireById(kind, attachmentId, (id) =>
    [...ec2.interfaces.values()].find((eni) => eni.attachmentId === id),
  );
  if (owner === 'instance') {
    throw new AwsError(
      'OperationNotPermitted',
      'The network interface at device index 0 cannot be detached.',
    );
  }
  throw notManageable(owner);
}

/** What AWS says of an attachment that is its own to change. */
export function notManageable(kind: InterfaceKind): AwsError {
  const { attachmentPrefix } = INTERFACE_KINDS[kind];
  return new AwsError(
    'OperationNotPermitted',
    `You are not allowed to manage '${attachmentPrefix}' attachments.`,
  );
}

function candidates(
  ec2: Ec2State,
  input: DescribeNetworkInterfacesCommandInput,
): (start: string) => Iterable<readonly [string, NetworkInterface]> {
  const ids = listed(input.NetworkInterfaceIds);
  if (ids !== undefined) {
    return entriesOf(
      requireByIds('interface', ids, (id) => ec2.interfaces.get(id)),
      idOf,
    );
  }
  const filtered = idsByFilter(ec2, input);
  if (filtered === undefined) return (start) => ec2.interfaces.from(start);
  return entriesOf(
    filtered.flatMap((id) => ec2.interfaces.get(id) ?? []),
    idOf,
  );
}

/** Ids of a superset of what the filters let pass, where an index has one. */
function idsByFilter(ec2: Ec2State, input: DescribeNetworkInterfacesCommandInput): string[] | undefined {
  const byId = exactValues(input.Filters, 'network-interface-id');
  if (byId !== undefined) return byId;
  const ofGroups = exactValues(input.Filters, 'group-id');
  if (ofGroups !== undefined) {
    return ofGroups.flatMap((id) => [...(findSecurityGroup(ec2, id)?.interfaceIds ?? [])]);
  }
  const ofSubnets = exactValues(input.Filters, 'subnet-id');
  return ofSubnets?.flatMap((id) => [...(findSubnet(ec2, id)?.interfaceIds ?? [])]);
}

function idOf(eni: NetworkInterface): string {
  return eni.networkInterfaceId;
}

function filterTable(ec2: Ec2State): FilterTable<NetworkInterface> {
  return {
    'network-interface-id': (eni) => [eni.networkInterfaceId],
    'subnet-id': (eni) => [eni.subnetId],
    'vpc-id': (eni) => [eni.vpcId],
    'availability-zone': (eni) => [eni.availabilityZone],
    'group-id': (eni) => eni.securityGroupIds,
    'group-name': (eni) => eni.securityGroupIds.map((id) => findSecurityGroup(ec2, id)?.groupName),
    'private-ip-address': (eni) => [eni.privateIpv4Address],
    'addresses.private-ip-address': (eni) => [eni.privateIpv4Address],
    'mac-address': (eni) => [eni.macAddress],
    description: (eni) => [eni.description],
    'owner-id': () => [ec2.place.accountId],
    'interface-type': (eni) => [INTERFACE_KINDS[eni.kind].interfaceType],
    'requester-managed': (eni) => [String(isManaged(eni))],
    'requester-id': (eni) => [INTERFACE_KINDS[eni.kind].requesterId],
    'attachment.attachment-id': (eni) => [eni.attachmentId],
    'attachment.attach-time': (eni) => [eni.attachTime.toISOString()],
    'attachment.delete-on-termination': (eni) => [String(!isManaged(eni))],
    'attachment.device-index': (eni) => [isManaged(eni) ? '1' : '0'],
    'attachment.instance-id': (eni) => [eni.instanceId],
    'attachment.instance-owner-id': (eni) => [
      INTERFACE_KINDS[eni.kind].instanceOwnerId ?? ec2.place.accountId,
    ],
    'attachment.status': () => ['attached'],
    'addresses.primary': () => ['true'],
    'availability-zone-id': (eni) => [
      zonesOf(ec2.place.region).find(({ name }) => name === eni.availabilityZone)?.id,
    ],
    'private-dns-name': (eni) => [privateDnsName(ec2.place.region, eni.privateIpv4Address)],
    'source-dest-check': () => ['true'],
    status: () => ['in-use'],
    'operator.managed': () => ['false'],
    'addresses.association.owner-id': (eni) => [associationShape(ec2, eni)?.IpOwnerId],
    'addresses.association.public-ip': (eni) => [associationShape(ec2, eni)?.PublicIp],
    'association.allocation-id': (eni) => [associationShape(ec2, eni)?.AllocationId],
    'association.association-id': (eni) => [associationShape(ec2, eni)?.AssociationId],
    'association.ip-owner-id': (eni) => [associationShape(ec2, eni)?.IpOwnerId],
    'association.public-dns-name': (eni) => [associationShape(ec2, eni)?.PublicDnsName],
    'association.public-ip': (eni) => [associationShape(ec2, eni)?.PublicIp],
    'ipv6-addresses.ipv6-address': ({ ipv6Addresses }) => ipv6Addresses,
    ...neverMatching('operator.principal'),
  };
}

/** Whether it is of a service of AWS, and not of an instance of one's own. */
function isManaged({ kind }: NetworkInterface): boolean {
  return INTERFACE_KINDS[kind].requesterId !== undefined;
}

function interfaceShape(ec2: Ec2State, eni: NetworkInterface): NetworkInterfaceShape {
  const dnsName = privateDnsName(ec2.place.region, eni.privateIpv4Address);
  const kind = INTERFACE_KINDS[eni.kind];
  const association = associationShape(ec2, eni);
  const associated = association === undefined ? {} : { Association: association };
  return {
    ...associated,
    NetworkInterfaceId: eni.networkInterfaceId,
    Description: eni.description,
    InterfaceType: kind.interfaceType,
    Status: 'in-use',
    Attachment: {
      AttachmentId: eni.attachmentId,
      AttachTime: eni.attachTime,
      DeleteOnTermination: !isManaged(eni),
      DeviceIndex: isManaged(eni) ? 1 : 0,
      ...(eni.instanceId === undefined ? {} : { InstanceId: eni.instanceId }),
      InstanceOwnerId: kind.instanceOwnerId ?? ec2.place.accountId,
      Status: 'attached',
    },
    AvailabilityZone: eni.availabilityZone,
    Groups: eni.securityGroupIds.map((id) => ({
      GroupId: id,
      GroupName: findSecurityGroup(ec2, id)?.groupName,
    })),
    Ipv6Addresses: eni.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    MacAddress: eni.macAddress,
    OwnerId: ec2.place.accountId,
    PrivateDnsName: dnsName,
    PrivateIpAddress: eni.privateIpv4Address,
    PrivateIpAddresses: [
      { ...associated, Primary: true, PrivateDnsName: dnsName, PrivateIpAddress: eni.privateIpv4Address },
    ],
    ...(kind.requesterId === undefined ? {} : { RequesterId: kind.requesterId }),
    RequesterManaged: isManaged(eni),
    SourceDestCheck: true,
    SubnetId: eni.subnetId,
    TagSet: tagList(tagsOf(ec2, eni.networkInterfaceId)),
    VpcId: eni.vpcId,
  };
}

/** The public address that is mapped to an interface. */
function associationShape(ec2: Ec2State, eni: NetworkInterface): NetworkInterfaceAssociation | undefined {
  const address = addressOf(ec2, eni.networkInterfaceId);
  if (address?.association === undefined) return pooledShape(ec2, eni);
  return {
    AllocationId: address.allocationId,
    AssociationId: address.association.associationId,
    IpOwnerId: ec2.place.accountId,
    PublicDnsName: publicDnsName(ec2.place.region, address.publicIp),
    PublicIp: address.publicIp,
  };
}

/** An address of Amazon's pool is Amazon's, and has no allocation. */
function pooledShape(
  ec2: Ec2State,
  { publicIpv4Address }: NetworkInterface,
): NetworkInterfaceAssociation | undefined {
  return publicIpv4Address === undefined
    ? undefined
    : {
        IpOwnerId: 'amazon',
        PublicDnsName: publicDnsName(ec2.place.region, publicIpv4Address),
        PublicIp: publicIpv4Address,
      };
}
