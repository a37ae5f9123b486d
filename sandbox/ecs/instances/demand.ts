import type { Attribute, ContainerDefinition, TaskDefinition, TaskOverride } from '@aws-sdk/client-ecs';

/** A port of a container, as the task definition maps it. */
export interface MappedPorts {
  readonly container: string;
  readonly protocol: 'tcp' | 'udp';
  readonly containerPort: number;
  /** How many ports from that one on: more than one of a range alone. */
  readonly count: number;
  /** Undefined where ECS chooses one. */
  readonly hostPort: number | undefined;
}

/** What a task takes of the container instance that it runs on. */
export interface TaskDemand {
  readonly cpu: number;
  readonly memoryMiB: number;
  /** How many, or all that there are. */
  readonly gpus: number | 'ALL';
  /** Of tasks behind a bridge and in the host's network. */
  readonly ports: readonly MappedPorts[];
  readonly hasInterface: boolean;
  /** With a value, where that matters. */
  readonly attributes: readonly Attribute[];
}

/** What is reserved for a task: what it asks for as a whole, else what its containers ask for (developer guide, task size). */
export function demandOf(definition: TaskDefinition, overrides: TaskOverride = {}): TaskDemand {
  const containers = (definition.containerDefinitions ?? []).map((container) => ({
    ...container,
    ...overrides.containerOverrides?.find(({ name }) => name === container.name),
  })) as readonly ContainerDefinition[];
  const cpu = overrides.cpu ?? definition.cpu;
  const memory = overrides.memory ?? definition.memory;
  return {
    cpu: cpu === undefined ? sum(containers, ({ cpu: own = 0 }) => own) : Number(cpu),
    memoryMiB:
      memory === undefined
        ? sum(containers, ({ memory: own = 0, memoryReservation = own }) => memoryReservation)
        : Number(memory),
    gpus: gpusOf(containers),
    ports: containers.flatMap((container) => portsOf(container, definition.networkMode)),
    hasInterface: definition.networkMode === 'awsvpc',
    attributes: definition.requiresAttributes ?? [],
  };
}

function sum(
  containers: readonly ContainerDefinition[],
  amountOf: (container: ContainerDefinition) => number,
): number {
  return containers.reduce((total, container) => total + amountOf(container), 0);
}

/** Those that are shared are counted by nobody here. */
function gpusOf(containers: readonly ContainerDefinition[]): number | 'ALL' {
  const wanted = containers
    .flatMap(({ resourceRequirements = [] }) => resourceRequirements)
    .filter(({ type, sharingStrategy }) => type === 'GPU' && sharingStrategy === undefined);
  if (wanted.some(({ value }) => value === 'ALL')) return 'ALL';
  return wanted.reduce((total, { value }) => total + Number(value), 0);
}

function portsOf(
  { name = '', portMappings = [] }: ContainerDefinition,
  networkMode: string | undefined,
): MappedPorts[] {
  if (networkMode !== 'host' && networkMode !== 'bridge') return [];
  return portMappings.map(({ protocol = 'tcp', containerPort = 0, hostPort = 0, containerPortRange }) => {
    const common = { container: name, protocol };
    if (containerPortRange !== undefined) {
      const [first = 0, last = 0] = containerPortRange.split('-').map(Number);
      return { ...common, containerPort: first, count: last - first + 1, hostPort: undefined };
    }
    // In the host's own network a container has the port that it listens at.
    const fixed = networkMode === 'host' ? containerPort : hostPort;
    return { ...common, containerPort, count: 1, hostPort: fixed === 0 ? undefined : fixed };
  });
}
