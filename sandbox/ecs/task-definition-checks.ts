import type {
  ContainerDefinition,
  HealthCheck,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';
import { ECS_NAME } from './names.ts';

/** Task-level sizes in units and MiB, where set. */
export interface TaskSize {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/**
 * `256`, `.25 vCPU` and `512`, `0.5 GB` in units and MiB (API reference, RegisterTaskDefinition).
 * Throws ClientException for anything else.
 */
export function readTaskSize(input: RegisterTaskDefinitionCommandInput): TaskSize {
  return {
    cpu: readAmount(input.cpu, /^(\d*\.?\d+)\s*vcpu$/i, "Invalid 'cpu' setting for task."),
    memory: readAmount(input.memory, /^(\d*\.?\d+)\s*gb$/i, "Invalid 'memory' setting for task."),
  };
}

function readAmount(text: string | undefined, large: RegExp, refusal: string): number | undefined {
  if (text === undefined) return undefined;
  const inLargeUnits = large.exec(text.trim())?.[1];
  const amount = inLargeUnits === undefined ? Number(text) : Number(inLargeUnits) * 1024;
  if (!Number.isInteger(amount) || amount <= 0) throw clientError(refusal);
  return amount;
}

/** What every launch type asks of a definition. Throws ClientException. */
export function checkTaskDefinition(input: RegisterTaskDefinitionCommandInput, size: TaskSize): void {
  if (input.family === undefined || input.family === '') {
    throw clientError('Family should not be null or empty.');
  }
  if (!ECS_NAME.test(input.family)) throw clientError('Family contains invalid characters.');
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > 10) throw clientError('containerDefinitions can have at most 10 items.');
  const names = new Set<string>();
  for (const container of containers) {
    checkContainer(container, input, size);
    if (names.has(container.name!)) throw clientError(`Container name '${container.name}' is not unique.`);
    names.add(container.name!);
  }
  if (!containers.some(({ essential }) => essential ?? true)) {
    throw clientError('At least one container in a task definition must be essential.');
  }
  checkDependencies(containers);
  checkSums(containers, size);
  checkPortNames(containers);
}

function checkContainer(
  container: ContainerDefinition,
  input: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
): void {
  if (!container.name) throw clientError('Container.name should not be null or empty.');
  if (!ECS_NAME.test(container.name)) throw clientError('Container.name contains invalid characters.');
  if (!container.image) throw clientError('Container.image should not be null or empty.');
  const setting = `Invalid setting for container '${container.name}'.`;
  const { cpu = 0, memory, memoryReservation } = container;
  if (cpu < 0) throw clientError(`${setting} 'cpu' must not be negative.`);
  if (memory === undefined && memoryReservation === undefined && size.memory === undefined) {
    throw clientError(`${setting} At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  if (memory !== undefined && memory < 6) throw clientError(`${setting} 'memory' must be at least 6.`);
  if (memory !== undefined && memoryReservation !== undefined && memory <= memoryReservation) {
    throw clientError(`${setting} The 'memory' setting must be greater than 'memoryReservation'.`);
  }
  if (size.memory !== undefined && (memory ?? memoryReservation ?? 0) > size.memory) {
    throw clientError("The 'memory' setting for container is greater than for the task.");
  }
  if ((container.secrets ?? []).length > 0 && input.executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
  for (const { name } of container.environment ?? []) {
    if (!name) throw clientError(`${setting} Environment variable names should not be null or empty.`);
  }
  for (const mapping of container.portMappings ?? []) checkPort(mapping, input.networkMode, setting);
  if (container.healthCheck !== undefined) checkHealthCheck(container.healthCheck, setting);
}

function checkPort(mapping: PortMapping, networkMode: string | undefined, setting: string): void {
  const { containerPort, hostPort, protocol = 'tcp', appProtocol, name, containerPortRange } = mapping;
  if (containerPortRange !== undefined) return;
  if (containerPort === undefined || containerPort < 1 || containerPort > 65_535) {
    throw clientError(`${setting} 'containerPort' must be between 1 and 65535.`);
  }
  if (protocol !== 'tcp' && protocol !== 'udp')
    throw clientError(`${setting} 'protocol' must be tcp or udp.`);
  if (networkMode === 'awsvpc' && hostPort !== undefined && hostPort !== containerPort) {
    throw clientError(
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    );
  }
  if (appProtocol !== undefined && name === undefined) {
    throw clientError(`${setting} A port mapping with 'appProtocol' must have a 'name'.`);
  }
}

/** Bounds: API reference, HealthCheck. */
function checkHealthCheck(check: HealthCheck, setting: string): void {
  const [type] = check.command ?? [];
  if (type !== 'CMD' && type !== 'CMD-SHELL' && type !== 'NONE') {
    throw clientError(`${setting} The health check command must begin with CMD, CMD-SHELL or NONE.`);
  }
  for (const [name, value, least, most] of [
    ['interval', check.interval, 5, 300],
    ['timeout', check.timeout, 2, 120],
    ['retries', check.retries, 1, 10],
    ['startPeriod', check.startPeriod, 0, 300],
  ] as const) {
    if (value !== undefined && (value < least || value > most)) {
      throw clientError(`${setting} The health check '${name}' must be between ${least} and ${most}.`);
    }
  }
}

function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = byName.get(containerName);
      if (other === undefined || containerName === name) {
        throw clientError(
          `Container '${name}' depends on '${containerName}', which is not another container.`,
        );
      }
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        throw clientError(
          `Container '${name}' depends on '${containerName}' being HEALTHY, which has no health check.`,
        );
      }
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && (other.essential ?? true)) {
        throw clientError(`A container that others depend on with ${condition} cannot be essential.`);
      }
    }
  }
}

function checkSums(containers: readonly ContainerDefinition[], size: TaskSize): void {
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (size.cpu !== undefined && cpu > size.cpu) {
    throw clientError("The sum of the containers' 'cpu' settings is greater than for the task.");
  }
  const memory = containers.reduce((sum, { memory, memoryReservation }) => {
    return sum + (memoryReservation ?? memory ?? 0);
  }, 0);
  if (size.memory !== undefined && memory > size.memory) {
    throw clientError("The sum of the containers' 'memory' settings is greater than for the task.");
  }
}

function checkPortNames(containers: readonly ContainerDefinition[]): void {
  const names = new Set<string>();
  for (const { name } of containers.flatMap(({ portMappings = [] }) => portMappings)) {
    if (name === undefined) continue;
    if (names.has(name)) throw clientError(`The port mapping name '${name}' is not unique.`);
    names.add(name);
  }
}
