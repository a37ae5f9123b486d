import type {
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  NetworkInterface as NetworkInterfaceShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { ec2Page, entriesOf, exactValues, filterBy, listed } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { findSecurityGroup, requireInterface } from './lookups.ts';
import type { Ec2State, NetworkInterface } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

export function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeNetworkInterfacesCommandOutput> {
  const keep = filterBy(input.Filters, filterTable(ec2), (eni) => tagsOf(ec2, eni.networkInterfaceId));
  const page = ec2Page(input, candidates(ec2, input), keep);
  return {
    NetworkInterfaces: page.items.map((eni) => interfaceShape(ec2, eni)),
    NextToken: page.nextToken,
  };
}

function candidates(
  ec2: Ec2State,
  input: DescribeNetworkInterfacesCommandInput,
): (start: string) => Iterable<readonly [string, NetworkInterface]> {
  const ids = listed(input.NetworkInterfaceIds);
  if (ids !== undefined) {
    return entriesOf(
      ids.map((id) => requireInterface(ec2, id)),
      idOf,
    );
  }
  const ofGroups = exactValues(input.Filters, 'group-id');
  if (ofGroups === undefined) return (start) => ec2.interfaces.from(start);
  const attached = ofGroups.flatMap((groupId) => [...(findSecurityGroup(ec2, groupId)?.interfaceIds ?? [])]);
  return entriesOf(
    attached.map((id) => requireInterface(ec2, id)),
    idOf,
  );
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
    'interface-type': () => ['interface'],
    'requester-managed': () => ['true'],
    'attachment.attachment-id': (eni) => [eni.attachmentId],
    'attachment.status': () => ['attached'],
    status: () => ['in-use'],
  };
}

function interfaceShape(ec2: Ec2State, eni: NetworkInterface): NetworkInterfaceShape {
  const privateDnsName = `ip-${eni.privateIpv4Address.replaceAll('.', '-')}.${internalDomain(ec2.place.region)}`;
  return {
    NetworkInterfaceId: eni.networkInterfaceId,
    Description: eni.description,
    InterfaceType: 'interface',
    Status: 'in-use',
    Attachment: {
      AttachmentId: eni.attachmentId,
      AttachTime: eni.attachTime,
      DeleteOnTermination: false,
      DeviceIndex: 1,
      Status: 'attached',
    },
    AvailabilityZone: eni.availabilityZone,
    Groups: eni.securityGroupIds.map((id) => ({
      GroupId: id,
      GroupName: findSecurityGroup(ec2, id)?.groupName,
    })),
    Ipv6Addresses: [],
    MacAddress: eni.macAddress,
    OwnerId: ec2.place.accountId,
    PrivateDnsName: privateDnsName,
    PrivateIpAddress: eni.privateIpv4Address,
    PrivateIpAddresses: [
      { Primary: true, PrivateDnsName: privateDnsName, PrivateIpAddress: eni.privateIpv4Address },
    ],
    RequesterManaged: true,
    SourceDestCheck: true,
    SubnetId: eni.subnetId,
    TagSet: tagList(tagsOf(ec2, eni.networkInterfaceId)),
    VpcId: eni.vpcId,
  };
}

function internalDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}
