import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Volume } from '@aws-sdk/client-ecs';
import { badDriver } from './log-options.ts';
import { networkModeOf } from './network-modes.ts';
import { isSet } from './values.ts';

/** Developer guide, "Amazon ECS task definition differences for Amazon ECS Managed Instances". */
const REFUSED_IN_CONTAINERS = [
  'disableNetworking',
  'dnsSearchDomains',
  'dnsServers',
  'dockerSecurityOptions',
  'extraHosts',
  'hostname',
  'links',
] as const satisfies readonly (keyof ContainerDefinition)[];
const REFUSED_LINUX_PARAMETERS = ['maxSwap', 'sharedMemorySize', 'swappiness'] as const;
const REFUSED_VOLUMES = [
  'dockerVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];
const REFUSED_IN_TASKS = ['ephemeralStorage', 'ipcMode', 'proxyConfiguration'] as const;
/** API reference, LogConfiguration. */
const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens', 'json-file'];

/** Why a definition cannot run on managed instances, which are Linux; undefined where it can. The texts are like AWS's of Fargate. */
export function whyNotOnManagedInstances(definition: RegisterTaskDefinitionCommandInput): string | undefined {
  if (networkModeOf(definition) === 'bridge') return unsupported('networkMode bridge');
  const { operatingSystemFamily = 'LINUX' } = definition.runtimePlatform ?? {};
  if (operatingSystemFamily !== 'LINUX') return unsupported(`operatingSystemFamily ${operatingSystemFamily}`);
  const inTask = REFUSED_IN_TASKS.find((member) => definition[member] !== undefined);
  if (inTask !== undefined) return unsupported(inTask);
  for (const volume of definition.volumes ?? []) {
    const refused = REFUSED_VOLUMES.find((member) => volume[member] !== undefined);
    if (refused !== undefined) return unsupported(refused);
    if (volume.host?.sourcePath) return unsupported('sourcePath');
  }
  for (const container of definition.containerDefinitions ?? []) {
    const reason = whyNotThisContainer(container);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function whyNotThisContainer(container: ContainerDefinition): string | undefined {
  const { logConfiguration, linuxParameters, dockerLabels = {} } = container;
  const refused = REFUSED_IN_CONTAINERS.find((member) => isSet(container[member]));
  if (refused !== undefined) return unsupported(refused);
  if (Object.keys(dockerLabels).length > 0) return unsupported('dockerLabels');
  const parameter = REFUSED_LINUX_PARAMETERS.find((name) => linuxParameters?.[name] !== undefined);
  if (parameter !== undefined) return unsupported(parameter);
  const driver = logConfiguration?.logDriver;
  return driver === undefined || LOG_DRIVERS.includes(driver) ? undefined : badDriver(driver, LOG_DRIVERS);
}

function unsupported(what: string): string {
  return `Managed Instances compatible task definitions do not support ${what}.`;
}
