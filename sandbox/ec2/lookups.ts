import { requireById } from './ids.ts';
import { isVisible } from './state.ts';
import type {
  Ec2Context,
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
