import type { DnsEntry, State, VpcEndpoint as EndpointShape } from '@aws-sdk/client-ec2';
import { hostSuffixOf } from '../../partition.ts';
import type { VpcEndpoint } from '../network-state.ts';
import type { Ec2State } from '../state.ts';
import { shownTags } from '../tags.ts';
import { endpointServices } from './services.ts';

/** An endpoint as answers show it. */
export function endpointShape(ec2: Ec2State, endpoint: VpcEndpoint): EndpointShape {
  const { vpcEndpointId, type, interfaceIds } = endpoint;
  return {
    VpcEndpointId: vpcEndpointId,
    VpcEndpointType: type,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    ServiceRegion: ec2.place.region,
    // EC2 writes it in lower case, and its model does not.
    State: endpoint.state as State,
    PolicyDocument: endpoint.policyDocument,
    RouteTableIds: [...endpoint.routeTableIds],
    SubnetIds: [...interfaceIds.keys()],
    Groups: endpoint.securityGroupIds.map((groupId) => ({
      GroupId: groupId,
      GroupName: ec2.groups.get(groupId)?.groupName,
    })),
    IpAddressType: 'ipv4',
    DnsOptions: { DnsRecordIpType: type === 'Gateway' ? 'service-defined' : 'ipv4' },
    PrivateDnsEnabled: endpoint.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: [...interfaceIds.values()],
    DnsEntries: type === 'Gateway' ? [] : dnsEntries(ec2, endpoint),
    CreationTimestamp: endpoint.creationTimestamp,
    Tags: shownTags(ec2, vpcEndpointId) ?? [],
    OwnerId: ec2.place.accountId,
  };
}

/** The endpoint's own name, and the service's where that leads to it. */
function dnsEntries(ec2: Ec2State, endpoint: VpcEndpoint): DnsEntry[] {
  const { region } = ec2.place;
  const service = endpointServices(region).find(
    ({ name, type }) => name === endpoint.serviceName && type === 'Interface',
  );
  const [, , , ...parts] = endpoint.serviceName.split('.');
  const own = `${endpoint.vpcEndpointId}.${parts.toReversed().join('.')}.${region}.vpce.${hostSuffixOf(region)}`;
  return [own, ...(endpoint.privateDnsEnabled ? [service?.privateDnsName] : [])].flatMap((name) =>
    name === undefined ? [] : [{ DnsName: name }],
  );
}
