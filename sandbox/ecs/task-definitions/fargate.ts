import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  RuntimePlatform,
  Volume,
} from '@aws-sdk/client-ecs';
import { badDriver } from './log-options.ts';
import { networkModeOf } from './network-modes.ts';
import type { TaskSize } from './size.ts';
import { isSet } from './values.ts';

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

const NO_CONFIGURATION = 'No Fargate configuration exists for given values.';
const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];

/** API reference, LinuxParameters, which no longer names `tmpfs`. */
const REFUSED_LINUX_PARAMETERS = ['devices', 'maxSwap', 'sharedMemorySize', 'swappiness'] as const;
const REFUSED_VOLUMES = [
  'dockerVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];
/** Developer guide, Amazon EFS volumes: with Windows there are none. */
const REFUSED_VOLUMES_WITH_WINDOWS = [
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];

/** Sizes from here on are for Linux and platform 1.4.0; those below the first Windows size are for Linux. */
export const LARGE_CPU = 8192;
const LEAST_WINDOWS_CPU = 1024;
const MOST_STOP_TIMEOUT_S = 120;

/**
 * Why a definition cannot run on Fargate, in AWS's words (those of cdk-preflight were measured in September 2026); undefined where it can.
 * `cpu` in units, `memory` in MiB.
 */
export function whyNotOnFargate(
  definition: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
): string | undefined {
  if (networkModeOf(definition) !== 'awsvpc') return 'Fargate only supports network mode ‘awsvpc’.';
  return (
    whyNotThisSize(size) ??
    whyNotThisPlatform(definition.runtimePlatform, size) ??
    whyNotTheseTaskSettings(definition) ??
    firstReason(definition.volumes, (volume) => whyNotThisVolume(volume, definition.runtimePlatform)) ??
    firstReason(definition.containerDefinitions, (container) =>
      whyNotThisContainer(container, definition.executionRoleArn),
    )
  );
}

function firstReason<Item>(
  items: readonly Item[] = [],
  whyNot: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const reason = whyNot(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why Fargate has no tasks of a size; undefined where it has. */
export function whyNotThisSize(size: TaskSize): string | undefined {
  if (size.cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level.";
  if (size.memory === undefined) return "Fargate requires that 'memory' be defined at the task level.";
  const memory = MEMORY_BY_CPU.get(size.cpu);
  if (memory === undefined) return "Invalid 'cpu' setting for task.";
  return memory.includes(size.memory) ? undefined : NO_CONFIGURATION;
}

function whyNotThisPlatform(
  platform: RuntimePlatform | undefined,
  { cpu = 0 }: TaskSize,
): string | undefined {
  const { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = platform ?? {};
  if (operatingSystemFamily === 'LINUX') return undefined;
  if (!/^WINDOWS_SERVER_(2019|2022|2025)_(CORE|FULL)$/.test(operatingSystemFamily)) {
    return unsupported(`operatingSystemFamily ${operatingSystemFamily}`);
  }
  if (cpuArchitecture === 'ARM64') return unsupported('cpuArchitecture ARM64 with Windows');
  return cpu < LEAST_WINDOWS_CPU || cpu >= LARGE_CPU ? NO_CONFIGURATION : undefined;
}

function whyNotTheseTaskSettings(definition: RegisterTaskDefinitionCommandInput): string | undefined {
  const { ipcMode, pidMode, placementConstraints = [] } = definition;
  if (ipcMode !== undefined) return unsupported('ipcMode');
  if (pidMode !== undefined && pidMode !== 'task') {
    return `Tasks using the Fargate launch type do not support pidMode '${pidMode}'. The supported value for pidMode is 'task'.`;
  }
  return placementConstraints.length > 0 ? unsupported('constraints') : undefined;
}

function whyNotThisVolume(volume: Volume, platform: RuntimePlatform | undefined): string | undefined {
  const isWindows = platform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
  const refused = [...REFUSED_VOLUMES, ...(isWindows ? REFUSED_VOLUMES_WITH_WINDOWS : [])].find(
    (member) => volume[member] !== undefined,
  );
  if (refused !== undefined) return unsupported(refused);
  return volume.host?.sourcePath ? unsupported('sourcePath') : undefined;
}

function whyNotThisContainer(
  container: ContainerDefinition,
  executionRoleArn: string | undefined,
): string | undefined {
  if (isSet(container.dockerSecurityOptions)) return unsupported('dockerSecurityOptions');
  if (container.privileged === true) {
    return 'Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.';
  }
  for (const parameter of REFUSED_LINUX_PARAMETERS) {
    const value = container.linuxParameters?.[parameter];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return unsupported(parameter);
  }
  const refusedCapability = container.linuxParameters?.capabilities?.add?.find(
    (name) => name !== 'SYS_PTRACE',
  );
  if (refusedCapability !== undefined) return `${refusedCapability} is not allowed on Fargate.`;
  const [resource] = container.resourceRequirements ?? [];
  if (resource !== undefined) {
    return `Tasks using the Fargate launch type do not support ${resource.type} resource requirements.`;
  }
  // AWS's text; it takes 120 seconds all the same.
  if ((container.stopTimeout ?? 0) > MOST_STOP_TIMEOUT_S) {
    return `Tasks using the Fargate launch type must have a container stop timeout of less than ${MOST_STOP_TIMEOUT_S} seconds.`;
  }
  if (container.firelensConfiguration?.options?.['config-file-type'] === 's3') {
    return "Fargate launch type does not support FirelensConfiguration config file from 's3'";
  }
  return whyNotThisLog(container) ?? whyTheRoleIsNeeded(container, executionRoleArn);
}

function whyNotThisLog({ logConfiguration }: ContainerDefinition): string | undefined {
  if (logConfiguration === undefined) return undefined;
  const { logDriver, options = {} } = logConfiguration;
  if (logDriver === undefined || !LOG_DRIVERS.includes(logDriver)) return badDriver(logDriver, LOG_DRIVERS);
  if (logDriver !== 'awslogs') return undefined;
  const prefix = options['awslogs-stream-prefix'];
  if (prefix === '') return "Log driver awslogs option 'awslogs-stream-prefix' should not be null or empty.";
  return prefix === undefined
    ? 'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.'
    : undefined;
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

/** Whether an image lies in a private ECR registry, whatever its partition and endpoint (ECR user guide). */
export function isEcrImage(image: string | undefined): boolean {
  return /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\./.test(image ?? '');
}

function unsupported(what: string): string {
  return `Fargate compatible task definitions do not support ${what}.`;
}

function steps(least: number, most: number, step: number): number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}
