import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
  Volume,
} from '@aws-sdk/client-ecs';
import { networkModeOf } from './network-modes.ts';
import { requiredAttributes } from './required-attributes.ts';
import type { TaskSize } from './size.ts';

/** What AWS makes of a request: its defaults, spellings and additions (reference: task definitions). */
export function normaliseTaskDefinition(
  input: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
  made: Pick<
    TaskDefinition,
    'taskDefinitionArn' | 'revision' | 'registeredAt' | 'registeredBy' | 'compatibilities'
  >,
): TaskDefinition {
  const { tags: _tags, cpu: _cpu, memory: _memory, ...asked } = input;
  const networkMode = networkModeOf(input);
  return present({
    ...asked,
    ...made,
    networkMode,
    // AWS does not keep the order of containers, environment and secrets; nobody should come to rely on it.
    containerDefinitions: (input.containerDefinitions ?? [])
      .map((container) => normaliseContainer(container, networkMode))
      .toReversed(),
    status: 'ACTIVE' as const,
    volumes: (input.volumes ?? []).map(normaliseVolume),
    placementConstraints: input.placementConstraints ?? [],
    requiresAttributes: requiredAttributes(input),
    cpu: size.cpu === undefined ? undefined : String(size.cpu),
    memory: size.memory === undefined ? undefined : String(size.memory),
  });
}

function normaliseContainer(container: ContainerDefinition, networkMode: string): ContainerDefinition {
  return present({
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    portMappings: (container.portMappings ?? []).map((mapping) => normalisePort(mapping, networkMode)),
    environment: (container.environment ?? []).toReversed(),
    ...(container.secrets === undefined ? {} : { secrets: container.secrets.toReversed() }),
    environmentFiles: container.environmentFiles ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...(container.healthCheck === undefined
      ? {}
      : {
          healthCheck: {
            ...container.healthCheck,
            interval: container.healthCheck.interval ?? 30,
            timeout: container.healthCheck.timeout ?? 5,
            retries: container.healthCheck.retries ?? 3,
          },
        }),
  });
}

/** A range has no ports of the host before its task runs (API reference, PortMapping). */
function normalisePort(mapping: PortMapping, networkMode: string): PortMapping {
  const protocol = mapping.protocol ?? ('tcp' as const);
  if (mapping.containerPortRange !== undefined) return { ...mapping, protocol };
  const hostPort = networkMode === 'awsvpc' ? mapping.containerPort : (mapping.hostPort ?? 0);
  return present({ ...mapping, hostPort, protocol });
}

/** Of EFS the root directory, and a Docker volume's scope, are filled in (API reference, Volume). */
function normaliseVolume(volume: Volume): Volume {
  const { efsVolumeConfiguration: efs, dockerVolumeConfiguration: docker } = volume;
  return {
    ...volume,
    ...(efs === undefined
      ? {}
      : { efsVolumeConfiguration: { ...efs, rootDirectory: efs.rootDirectory || '/' } }),
    ...(docker === undefined
      ? {}
      : { dockerVolumeConfiguration: { ...docker, scope: docker.scope ?? ('task' as const) } }),
  };
}

/** A value without the members that are undefined: AWS answers with none of them. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
