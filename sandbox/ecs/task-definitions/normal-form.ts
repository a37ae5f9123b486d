import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { isEcrImage } from './fargate.ts';
import type { TaskSize } from './size.ts';

/** What AWS makes of a request: its defaults, spellings and additions (reference: task definitions). */
export function normaliseTaskDefinition(
  input: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
  made: Pick<TaskDefinition, 'taskDefinitionArn' | 'revision' | 'registeredAt' | 'registeredBy'> & {
    readonly onFargate: boolean;
  },
): TaskDefinition {
  const { tags: _tags, cpu: _cpu, memory: _memory, ...asked } = input;
  const { onFargate, ...identity } = made;
  const networkMode = input.networkMode ?? 'bridge';
  const compatibilities: Compatibility[] = onFargate ? ['EC2', 'FARGATE'] : ['EC2'];
  return present({
    ...asked,
    ...identity,
    networkMode,
    // AWS does not keep the order of containers, environment and secrets; nobody should come to rely on it.
    containerDefinitions: (input.containerDefinitions ?? [])
      .map((container) => normaliseContainer(container, networkMode))
      .toReversed(),
    status: 'ACTIVE' as const,
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    compatibilities,
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
    portMappings: (container.portMappings ?? []).map((mapping) =>
      present({
        ...mapping,
        hostPort: networkMode === 'awsvpc' ? mapping.containerPort : (mapping.hostPort ?? 0),
        protocol: mapping.protocol ?? ('tcp' as const),
      }),
    ),
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

/** Capabilities that a container agent needs for this definition; the names are ECS's own. */
function requiredAttributes(input: RegisterTaskDefinitionCommandInput): Attribute[] {
  const containers = input.containerDefinitions ?? [];
  const remoteApi = 'com.amazonaws.ecs.capability.docker-remote-api';
  const awslogs = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs');
  const needed: readonly (readonly [boolean, string])[] = [
    [awslogs, 'com.amazonaws.ecs.capability.logging-driver.awslogs'],
    [awslogs && input.executionRoleArn !== undefined, 'ecs.capability.execution-role-awslogs'],
    [awslogs, `${remoteApi}.1.19`],
    [
      containers.some(({ healthCheck }) => healthCheck !== undefined),
      'ecs.capability.container-health-check',
    ],
    [containers.some(({ healthCheck }) => healthCheck !== undefined), `${remoteApi}.1.24`],
    [containers.some(({ image }) => isEcrImage(image)), 'com.amazonaws.ecs.capability.ecr-auth'],
    [containers.some(({ image }) => isEcrImage(image)), 'ecs.capability.execution-role-ecr-pull'],
    [
      containers.some(({ secrets = [] }) => secrets.length > 0),
      'ecs.capability.secrets.ssm.environment-variables',
    ],
    [containers.some(({ dependsOn = [] }) => dependsOn.length > 0), 'ecs.capability.container-ordering'],
    [input.taskRoleArn !== undefined, 'com.amazonaws.ecs.capability.task-iam-role'],
    [input.networkMode === 'awsvpc', 'ecs.capability.task-eni'],
    [true, `${remoteApi}.1.18`],
  ];
  return needed.filter(([isNeeded]) => isNeeded).map(([, name]) => ({ name }));
}

/** A value without the members that are undefined: AWS answers with none of them. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
