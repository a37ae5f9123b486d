import type { ContainerSpec, TaskDefinitionSpec } from '../../kinds/task-definition/model.ts';
import type { ContainerManifest } from '../schema/container.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { sizeInUnits } from '../task-size.ts';

/** ECS's defaults for a health check. */
const HEALTH_CHECK = { interval: 30, timeout: 5, retries: 3 };

/** What the other resources of the bundle give the task definition. */
type Surroundings = Pick<
  TaskDefinitionSpec,
  'family' | 'environment' | 'executionRole' | 'taskRole' | 'logGroups'
> & {
  /** Of containers that do not say themselves. */
  readonly logs: ContainerSpec['logs'];
};

export function taskDefinitionSpec(
  spec: DaemonServiceManifestSpec,
  around: Surroundings,
): TaskDefinitionSpec {
  const { logs, ...rest } = around;
  const cpuArchitecture = spec.runtimePlatform?.cpuArchitecture;
  const ephemeralStorage = spec.ephemeralStorage?.sizeInGiB;
  return {
    ...rest,
    ...(spec.requiresCompatibilities !== undefined && {
      requiresCompatibilities: spec.requiresCompatibilities,
    }),
    cpu: sizeInUnits(spec.cpu),
    memory: sizeInUnits(spec.memory),
    ...(cpuArchitecture !== undefined && { cpuArchitecture }),
    ...(ephemeralStorage !== undefined && { ephemeralStorage }),
    containers: spec.containers.map((container) => containerSpec(container, logs)),
  };
}

function containerSpec(container: ContainerManifest, logs: ContainerSpec['logs']): ContainerSpec {
  const {
    essential = true,
    portMappings = [],
    environment = {},
    secrets = {},
    healthCheck,
    logConfiguration,
    ...rest
  } = container;
  return {
    ...rest,
    essential,
    portMappings: portMappings.map(({ containerPort, protocol = 'tcp', name }) => ({
      containerPort,
      protocol,
      ...(name !== undefined && { name }),
    })),
    environment,
    secrets,
    ...(healthCheck !== undefined && { healthCheck: { ...HEALTH_CHECK, ...healthCheck } }),
    logs: logConfiguration === undefined ? logs : ownLogs(logConfiguration),
  };
}

function ownLogs({
  logDriver,
  options = {},
}: NonNullable<ContainerManifest['logConfiguration']>): ContainerSpec['logs'] {
  return logDriver === 'none' ? null : { logDriver, options };
}
