import { AwsError } from '../error.ts';
import type { Ec2State, NetworkInterface, SecurityGroup, SecurityGroupRule, Subnet, Vpc } from './state.ts';

export function findVpc(state: Ec2State, vpcId: string): Vpc | undefined {
  return state.vpcs.get(vpcId);
}

export function findSubnet(state: Ec2State, subnetId: string): Subnet | undefined {
  return state.subnets.get(subnetId);
}

export function findSecurityGroup(state: Ec2State, groupId: string): SecurityGroup | undefined {
  return state.groups.get(groupId);
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

/** Throws InvalidVpcID.NotFound. */
export function requireVpc(state: Ec2State, vpcId: string): Vpc {
  const vpc = findVpc(state, vpcId);
  if (vpc === undefined) throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
  return vpc;
}

/** Throws InvalidSubnetID.NotFound. */
export function requireSubnet(state: Ec2State, subnetId: string): Subnet {
  const subnet = findSubnet(state, subnetId);
  if (subnet === undefined) {
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  }
  return subnet;
}

/** Throws InvalidGroup.NotFound. */
export function requireSecurityGroup(state: Ec2State, groupId: string): SecurityGroup {
  const group = findSecurityGroup(state, groupId);
  if (group === undefined) {
    throw new AwsError('InvalidGroup.NotFound', `The security group '${groupId}' does not exist`);
  }
  return group;
}

/** Throws InvalidSecurityGroupRuleId.NotFound. */
export function requireRule(state: Ec2State, ruleId: string): SecurityGroupRule {
  const rule = state.rules.get(ruleId);
  if (rule === undefined) {
    throw new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${ruleId}' does not exist`,
    );
  }
  return rule;
}

/** Throws InvalidNetworkInterfaceID.NotFound. */
export function requireInterface(state: Ec2State, networkInterfaceId: string): NetworkInterface {
  const found = state.interfaces.get(networkInterfaceId);
  if (found === undefined) {
    throw new AwsError(
      'InvalidNetworkInterfaceID.NotFound',
      `The networkInterface ID '${networkInterfaceId}' does not exist`,
    );
  }
  return found;
}
