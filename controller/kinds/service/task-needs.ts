import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';

/** What a task of a revision takes of the host that it is on. */
export interface TaskNeeds {
  /** `xray:7`. */
  readonly revision: string;
  /** CPU units. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly gpus: number | 'ALL';
  /** Ports of the host itself that it has to itself. */
  readonly ports: readonly HostPort[];
  /** Whether it has a network interface of its own (awsvpc). */
  readonly hasInterface: boolean;
  /** Attributes that the host must have; with a value, where that matters. */
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
  /** Expressions of its placement constraints, each of which must be true of the host. */
  readonly expressions: readonly string[];
}

export interface HostPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/**
 * What is reserved for a task is what it asks for as a whole, or else what its containers ask for: of memory what each reserves, or else its
 * limit (ECS developer guide, task size; ECS API reference, ContainerDefinition).
 */
export function taskNeeds(definition: TaskDefinition): TaskNeeds {
  const { family = '', revision = 0, networkMode, containerDefinitions: containers = [] } = definition;
  const { placementConstraints = [], requiresAttributes = [] } = definition;
  return {
    revision: `${family}:${revision}`,
    cpu: definition.cpu === undefined ? sumOf(containers, ({ cpu = 0 }) => cpu) : Number(definition.cpu),
    memoryMiB:
      definition.memory === undefined
        ? sumOf(containers, ({ memory = 0, memoryReservation = memory }) => memoryReservation)
        : Number(definition.memory),
    gpus: gpusOf(containers),
    ports: containers.flatMap((container) => portsOf(container, networkMode)),
    hasInterface: networkMode === 'awsvpc',
    attributes: requiresAttributes.map(({ name = '', value }) => ({
      name,
      ...(value === undefined || value === '' ? {} : { value }),
    })),
    expressions: placementConstraints.flatMap(({ expression }) => expression ?? []),
  };
}

/** Of a host, one or more, or all that it has (ECS API reference, ResourceRequirement). */
function gpusOf(containers: readonly ContainerDefinition[]): TaskNeeds['gpus'] {
  const values = containers
    .flatMap(({ resourceRequirements = [] }) => resourceRequirements)
    .flatMap(({ type, value = '' }) => (type === 'GPU' ? [value] : []));
  return values.includes('ALL') ? 'ALL' : values.reduce((sum, value) => sum + Number(value), 0);
}

function sumOf(
  containers: readonly ContainerDefinition[],
  amount: (container: ContainerDefinition) => number,
): number {
  return containers.reduce((sum, container) => sum + amount(container), 0);
}

/** In the host's network the port that it listens at; behind a bridge what is fixed. ECS chooses the others among those that are free. */
function portsOf(
  { portMappings = [] }: ContainerDefinition,
  networkMode: TaskDefinition['networkMode'],
): readonly HostPort[] {
  if (networkMode === 'awsvpc' || networkMode === 'none') return [];
  return portMappings.flatMap(({ containerPort = 0, hostPort = 0, protocol }) => {
    const port = networkMode === 'host' ? containerPort : hostPort;
    return port === 0 ? [] : [{ protocol: protocol === 'udp' ? 'udp' : 'tcp', port } as const];
  });
}
