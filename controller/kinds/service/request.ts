import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  NetworkConfiguration,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { toLowerTags } from '../../aws/tags.ts';
import type { Desired, FieldChange, Tags } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import { REGISTRATIONS, ROLLOUT } from './model.ts';
import type { RegistryState, ServiceFields, ServiceSpec, ServiceState } from './model.ts';

/** What is asked for, with nothing left unknown. */
export type KnownFields = {
  readonly [Field in keyof ServiceFields]: Exclude<ServiceFields[Field], undefined>;
};

/** CreateService's input without its clientToken. */
export function creation(
  { spec }: Desired<ServiceSpec>,
  wanted: KnownFields,
  tags: Tags,
): CreateServiceCommandInput {
  return {
    cluster: spec.cluster.name,
    serviceName: spec.name,
    taskDefinition: wanted.taskDefinition,
    desiredCount: wanted.desiredCount,
    launchType: spec.launchType,
    schedulingStrategy: 'REPLICA',
    platformVersion: wanted.platformVersion,
    networkConfiguration: networkConfiguration(wanted),
    ...(wanted.registry === null ? {} : { serviceRegistries: [serviceRegistry(wanted.registry)] }),
    deploymentConfiguration: deploymentConfiguration(wanted),
    enableExecuteCommand: wanted.enableExecuteCommand,
    availabilityZoneRebalancing: spec.availabilityZoneRebalancing,
    enableECSManagedTags: false,
    propagateTags: 'SERVICE',
    tags: toLowerTags(tags),
  };
}

/**
 * UpdateService's input for some changes; undefined where none of them is the service's own. ECS takes network
 * and deployment configuration whole: what is not to change in them is sent as AWS has it.
 */
export function changed(
  { spec }: Desired<ServiceSpec>,
  wanted: KnownFields,
  actual: ServiceState,
  changes: readonly FieldChange[],
): UpdateServiceCommandInput | undefined {
  const is = (field: keyof ServiceFields): boolean => isChanged(changes, field);
  const pick = <Field extends keyof ServiceFields>(field: Field): KnownFields[Field] =>
    is(field) ? wanted[field] : ((actual[field] ?? wanted[field]) as KnownFields[Field]);
  // Where it lets go of something, the change says less than git wants.
  const givenUp = (path: string): unknown => changes.find((change) => change.path === path)?.to;
  const groups = givenUp('securityGroups');
  const registry = is('registry') && givenUp('registry') === null ? null : wanted.registry;
  const whole: KnownFields = {
    ...wanted,
    subnets: pick('subnets'),
    securityGroups: Array.isArray(groups) ? groups.map(String) : pick('securityGroups'),
    assignPublicIp: pick('assignPublicIp'),
    minimumHealthyPercent: pick('minimumHealthyPercent'),
    maximumPercent: pick('maximumPercent'),
    circuitBreaker: pick('circuitBreaker'),
  };
  const input = {
    ...(is('taskDefinition') ? { taskDefinition: wanted.taskDefinition } : {}),
    ...(is('desiredCount') ? { desiredCount: wanted.desiredCount } : {}),
    ...(is('platformVersion') ? { platformVersion: wanted.platformVersion } : {}),
    ...(is('subnets') || is('securityGroups') || is('assignPublicIp')
      ? { networkConfiguration: networkConfiguration(whole) }
      : {}),
    ...(is('registry') ? { serviceRegistries: registry === null ? [] : [serviceRegistry(registry)] } : {}),
    ...(is('minimumHealthyPercent') || is('maximumPercent') || is('circuitBreaker')
      ? { deploymentConfiguration: deploymentConfiguration(whole) }
      : {}),
    ...(is('enableExecuteCommand') ? { enableExecuteCommand: wanted.enableExecuteCommand } : {}),
    ...(is('availabilityZoneRebalancing')
      ? { availabilityZoneRebalancing: spec.availabilityZoneRebalancing }
      : {}),
    ...([REGISTRATIONS, ROLLOUT].some((path) => isChanged(changes, path))
      ? { forceNewDeployment: true }
      : {}),
  };
  return Object.keys(input).length === 0
    ? undefined
    : { cluster: spec.cluster.name, service: spec.name, ...input };
}

function networkConfiguration(fields: KnownFields): NetworkConfiguration {
  return {
    awsvpcConfiguration: {
      subnets: [...fields.subnets],
      securityGroups: [...fields.securityGroups],
      assignPublicIp: fields.assignPublicIp ? 'ENABLED' : 'DISABLED',
    },
  };
}

function deploymentConfiguration(fields: KnownFields): DeploymentConfiguration {
  return {
    minimumHealthyPercent: fields.minimumHealthyPercent,
    maximumPercent: fields.maximumPercent,
    deploymentCircuitBreaker: { ...fields.circuitBreaker },
  };
}

function serviceRegistry({ arn, port, containerName, containerPort }: RegistryState) {
  return {
    registryArn: arn,
    ...(port === null ? {} : { port }),
    ...(containerName === null ? {} : { containerName }),
    ...(containerPort === null ? {} : { containerPort }),
  };
}
