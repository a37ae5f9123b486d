import { specOf } from '../../core/fields/table.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from '../../kinds/task-definition/fields.ts';
import type { ContainerSpec, TaskDefinitionSpec } from '../../kinds/task-definition/spec.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

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
  { logs, ...bundle }: Surroundings,
): TaskDefinitionSpec {
  return {
    ...bundle,
    ...specOf(TASK.fields, spec),
    ...specOf(RUNTIME_PLATFORM.fields, spec.runtimePlatform ?? {}),
    containers: spec.containers.map((container) => containerSpec(container, logs)),
  };
}

function containerSpec(container: ContainerManifest, logs: ContainerSpec['logs']): ContainerSpec {
  const { logConfiguration } = container;
  return {
    ...specOf(CONTAINER.fields, container),
    logs: logConfiguration === undefined ? logs : ownLogs(logConfiguration),
  };
}

function ownLogs({
  logDriver,
  options = {},
}: NonNullable<ContainerManifest['logConfiguration']>): ContainerSpec['logs'] {
  return logDriver === 'none' ? null : { logDriver, options };
}
