import type {
  ContainerLogs,
  ContainerSpec,
  ContainerState,
  DefinitionFields,
  TaskDefinitionSpec,
} from './model.ts';

/** What the language has where a manifest says nothing. */
export const DEFAULT_COMPATIBILITIES: readonly string[] = ['FARGATE'];
/** GiB that Fargate gives a task that asks for none (reference: Fargate validity). */
export const DEFAULT_EPHEMERAL_STORAGE = 20;
/** What ECS fills in where a health check leaves it out (reference: task definitions, normalised). */
export const HEALTH_CHECK_DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 } as const;

/** A role that is not known yet is undefined, and then not compared. */
interface WantedRoles {
  readonly executionRole: string | null | undefined;
  readonly taskRole: string | null | undefined;
}

/** What git wants beside the containers, as ECS carries it. */
export function wantedFields(
  spec: TaskDefinitionSpec,
  { executionRole, taskRole }: WantedRoles,
): Partial<DefinitionFields> {
  return {
    cpu: spec.cpu,
    memory: spec.memory,
    networkMode: 'awsvpc',
    requiresCompatibilities: spec.requiresCompatibilities ?? DEFAULT_COMPATIBILITIES,
    ...(executionRole === undefined ? {} : { executionRoleArn: executionRole }),
    ...(taskRole === undefined ? {} : { taskRoleArn: taskRole }),
    cpuArchitecture: spec.cpuArchitecture ?? 'X86_64',
    operatingSystemFamily: 'LINUX',
    ephemeralStorage: spec.ephemeralStorage ?? DEFAULT_EPHEMERAL_STORAGE,
  };
}

/** What git wants of each container, as ECS carries it. */
export function wantedContainers(
  spec: TaskDefinitionSpec,
  region: string | undefined,
): Readonly<Record<string, Omit<ContainerState, 'other'>>> {
  return Object.fromEntries(
    spec.containers.map((container) => [container.name, wantedContainer(container, region)]),
  );
}

function wantedContainer(spec: ContainerSpec, region: string | undefined): Omit<ContainerState, 'other'> {
  return {
    image: spec.image,
    essential: spec.essential,
    command: listOrNull(spec.command),
    entryPoint: listOrNull(spec.entryPoint),
    portMappings: Object.fromEntries(
      spec.portMappings.map((mapping) => [
        `${mapping.containerPort}/${mapping.protocol}`,
        openAs(mapping.name),
      ]),
    ),
    environment: spec.environment,
    secrets: spec.secrets,
    healthCheck: spec.healthCheck === undefined ? null : { ...HEALTH_CHECK_DEFAULTS, ...spec.healthCheck },
    cpu: spec.cpu ?? 0,
    memory: spec.memory ?? null,
    memoryReservation: spec.memoryReservation ?? null,
    user: spec.user ?? null,
    readonlyRootFilesystem: spec.readonlyRootFilesystem ?? false,
    linuxParameters: {
      initProcessEnabled: spec.linuxParameters?.initProcessEnabled ?? false,
      capabilities: {
        add: spec.linuxParameters?.capabilities?.add ?? [],
        drop: spec.linuxParameters?.capabilities?.drop ?? [],
      },
    },
    ulimits: Object.fromEntries(
      (spec.ulimits ?? []).map(({ name, softLimit, hardLimit }) => [name, `${softLimit}:${hardLimit}`]),
    ),
    dependsOn: Object.fromEntries(
      (spec.dependsOn ?? []).map(({ containerName, condition }) => [containerName, condition]),
    ),
    stopTimeout: spec.stopTimeout ?? null,
    dockerLabels: spec.dockerLabels ?? {},
    workingDirectory: spec.workingDirectory ?? null,
    logConfiguration: spec.logs === null ? null : logConfigurationOf(spec.logs, region),
  };
}

/** Without a region where that is not known. */
export function logConfigurationOf(
  logs: ContainerLogs,
  region: string | undefined,
): NonNullable<ContainerState['logConfiguration']> {
  if ('logDriver' in logs) return logs;
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logs.group,
      ...(region === undefined ? {} : { 'awslogs-region': region }),
      'awslogs-stream-prefix': logs.streamPrefix,
    },
  };
}

/** What stands for a port mapping beside its port and protocol. */
export function openAs(name: string | undefined): string {
  return name === undefined ? 'open' : `open as ${name}`;
}

/** An empty list is none: the image's own command or entry point counts. */
export function listOrNull(list: readonly string[] | undefined): readonly string[] | null {
  return list === undefined || list.length === 0 ? null : list;
}
