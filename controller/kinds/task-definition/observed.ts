import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ContainerState, DefinitionFields, TaskDefinitionState } from './model.ts';
import { DEFAULT_EPHEMERAL_STORAGE, HEALTH_CHECK_DEFAULTS, listOrNull, openAs } from './wanted.ts';

/** A described revision in our words, with what ECS adds and reorders undone (reference: task definitions). */
export function fromTaskDefinition(definition: TaskDefinition): TaskDefinitionState {
  const {
    containerDefinitions,
    family: _family,
    revision,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    taskRoleArn,
    runtimePlatform,
    ephemeralStorage,
    // What the server adds says nothing about what was asked for.
    taskDefinitionArn: _arn,
    status: _status,
    requiresAttributes: _requiresAttributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...rest
  } = definition;
  const fields: DefinitionFields = {
    cpu: cpu === undefined ? null : unitsOf(cpu),
    memory: memory === undefined ? null : unitsOf(memory),
    networkMode: networkMode ?? 'bridge',
    requiresCompatibilities: requiresCompatibilities ?? [],
    executionRoleArn: executionRoleArn ?? null,
    taskRoleArn: taskRoleArn ?? null,
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? 'X86_64',
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
    ephemeralStorage: ephemeralStorage?.sizeInGiB ?? DEFAULT_EPHEMERAL_STORAGE,
  };
  const containers = (containerDefinitions ?? []).map(
    (container) => [container.name ?? '', fromContainer(container)] as const,
  );
  return {
    revision: revision ?? 0,
    fields,
    containers: Object.fromEntries(containers),
    other: meaningful(rest),
  };
}

function fromContainer(definition: ContainerDefinition): ContainerState {
  const {
    name: _name,
    image,
    essential,
    command,
    entryPoint,
    portMappings,
    environment,
    secrets,
    healthCheck,
    cpu,
    memory,
    memoryReservation,
    user,
    readonlyRootFilesystem,
    linuxParameters,
    ulimits,
    dependsOn,
    stopTimeout,
    dockerLabels,
    workingDirectory,
    logConfiguration,
    versionConsistency,
    ...rest
  } = definition;
  const { initProcessEnabled, capabilities, ...otherLinuxParameters } = linuxParameters ?? {};
  const otherLinux = meaningful(otherLinuxParameters);
  const secretOptions = logConfiguration?.secretOptions ?? [];
  return {
    image: image ?? '',
    essential: essential ?? true,
    command: listOrNull(command),
    entryPoint: listOrNull(entryPoint),
    portMappings: Object.fromEntries(
      (portMappings ?? []).map(({ containerPort, containerPortRange, protocol, name, appProtocol }) => [
        `${containerPortRange ?? containerPort}/${protocol ?? 'tcp'}`,
        openAs(name) + (appProtocol === undefined ? '' : ` for ${appProtocol}`),
      ]),
    ),
    environment: Object.fromEntries(
      (environment ?? []).map((entry) => [entry.name ?? '', entry.value ?? '']),
    ),
    secrets: Object.fromEntries((secrets ?? []).map((secret) => [secret.name ?? '', secret.valueFrom ?? ''])),
    healthCheck:
      healthCheck === undefined
        ? null
        : {
            command: healthCheck.command ?? [],
            interval: healthCheck.interval ?? HEALTH_CHECK_DEFAULTS.interval,
            timeout: healthCheck.timeout ?? HEALTH_CHECK_DEFAULTS.timeout,
            retries: healthCheck.retries ?? HEALTH_CHECK_DEFAULTS.retries,
            startPeriod: healthCheck.startPeriod ?? HEALTH_CHECK_DEFAULTS.startPeriod,
          },
    cpu: cpu ?? 0,
    memory: memory ?? null,
    memoryReservation: memoryReservation ?? null,
    user: user === undefined || user === '' ? null : user,
    readonlyRootFilesystem: readonlyRootFilesystem ?? false,
    linuxParameters: {
      initProcessEnabled: initProcessEnabled ?? false,
      capabilities: { add: capabilities?.add ?? [], drop: capabilities?.drop ?? [] },
    },
    ulimits: Object.fromEntries(
      (ulimits ?? []).map(({ name, softLimit, hardLimit }) => [name ?? '', `${softLimit}:${hardLimit}`]),
    ),
    dependsOn: Object.fromEntries(
      (dependsOn ?? []).map(({ containerName, condition }) => [containerName ?? '', condition ?? '']),
    ),
    stopTimeout: stopTimeout ?? null,
    dockerLabels: dockerLabels ?? {},
    workingDirectory: workingDirectory === undefined || workingDirectory === '' ? null : workingDirectory,
    logConfiguration:
      logConfiguration === undefined
        ? null
        : { logDriver: logConfiguration.logDriver ?? '', options: logConfiguration.options ?? {} },
    other: {
      ...meaningful(rest),
      // What ECS takes an omitted one for (ECS API reference, ContainerDefinition).
      ...(versionConsistency === undefined || versionConsistency === 'enabled' ? {} : { versionConsistency }),
      ...(Object.keys(otherLinux).length === 0 ? {} : { otherLinuxParameters: otherLinux }),
      ...(secretOptions.length === 0 ? {} : { logSecretOptions: secretOptions }),
    },
  };
}

/** What is not just ECS's way of saying that there is nothing: empty lists and objects, false, empty text. */
function meaningful(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** ECS takes `1 vCPU` and `1GB` too; both have 1024 units (reference: task definitions, normalised). */
function unitsOf(text: string): number {
  const amount = Number.parseFloat(text);
  return /vcpu|gb/i.test(text) ? amount * 1024 : amount;
}
