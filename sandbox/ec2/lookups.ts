import { requireById } from './ids.ts';
import type {
  DhcpOptions,
  EgressOnlyGateway,
  ElasticAddress,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  PeeringConnection,
  RouteTable,
  VpcEndpoint,
} from './network-state.ts';
import { isVisible } from './state.ts';
import type {
  Ec2Context,
  Ec2Instance,
  Ec2State,
  NetworkInterface,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from './state.ts';

export function findVpc(state: Ec2State, vpcId: string): Vpc | undefined {
  return state.vpcs.get(vpcId);
}

export function findSubnet(state: Ec2State, subnetId: string): Subnet | undefined {
  return state.subnets.get(subnetId);
}

/** Finds a group as changes and other services see it: from the moment that it is made. */
export function findSecurityGroup(state: Ec2State, groupId: string): SecurityGroup | undefined {
  return state.groups.get(groupId);
}

/** Finds a group as reads see it: some time after it is made. */
export function findVisibleGroup({ world, state }: Ec2Context, groupId: string): SecurityGroup | undefined {
  const group = findSecurityGroup(state.ec2, groupId);
  return group !== undefined && isVisible(world, group) ? group : undefined;
}

/** The group that what names no group gets. */
export function defaultSecurityGroupOf(state: Ec2State, vpcId: string): SecurityGroup | undefined {
  return findSecurityGroupByName(state, vpcId, 'default');
}

export function findSecurityGroupByName(
  state: Ec2State,
  vpcId: string,
  groupName: string,
): SecurityGroup | undefined {
  const groupId = state.groupNames.get(vpcId)?.get(groupName.toLowerCase());
  return groupId === undefined ? undefined : state.groups.get(groupId);
}

export function defaultVpc(state: Ec2State): Vpc | undefined {
  for (const vpc of state.vpcs.values()) if (vpc.isDefault) return vpc;
  return undefined;
}

/** Whether private names resolve in the VPC: both DNS attributes are on (reference: ECS ↔ Cloud Map). */
export function resolvesPrivateNames(state: Ec2State, vpcId: string): boolean {
  const vpc = findVpc(state, vpcId);
  return vpc !== undefined && vpc.enableDnsSupport && vpc.enableDnsHostnames;
}

/** Throws InvalidVpcID.NotFound, InvalidVpcID.Malformed. */
export function requireVpc(state: Ec2State, vpcId: string): Vpc {
  return requireById('vpc', vpcId, (id) => findVpc(state, id));
}

/** Throws InvalidSubnetID.NotFound, InvalidSubnetID.Malformed. */
export function requireSubnet(state: Ec2State, subnetId: string): Subnet {
  return requireById('subnet', subnetId, (id) => findSubnet(state, id));
}

/** Throws InvalidGroup.NotFound, InvalidGroupId.Malformed. */
export function requireSecurityGroup(state: Ec2State, groupId: string): SecurityGroup {
  return requireById('group', groupId, (id) => findSecurityGroup(state, id));
}

/** Throws InvalidSecurityGroupRuleId.NotFound, InvalidSecurityGroupRuleId.Malformed. */
export function requireRule(state: Ec2State, ruleId: string): SecurityGroupRule {
  return requireById('rule', ruleId, (id) => state.rules.get(id));
}

/** Throws InvalidNetworkInterfaceID.NotFound, InvalidNetworkInterfaceId.Malformed. */
export function requireInterface(state: Ec2State, networkInterfaceId: string): NetworkInterface {
  return requireById('interface', networkInterfaceId, (id) => state.interfaces.get(id));
}

/** Throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed. */
export function requireInstance(state: Ec2State, instanceId: string): Ec2Instance {
  return requireById('instance', instanceId, (id) => state.instances.get(id));
}

/** The internet gateway that a VPC is attached to; undefined where it has none. */
export function internetGatewayOf(state: Ec2State, vpcId: string): InternetGateway | undefined {
  for (const gateway of state.internetGateways.values()) if (gateway.vpcId === vpcId) return gateway;
  return undefined;
}

/** The address that is mapped to an interface. */
export function addressOf(state: Ec2State, networkInterfaceId: string): ElasticAddress | undefined {
  for (const address of state.addresses.values()) {
    if (address.association?.networkInterfaceId === networkInterfaceId) return address;
  }
  return undefined;
}

export function subnetsOf(state: Ec2State, vpcId: string): readonly Subnet[] {
  return [...state.subnets.values()].filter((subnet) => subnet.vpcId === vpcId);
}

/** Throws InvalidInternetGatewayID.NotFound, InvalidInternetGatewayId.Malformed. */
export function requireInternetGateway(state: Ec2State, id: string): InternetGateway {
  return requireById('internetGateway', id, (each) => state.internetGateways.get(each));
}

/** Throws InvalidEgressOnlyInternetGatewayId.NotFound, InvalidEgressOnlyInternetGatewayId.Malformed. */
export function requireEgressOnlyGateway(state: Ec2State, id: string): EgressOnlyGateway {
  return requireById('egressOnlyGateway', id, (each) => state.egressOnlyGateways.get(each));
}

/** Throws InvalidAllocationID.NotFound, InvalidAllocationID.Malformed. */
export function requireAddress(state: Ec2State, allocationId: string): ElasticAddress {
  return requireById('allocation', allocationId, (id) => state.addresses.get(id));
}

/** Throws NatGatewayNotFound, NatGatewayMalformed. */
export function requireNatGateway(state: Ec2State, id: string): NatGateway {
  return requireById('natGateway', id, (each) => state.natGateways.get(each));
}

/** Throws InvalidVpcPeeringConnectionID.NotFound, InvalidVpcPeeringConnectionId.Malformed. */
export function requirePeeringConnection(state: Ec2State, id: string): PeeringConnection {
  return requireById('peeringConnection', id, (each) => state.peeringConnections.get(each));
}

/** Throws InvalidVpcEndpointId.NotFound, InvalidVpcEndpointId.Malformed. */
export function requireVpcEndpoint(state: Ec2State, id: string): VpcEndpoint {
  return requireById('vpcEndpoint', id, (each) => state.vpcEndpoints.get(each));
}

/** Throws InvalidRouteTableID.NotFound, InvalidRouteTableId.Malformed. */
export function requireRouteTable(state: Ec2State, id: string): RouteTable {
  return requireById('routeTable', id, (each) => state.routeTables.get(each));
}

/** Throws InvalidNetworkAclID.NotFound, InvalidNetworkAclId.Malformed. */
export function requireNetworkAcl(state: Ec2State, id: string): NetworkAcl {
  return requireById('networkAcl', id, (each) => state.networkAcls.get(each));
}

/** Throws InvalidDhcpOptionID.NotFound, InvalidDhcpOptionsId.Malformed. */
export function requireDhcpOptions(state: Ec2State, id: string): DhcpOptions {
  return requireById('dhcpOptions', id, (each) => state.dhcpOptions.get(each));
}
