import type { Attribute, ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { isEcrImage } from './fargate.ts';
import { networkModeOf } from './network-modes.ts';

const CAPABILITY = 'ecs.capability';
const AWS_CAPABILITY = `com.amazonaws.${CAPABILITY}`;
const REMOTE_API = `${AWS_CAPABILITY}.docker-remote-api`;

/** Capabilities that a container agent needs for a definition, once each; the names are those that the agent itself registers (amazon-ecs-agent). */
export function requiredAttributes(definition: RegisterTaskDefinitionCommandInput): Attribute[] {
  const names = new Set([
    ...(definition.containerDefinitions ?? []).flatMap((container) => ofContainer(container, definition)),
    ...ofVolumes(definition),
    ...ofTask(definition),
  ]);
  return [...[...names].map((name) => ({ name })), ...ofPlatform(definition)];
}

/** The processor that was asked for, where instances have one or the other. */
function ofPlatform({
  runtimePlatform,
  requiresCompatibilities = [],
}: RegisterTaskDefinitionCommandInput): Attribute[] {
  const architecture = runtimePlatform?.cpuArchitecture;
  const isForFargate = requiresCompatibilities.length === 1 && requiresCompatibilities[0] === 'FARGATE';
  if (architecture === undefined || isForFargate) return [];
  return [{ name: 'ecs.cpu-architecture', value: architecture.toLowerCase() }];
}

function ofTask(definition: RegisterTaskDefinitionCommandInput): string[] {
  const { taskRoleArn, pidMode, ipcMode, proxyConfiguration } = definition;
  const networkMode = networkModeOf(definition);
  const role = `${AWS_CAPABILITY}.task-iam-role`;
  return [
    ...(taskRoleArn === undefined ? [] : [role]),
    ...(taskRoleArn !== undefined && networkMode === 'host' ? [`${role}-network-host`] : []),
    ...(networkMode === 'awsvpc' ? [`${CAPABILITY}.task-eni`] : []),
    ...((pidMode ?? ipcMode) === undefined ? [] : [`${CAPABILITY}.pid-ipc-namespace-sharing`]),
    ...(proxyConfiguration === undefined ? [] : [`${CAPABILITY}.aws-appmesh`]),
    `${REMOTE_API}.1.18`,
  ];
}

function ofVolumes({ volumes = [] }: RegisterTaskDefinitionCommandInput): string[] {
  return volumes.flatMap((volume) => {
    const { dockerVolumeConfiguration: docker, efsVolumeConfiguration: efs } = volume;
    return [
      ...(docker === undefined ? [] : [`${CAPABILITY}.docker-plugin.${docker.driver ?? 'local'}`]),
      ...(efs === undefined ? [] : [`${CAPABILITY}.efs`, `${REMOTE_API}.1.25`]),
      ...(efs?.authorizationConfig === undefined ? [] : [`${CAPABILITY}.efsAuth`]),
      ...(volume.fsxWindowsFileServerVolumeConfiguration === undefined
        ? []
        : [`${CAPABILITY}.fsxWindowsFileServer`]),
    ];
  });
}

function ofContainer(
  container: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionCommandInput,
): string[] {
  const {
    image,
    dependsOn = [],
    secrets = [],
    environmentFiles = [],
    dockerSecurityOptions = [],
  } = container;
  const isOrdered = dependsOn.length > 0 || (container.startTimeout ?? container.stopTimeout) !== undefined;
  return [
    ...ofLogs(container, executionRoleArn),
    ...ofRouter(container),
    ...(container.healthCheck === undefined
      ? []
      : [`${CAPABILITY}.container-health-check`, `${REMOTE_API}.1.24`]),
    ...(isEcrImage(image) ? [`${AWS_CAPABILITY}.ecr-auth`, `${CAPABILITY}.execution-role-ecr-pull`] : []),
    ...secrets.map(
      ({ valueFrom = '' }) => `${CAPABILITY}.secrets.${storeOf(valueFrom)}.environment-variables`,
    ),
    ...(isOrdered ? [`${CAPABILITY}.container-ordering`] : []),
    ...(environmentFiles.length > 0 ? [`${CAPABILITY}.env-files.s3`] : []),
    ...(container.repositoryCredentials === undefined
      ? []
      : [`${CAPABILITY}.private-registry-authentication.secretsmanager`]),
    ...(container.privileged === true ? [`${AWS_CAPABILITY}.privileged-container`] : []),
    ...(dockerSecurityOptions.some((option) => option.startsWith('label:'))
      ? [`${AWS_CAPABILITY}.selinux`]
      : []),
    ...(dockerSecurityOptions.some((option) => option.startsWith('apparmor:'))
      ? [`${AWS_CAPABILITY}.apparmor`]
      : []),
  ];
}

function ofLogs({ logConfiguration }: ContainerDefinition, executionRoleArn: string | undefined): string[] {
  if (logConfiguration === undefined) return [];
  const { logDriver, secretOptions = [] } = logConfiguration;
  const isAwslogs = logDriver === 'awslogs';
  return [
    `${AWS_CAPABILITY}.logging-driver.${logDriver}`,
    ...(isAwslogs && executionRoleArn !== undefined ? [`${CAPABILITY}.execution-role-awslogs`] : []),
    ...(isAwslogs ? [`${REMOTE_API}.1.19`] : []),
    ...secretOptions.map(
      ({ valueFrom = '' }) => `${CAPABILITY}.secrets.${storeOf(valueFrom)}.bootstrap.log-driver`,
    ),
  ];
}

function ofRouter({ firelensConfiguration }: ContainerDefinition): string[] {
  if (firelensConfiguration === undefined) return [];
  const source = firelensConfiguration.options?.['config-file-type'];
  return [
    `${CAPABILITY}.firelens.${firelensConfiguration.type}`,
    ...(source === undefined ? [] : [`${CAPABILITY}.firelens.options.config.${source}`]),
  ];
}

/** Secrets Manager, or Systems Manager for parameters. */
function storeOf(valueFrom: string): 'asm' | 'ssm' {
  return /^arn:[a-z-]+:secretsmanager:/.test(valueFrom) ? 'asm' : 'ssm';
}
