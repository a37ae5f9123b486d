import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';

/**
 * CPU units → memory in MiB that Fargate offers with it: [least, most, step].
 * Source: ECS developer guide, "Amazon ECS task definition parameters for Fargate" (reference: Fargate validity).
 */
const MEMORY_BY_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
  [32_768, [61_440, 122_880, 249_856]],
]);

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];

/** Container settings that Fargate does not know (reference: Fargate validity). */
const REFUSED_SETTINGS = [
  'disableNetworking',
  'dnsSearchDomains',
  'dnsServers',
  'dockerSecurityOptions',
  'extraHosts',
  'links',
  'privileged',
] as const satisfies readonly (keyof ContainerDefinition)[];

const REFUSED_LINUX_PARAMETERS = ['devices', 'maxSwap', 'sharedMemorySize', 'swappiness', 'tmpfs'] as const;

/** Why a definition cannot run on Fargate, in AWS's words; undefined where it can. `cpu` in units, `memory` in MiB. */
export function whyNotOnFargate(
  definition: RegisterTaskDefinitionCommandInput,
  size: { readonly cpu: number | undefined; readonly memory: number | undefined },
): string | undefined {
  if (definition.networkMode !== 'awsvpc') return 'Fargate only supports network mode ‘awsvpc’.';
  return (
    whyNotThisSize(size) ??
    whyNotTheseTaskSettings(definition) ??
    (definition.containerDefinitions ?? [])
      .map((container) => whyNotThisContainer(container, definition.executionRoleArn))
      .find((why) => why !== undefined)
  );
}

function whyNotThisSize(size: {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}): string | undefined {
  if (size.cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level.";
  if (size.memory === undefined) return "Fargate requires that 'memory' be defined at the task level.";
  const memory = MEMORY_BY_CPU.get(size.cpu);
  if (memory === undefined) return "Invalid 'cpu' setting for task.";
  return memory.includes(size.memory) ? undefined : 'No Fargate configuration exists for given values.';
}

function whyNotTheseTaskSettings(definition: RegisterTaskDefinitionCommandInput): string | undefined {
  if (definition.ipcMode !== undefined) return unsupported('ipcMode');
  if (definition.pidMode === 'host') return unsupported("pidMode 'host'");
  if ((definition.placementConstraints ?? []).length > 0) return unsupported('placementConstraints');
  if ((definition.inferenceAccelerators ?? []).length > 0) return unsupported('inferenceAccelerators');
  const gib = definition.ephemeralStorage?.sizeInGiB;
  if (gib !== undefined && gib < 21) return "The 'ephemeralStorage' size should be at least 21.";
  if (gib !== undefined && gib > 200) return "The 'ephemeralStorage' size should be at most 200.";
  return undefined;
}

function whyNotThisContainer(
  container: ContainerDefinition,
  executionRoleArn: string | undefined,
): string | undefined {
  for (const setting of REFUSED_SETTINGS) {
    const value = container[setting];
    if (value === true || (Array.isArray(value) && value.length > 0)) return unsupported(setting);
  }
  for (const parameter of REFUSED_LINUX_PARAMETERS) {
    const value = container.linuxParameters?.[parameter];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return unsupported(parameter);
  }
  const refusedCapability = container.linuxParameters?.capabilities?.add?.find(
    (name) => name !== 'SYS_PTRACE',
  );
  if (refusedCapability !== undefined) return unsupported(`adding the capability ${refusedCapability}`);
  if (container.resourceRequirements?.some(({ type }) => type === 'GPU') === true) return unsupported('gpu');
  if ((container.stopTimeout ?? 0) > 120) {
    return `Invalid setting for container '${container.name}'. 'stopTimeout' must be at most 120 on Fargate.`;
  }
  return whyNotThisLog(container) ?? whyTheRoleIsNeeded(container, executionRoleArn);
}

function whyNotThisLog({ logConfiguration }: ContainerDefinition): string | undefined {
  if (logConfiguration === undefined) return undefined;
  const { logDriver, options = {} } = logConfiguration;
  if (logDriver === undefined || !LOG_DRIVERS.includes(logDriver)) {
    return unsupported(`the log driver ${logDriver}`);
  }
  if (logDriver !== 'awslogs') return undefined;
  const missing = ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix'].find((name) => !options[name]);
  return missing === undefined
    ? undefined
    : `Log driver awslogs option '${missing}' should not be null or empty.`;
}

function whyTheRoleIsNeeded(
  container: ContainerDefinition,
  executionRoleArn: string | undefined,
): string | undefined {
  if (executionRoleArn !== undefined) return undefined;
  const needs = 'Fargate requires task definition to have execution role ARN to support';
  if (isEcrImage(container.image)) return `${needs} ECR images.`;
  if (container.logConfiguration?.logDriver === 'awslogs') return `${needs} log driver awslogs.`;
  return undefined;
}

/** In a private ECR registry. */
export function isEcrImage(image: string | undefined): boolean {
  return /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(image ?? '');
}

function unsupported(what: string): string {
  return `Fargate compatible task definitions do not support ${what}.`;
}

function steps(least: number, most: number, step: number): number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}
