import type {
  AvailabilityZoneRebalancing,
  CreateServiceCommandInput,
  DeploymentConfiguration,
  NetworkConfiguration,
  PropagateTags,
  ServiceRegistry,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { findSecurityGroup, findSubnet } from '../ec2/interfaces.ts';
import { AwsError } from '../error.ts';
import type { CallContext } from '../sandbox.ts';
import { findDiscoveryServiceByArn } from '../servicediscovery/instances.ts';
import { clientError, invalidParameter } from './errors.ts';
import type { Network, ServiceOptions, TaskDefinitionRecord } from './state.ts';
import { findTaskDefinition } from './task-definitions.ts';

const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;
const MOST_TASKS = 5000;
const PLATFORM_VERSIONS = ['LATEST', '1.4.0', '1.3.0'];

type ServiceInput = CreateServiceCommandInput | UpdateServiceCommandInput;

function refuse(what: string): never {
  throw invalidParameter(`${what} The sandbox runs REPLICA services on Fargate only.`);
}

/** What this sandbox does not run, said plainly instead of accepted and ignored. */
export function refuseUnserved(input: ServiceInput): void {
  if ('launchType' in input && input.launchType !== undefined && input.launchType !== 'FARGATE') {
    refuse(`The launch type ${input.launchType} is not available.`);
  }
  if ('schedulingStrategy' in input && input.schedulingStrategy === 'DAEMON') {
    refuse('The scheduling strategy DAEMON is not supported on Fargate.');
  }
  const controller = input.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') refuse(`The deployment controller ${controller} is not available.`);
  if ((input.loadBalancers ?? []).length > 0) refuse('There are no load balancers.');
  if ((input.volumeConfigurations ?? []).length > 0) refuse('There are no volumes.');
  if ((input.vpcLatticeConfigurations ?? []).length > 0) refuse('There is no VPC Lattice.');
  if (input.serviceConnectConfiguration?.enabled === true) refuse('There is no Service Connect.');
  const strategy = input.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING') refuse(`The deployment strategy ${strategy} is not available.`);
  if ((input.placementConstraints ?? []).length > 0 || (input.placementStrategy ?? []).length > 0) {
    throw invalidParameter(
      'Placement constraints and strategies are not supported with FARGATE launch type.',
    );
  }
  if ((input.healthCheckGracePeriodSeconds ?? 0) > 0) {
    throw invalidParameter(
      'Health check grace period is only valid for services configured to use load balancers.',
    );
  }
}

/** An ACTIVE revision that can run on Fargate. */
export function readTaskDefinition(context: CallContext, reference: string): TaskDefinitionRecord {
  const found = findTaskDefinition(context, reference);
  if (found === undefined) throw clientError('TaskDefinition not found.');
  if (found.definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  if (found.definition.compatibilities?.includes('FARGATE') !== true) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  return found;
}

/** Subnets and groups that exist, in one VPC. */
export function readNetwork(context: CallContext, configuration: NetworkConfiguration | undefined): Network {
  const asked = configuration?.awsvpcConfiguration;
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
    throw invalidParameter('assignPublicIp must be ENABLED or DISABLED.');
  }
  const { ec2 } = context.state;
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
  return { subnets, securityGroups, assignPublicIp };
}

/** At most one registry, which exists; SRV records need a port (reference: ECS ↔ Cloud Map). */
export function readRegistries(
  context: CallContext,
  registries: readonly ServiceRegistry[],
  taskDefinition: TaskDefinitionRecord,
): ServiceRegistry[] {
  if (registries.length > 1) throw invalidParameter('service registries can have at most 1 items.');
  for (const { registryArn, port, containerName, containerPort } of registries) {
    const registry = findDiscoveryServiceByArn(context.state.servicediscovery, registryArn ?? '');
    if (registry === undefined) throw invalidParameter(`Service registry ${registryArn} was not found.`);
    if ((containerName === undefined) !== (containerPort === undefined)) {
      throw invalidParameter(
        "A service registry needs both 'containerName' and 'containerPort', or neither.",
      );
    }
    if (port !== undefined && containerPort !== undefined) {
      throw invalidParameter(
        "A service registry can have either 'port' or 'containerName' and 'containerPort', not both.",
      );
    }
    if (registry.dnsRecordTypes.includes('SRV') && port === undefined && containerPort === undefined) {
      throw invalidParameter(
        "A service registry with SRV records needs 'port', or 'containerName' and 'containerPort'.",
      );
    }
    if (containerName !== undefined) checkContainerPort(taskDefinition, containerName, containerPort!);
  }
  return registries.map((registry) => ({ ...registry }));
}

function checkContainerPort(taskDefinition: TaskDefinitionRecord, name: string, port: number): void {
  const containers = taskDefinition.definition.containerDefinitions ?? [];
  const container = containers.find((candidate) => candidate.name === name);
  if (container === undefined) {
    throw invalidParameter(`The container ${name} does not exist in the task definition.`);
  }
  if (container.portMappings?.some(({ containerPort }) => containerPort === port) !== true) {
    throw invalidParameter(`The container ${name} did not have a container port ${port} defined.`);
  }
}

export function readPlatformVersion(platformVersion: string): string {
  if (PLATFORM_VERSIONS.includes(platformVersion)) return platformVersion;
  throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
}

export function readDesiredCount(desiredCount: number | undefined): number {
  if (desiredCount === undefined || !Number.isInteger(desiredCount) || desiredCount < 0) {
    throw invalidParameter('desiredCount must be a number of tasks, 0 or more.');
  }
  if (desiredCount > MOST_TASKS) throw invalidParameter(`desiredCount can be at most ${MOST_TASKS}.`);
  return desiredCount;
}

/** What was there, with what was asked for over it. */
export function readDeploymentConfiguration(
  asked: DeploymentConfiguration | undefined,
  before: DeploymentConfiguration = {},
): ServiceOptions['deploymentConfiguration'] {
  const { deploymentCircuitBreaker = before.deploymentCircuitBreaker } = asked ?? {};
  const merged = {
    alarms: { alarmNames: [], rollback: false, enable: false },
    bakeTimeInMinutes: 0,
    strategy: 'ROLLING' as const,
    ...before,
    ...asked,
    deploymentCircuitBreaker: { rollback: false, enable: false, ...deploymentCircuitBreaker },
    maximumPercent: asked?.maximumPercent ?? before.maximumPercent ?? 200,
    minimumHealthyPercent: asked?.minimumHealthyPercent ?? before.minimumHealthyPercent ?? 100,
  };
  const { minimumHealthyPercent, maximumPercent } = merged;
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter('minimumHealthyPercent must be between 0 and 100.');
  }
  if (maximumPercent < 100 || maximumPercent > 200) {
    throw invalidParameter('maximumPercent must be between 100 and 200.');
  }
  if (minimumHealthyPercent === 100 && maximumPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  return merged;
}

/** Enabled unless said otherwise where maximumPercent allows it (reference: perpetual diffs). */
export function readRebalancing(
  asked: AvailabilityZoneRebalancing | undefined,
  maximumPercent: number,
): AvailabilityZoneRebalancing {
  if (asked === undefined) return maximumPercent > 100 ? 'ENABLED' : 'DISABLED';
  if (asked !== 'ENABLED' && asked !== 'DISABLED') {
    throw invalidParameter('availabilityZoneRebalancing must be ENABLED or DISABLED.');
  }
  if (asked === 'ENABLED' && maximumPercent <= 100) {
    throw invalidParameter('AvailabilityZoneRebalancing does not support maximumPercent <= 100.');
  }
  return asked;
}

export function readPropagateTags(propagateTags: PropagateTags | undefined): PropagateTags {
  const value = propagateTags ?? 'NONE';
  if (!['NONE', 'SERVICE', 'TASK_DEFINITION'].includes(value)) {
    throw invalidParameter('propagateTags must be SERVICE, TASK_DEFINITION or NONE.');
  }
  return value;
}
