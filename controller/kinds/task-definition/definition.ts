import type {
  ContainerDefinition,
  LogConfiguration,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { awsOf, wholeStateOf } from '../../core/fields/table.ts';
import type { Needs } from '../../core/outputs.ts';
import { CONTAINER } from './container-fields.ts';
import { imageIn } from './images.ts';
import { RUNTIME_PLATFORM, TASK } from './fields.ts';
import type { ContainerLogs, ContainerSpec, TaskDefinitionSpec } from './spec.ts';
import type { ContainerState, TaskDefinitionState } from './state.ts';

/** What a definition says that git does not; undefined where it is not known. */
export interface Given {
  readonly region: string | undefined;
  /** Of each container. */
  readonly images: readonly (string | undefined)[];
}

export function givenBy({ environment, containers }: TaskDefinitionSpec, needs: Needs): Given {
  return {
    region: needs(environment)?.region,
    images: containers.map(({ image }) => imageIn(image, needs)),
  };
}

/** What RegisterTaskDefinition is asked for, but for roles and tags; what the manifest leaves out is left to ECS. */
export function toDefinition(
  spec: TaskDefinitionSpec,
  { region, images }: Given,
): RegisterTaskDefinitionCommandInput {
  return {
    family: spec.family,
    ...awsOf(TASK.fields, spec),
    runtimePlatform: awsOf(RUNTIME_PLATFORM.fields, spec),
    containerDefinitions: spec.containers.map((container, nth) =>
      toContainer(container, images[nth], region),
    ),
  };
}

function toContainer(
  spec: ContainerSpec,
  image: string | undefined,
  region: string | undefined,
): ContainerDefinition {
  const definition = awsOf(CONTAINER.fields, { ...spec, image });
  return spec.logs === null ? definition : { ...definition, logConfiguration: toLogs(spec.logs, region) };
}

/** The log configuration of a container; it names no Region while that is not known. */
function toLogs(logs: ContainerLogs, region: string | undefined): LogConfiguration {
  if ('logDriver' in logs) {
    const { secretOptions, ...rest } = logs;
    return secretOptions === undefined ? rest : { ...rest, secretOptions: [...secretOptions] };
  }
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logs.group,
      ...(region === undefined ? {} : { 'awslogs-region': region }),
      'awslogs-stream-prefix': logs.streamPrefix,
    },
  };
}

/** A described revision in our words, with what ECS adds and reorders undone (reference: task definitions). */
export function fromDefinition(
  definition: TaskDefinition | RegisterTaskDefinitionCommandInput,
): TaskDefinitionState {
  const { executionRoleArn = null, taskRoleArn = null, containerDefinitions = [] } = definition;
  return {
    revision: 'revision' in definition ? (definition.revision ?? 0) : 0,
    fields: {
      ...wholeStateOf(TASK, definition),
      ...wholeStateOf(RUNTIME_PLATFORM, definition.runtimePlatform ?? {}),
      executionRoleArn,
      taskRoleArn,
    },
    containers: Object.fromEntries(
      containerDefinitions.map((container) => fromContainer(container, definition.networkMode)),
    ),
  };
}

function fromContainer(
  { portMappings = [], ...definition }: ContainerDefinition,
  networkMode: string | undefined,
): readonly [string, ContainerState] {
  const { name, ...state } = wholeStateOf(CONTAINER, {
    ...definition,
    portMappings: withoutImpliedPorts(portMappings, networkMode),
  });
  return [name ?? '', state];
}

/** Port mappings without the ports of the host that say nothing: ECS shows the container's own, and 0 where it will choose. */
export function withoutImpliedPorts(mappings: readonly PortMapping[], networkMode = 'bridge'): PortMapping[] {
  return mappings.map(({ hostPort = 0, ...mapping }) =>
    networkMode === 'bridge' && hostPort !== 0 ? { ...mapping, hostPort } : mapping,
  );
}
