import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  UlimitName,
} from '@aws-sdk/client-ecs';
import { toLowerTags } from '../../aws/tags.ts';
import type { Tags } from '../../core/resource.ts';
import type { ContainerSpec, TaskDefinitionSpec } from './model.ts';

/** What RegisterTaskDefinition is asked for; what the manifest leaves out is left to ECS. */
export function registration(
  spec: TaskDefinitionSpec,
  resolved: {
    readonly executionRoleArn: string;
    readonly taskRoleArn: string | null;
    readonly region: string;
  },
  tags: Tags,
): RegisterTaskDefinitionCommandInput {
  return {
    family: spec.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(spec.cpu),
    memory: String(spec.memory),
    executionRoleArn: resolved.executionRoleArn,
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
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': spec.logs.group,
        'awslogs-region': region,
        'awslogs-stream-prefix': spec.logs.streamPrefix,
      },
    },
  };
}

function copy<Item>(list: readonly Item[] | undefined): Item[] | undefined {
  return list && [...list];
}
