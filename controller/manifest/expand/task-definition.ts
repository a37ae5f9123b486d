import { specOf } from '../../core/fields/table.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from '../../kinds/task-definition/fields.ts';
import type { NetworkMode } from '../../kinds/task-definition/fields.ts';
import type { ContainerSpec, TaskDefinitionSpec } from '../../kinds/task-definition/spec.ts';
import type { Image, ImageManifest } from '../../kinds/task-definition/images.ts';
import { hostOf } from '../host.ts';
import { repositoryId } from './repository.ts';
import type { Declared } from './declared.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

/** What the other resources of the bundle give the task definition. */
type Surroundings = Pick<
  TaskDefinitionSpec,
  'family' | 'environment' | 'executionRole' | 'taskRole' | 'logGroups'
> & {
  /** Of containers that do not say themselves. */
  readonly logs: ContainerSpec['logs'];
  readonly repositories?: Declared['repositories'];
};

export function taskDefinitionSpec(
  spec: DaemonServiceManifestSpec,
  { logs, repositories = new Map(), ...bundle }: Surroundings,
): TaskDefinitionSpec {
  const { networkMode = 'awsvpc' } = spec;
  const host = hostOf(spec);
  // Without a word ECS would check nothing, and the first task would tell.
  const usual = host === 'FARGATE' ? {} : { requiresCompatibilities: [host] };
  return {
    ...bundle,
    ...specOf(TASK.fields, { ...usual, ...spec }),
    ...specOf(RUNTIME_PLATFORM.fields, spec.runtimePlatform ?? {}),
    containers: spec.containers.map((container) => ({
      ...containerSpec(container, networkMode, logs),
      image: imageSpec(container.image, bundle.environment.name, repositories),
    })),
  };
}

function containerSpec(
  container: ContainerManifest,
  networkMode: NetworkMode,
  logs: ContainerSpec['logs'],
): Omit<ContainerSpec, 'image'> {
  const { logConfiguration, portMappings = [] } = container;
  return {
    ...specOf(CONTAINER.fields, { ...container, portMappings: portsOf(portMappings, networkMode) }),
    logs: logConfiguration === undefined ? logs : ownLogs(logConfiguration),
  };
}

function imageSpec(image: ImageManifest, environment: string, repositories: Declared['repositories']): Image {
  if (typeof image === 'string') return image;
  const { repository, ...which } = image;
  return { repository: repositoryId(environment, repositories.get(repository) ?? repository), ...which };
}

function ownLogs({
  logDriver,
  options = {},
  secretOptions = [],
}: NonNullable<ContainerManifest['logConfiguration']>): ContainerSpec['logs'] {
  if (logDriver === 'none') return null;
  return { logDriver, options, ...(secretOptions.length === 0 ? {} : { secretOptions }) };
}

type PortMappings = NonNullable<ContainerManifest['portMappings']>;

/** A port of the host is another than that of the container behind a bridge only. */
function portsOf(mappings: PortMappings, networkMode: NetworkMode): PortMappings {
  if (networkMode === 'bridge') return mappings;
  return mappings.map(({ hostPort: _same, ...mapping }) => mapping);
}
