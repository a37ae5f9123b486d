import type {
  Compatibility,
  ContainerDefinition,
  LogConfiguration,
  LogDriver,
  RegisterTaskDefinitionCommandInput,
  UlimitName,
} from '@aws-sdk/client-ecs';
import { toLowerTags } from '../../aws/tags.ts';
import type { Tags } from '../../core/resource.ts';
import type { ContainerLogs, ContainerSpec, TaskDefinitionSpec } from './model.ts';
import { DEFAULT_COMPATIBILITIES, logConfigurationOf } from './wanted.ts';

/** What RegisterTaskDefinition is asked for; what the manifest leaves out is left to ECS. */
export function registration(
  spec: TaskDefinitionSpec,
  resolved: {
    readonly executionRoleArn: string | null;
    readonly taskRoleArn: string | null;
    readonly region: string;
  },
  tags: Tags,
): RegisterTaskDefinitionCommandInput {
  const compatibilities = (spec.requiresCompatibilities ?? DEFAULT_COMPATIBILITIES) as Compatibility[];
  return {
    family: spec.family,
    networkMode: 'awsvpc',
    ...(compatibilities.length === 0 ? {} : { requiresCompatibilities: compatibilities }),
    cpu: String(spec.cpu),
    memory: String(spec.memory),
    ...(resolved.executionRoleArn === null ? {} : { executionRoleArn: resolved.executionRoleArn }),
    ...(resolved.taskRoleArn === null ? {} : { taskRoleArn: resolved.taskRoleArn }),
    ...(spec.cpuArchitecture === undefined
      ? {}
      : { runtimePlatform: { cpuArchitecture: spec.cpuArchitecture, operatingSystemFamily: 'LINUX' } }),
    ...(spec.ephemeralStorage === undefined
      ? {}
      : { ephemeralStorage: { sizeInGiB: spec.ephemeralStorage } }),
    containerDefinitions: spec.containers.map((container) => containerDefinition(container, resolved.region)),
    tags: toLowerTags(tags),
  };
}

function containerDefinition(spec: ContainerSpec, region: string): ContainerDefinition {
  const { healthCheck, linuxParameters } = spec;
  return {
    name: spec.name,
    image: spec.image,
    essential: spec.essential,
    command: copy(spec.command),
    entryPoint: copy(spec.entryPoint),
    portMappings: copy(spec.portMappings),
    environment: Object.entries(spec.environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(spec.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    healthCheck: healthCheck && { ...healthCheck, command: [...healthCheck.command] },
    cpu: spec.cpu,
    memory: spec.memory,
    memoryReservation: spec.memoryReservation,
    user: spec.user,
    readonlyRootFilesystem: spec.readonlyRootFilesystem,
    linuxParameters: linuxParameters && {
      initProcessEnabled: linuxParameters.initProcessEnabled,
      capabilities: linuxParameters.capabilities && {
        add: copy(linuxParameters.capabilities.add),
        drop: copy(linuxParameters.capabilities.drop),
      },
    },
    ulimits: spec.ulimits?.map((ulimit) => ({ ...ulimit, name: ulimit.name as UlimitName })),
    dependsOn: copy(spec.dependsOn),
    stopTimeout: spec.stopTimeout,
    dockerLabels: spec.dockerLabels,
    workingDirectory: spec.workingDirectory,
    ...(spec.logs === null ? {} : { logConfiguration: logConfiguration(spec.logs, region) }),
  };
}

function logConfiguration(logs: ContainerLogs, region: string): LogConfiguration {
  const { logDriver, options } = logConfigurationOf(logs, region);
  return { logDriver: logDriver as LogDriver, options: { ...options } };
}

function copy<Item>(list: readonly Item[] | undefined): Item[] | undefined {
  return list && [...list];
}
