import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { findSecurityGroup, findSubnet } from '../../ec2/interfaces.ts';
import { invalidParameter } from '../errors.ts';
import type { Network, RunsOn, TaskDefinitionRecord } from '../state.ts';

const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;

/** Of tasks that have no network of their own. */
const NONE: Network = { subnets: [], securityGroups: [], assignPublicIp: 'DISABLED' };

/**
 * Subnets and groups that exist, in one VPC, for tasks with a network of their own; nothing for others (AWS's text: cdk-preflight, measured
 * in September 2026). Throws InvalidParameterException.
 */
export function readNetwork(
  context: CallContext,
  configuration: NetworkConfiguration | undefined,
  { definition }: TaskDefinitionRecord,
  launchType: RunsOn,
): Network {
  const asked = configuration?.awsvpcConfiguration;
  if (definition.networkMode !== 'awsvpc') {
    if (asked === undefined) return NONE;
    throw invalidParameter(
      'Network Configuration is not valid for the given networkMode of this task definition.',
    );
  }
  if (asked === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const { subnets = [], securityGroups = [], assignPublicIp = 'DISABLED' } = asked;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > MOST_SUBNETS) {
    throw invalidParameter(`subnets can have at most ${MOST_SUBNETS} items.`);
  }
  if (securityGroups.length > MOST_SECURITY_GROUPS) {
    throw invalidParameter(`securityGroups can have at most ${MOST_SECURITY_GROUPS} items.`);
  }
  if (assignPublicIp !== 'ENABLED' && assignPublicIp !== 'DISABLED') {
    throw invalidParameter('assignPublicIp should be one of [ENABLED,DISABLED]');
  }
  if (assignPublicIp === 'ENABLED' && launchType !== 'FARGATE') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  checkOneVpc(context, subnets, securityGroups);
  return { subnets, securityGroups, assignPublicIp };
}

function checkOneVpc(
  { state: { ec2 } }: CallContext,
  subnets: readonly string[],
  securityGroups: readonly string[],
): void {
  const vpcs = new Set<string>();
  for (const subnetId of subnets) {
    const subnet = findSubnet(ec2, subnetId);
    if (subnet === undefined) {
      throw invalidParameter(
        `Error retrieving subnet information for [${subnetId}]: The subnet ID '${subnetId}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      );
    }
    vpcs.add(subnet.vpcId);
  }
  if (vpcs.size > 1) throw invalidParameter('The subnets must all be in the same VPC.');
  for (const groupId of securityGroups) {
    const group = findSecurityGroup(ec2, groupId);
    if (group === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${groupId}]: The security group '${groupId}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      );
    }
    if (!vpcs.has(group.vpcId)) {
      throw invalidParameter(`The security group ${groupId} and the subnets must be in the same VPC.`);
    }
  }
}
