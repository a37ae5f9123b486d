import { FARGATE_LOG_DRIVERS } from '../../core/log-configuration.ts';
import { sizeInUnits } from '../../kinds/task-definition/size.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';
import type { Host } from '../host.ts';
import { HOST_READS, unfitWith, withDefaults } from './pairs.ts';
import type { Circumstance, Unfit, WithDefaults } from './pairs.ts';

/**
 * What ECS refuses for where a task runs. A task definition is checked for all that requiresCompatibilities names, and the service is not
 * created where the definition cannot run on its launch type (ECS API reference, RegisterTaskDefinition; "Task definition does not support
 * launch_type").
 */

const check = checksOf<DaemonServiceManifestSpec>();

/** The service's tasks run there. */
export function launchedOn(type: Host): Circumstance {
  const other = type === 'FARGATE' ? 'EC2' : 'FARGATE';
  return {
    reads: HOST_READS,
    saidIn: (spec) => (spec.host === type ? { as: saidBy(spec), orElse: otherThan(spec, other) } : undefined),
  };
}

/** How a manifest says what its tasks run on. */
function saidBy({ host, capacityProviderStrategy: strategy }: WithDefaults): string {
  if (strategy === undefined) return `launchType ${host}`;
  const [first] = strategy;
  return first === undefined
    ? `the cluster's default strategy, taken for ${host}`
    : `capacityProviderStrategy ${first.capacityProvider}`;
}

function otherThan({ capacityProviderStrategy: strategy }: WithDefaults, other: 'EC2' | 'FARGATE'): string {
  if (strategy === undefined) return `write launchType: ${other}`;
  if (strategy.length === 0) return `write requiresCompatibilities: [${other}] where that is what it is`;
  return other === 'EC2' ? 'name capacity providers that have hosts' : 'name FARGATE or FARGATE_SPOT in it';
}

/** ECS checks the task definition for it. */
export function checkedFor(type: Host): Circumstance {
  return {
    reads: HOST_READS,
    saidIn: (spec) => {
      if (type === spec.host) return launchedOn(type).saidIn(spec);
      return spec.requiresCompatibilities?.includes(type) === true
        ? { as: `requiresCompatibilities ${type}`, orElse: `remove ${type} from requiresCompatibilities` }
        : undefined;
    },
  };
}

/** Both at once: what the first says, where the second is said too. */
export function together(first: Circumstance, second: Circumstance): Circumstance {
  return {
    reads: [...first.reads, ...second.reads],
    saidIn: (spec) => {
      const said = [first.saidIn(spec), second.saidIn(spec)];
      const [one, other] = said;
      if (one === undefined || other === undefined) return undefined;
      return { as: `${one.as} and ${other.as}`, orElse: one.orElse };
    },
  };
}

export const ON_WINDOWS: Circumstance = {
  reads: ['runtimePlatform'],
  saidIn: ({ runtimePlatform }) => {
    const { operatingSystemFamily = 'LINUX' } = runtimePlatform ?? {};
    return operatingSystemFamily === 'LINUX'
      ? undefined
      : {
          as: `operatingSystemFamily ${operatingSystemFamily}`,
          orElse: 'write operatingSystemFamily: LINUX',
        };
  },
};

const ON_LINUX: Circumstance = {
  reads: ['runtimePlatform'],
  saidIn: (spec) =>
    ON_WINDOWS.saidIn(spec) === undefined
      ? { as: 'operatingSystemFamily LINUX', orElse: 'write the Windows that the hosts run' }
      : undefined,
};

const isOtherThan =
  (...fit: readonly string[]) =>
  (value: unknown) =>
    !fit.includes(String(value));
const is =
  (...unfit: readonly string[]) =>
  (value: unknown) =>
    unfit.includes(String(value));

/**
 * Seconds that Fargate knows (ECS API reference, ContainerDefinition). ECS refuses a longer stopTimeout and takes the others
 * (containers-roadmap#991, #1532).
 */
const LEAST_TIMEOUT = 2;
const MOST_TIMEOUT = 120;
/** How much a container may have open on Fargate, 1024 × 1024 (reown-com/blockchain-api#1183). */
const MOST_OPEN_FILES = 1_048_576;

/**
 * ECS developer guide, task definition differences for Fargate; ECS API reference, LinuxParameters, FirelensConfiguration. ECS's answers to
 * most of them: badmintoncryer/cdk-preflight, pf-ecs-fargate-*, measured in September 2026.
 */
export const UNFIT_FOR_FARGATE: readonly Unfit[] = [
  { at: 'networkMode', when: isOtherThan('awsvpc'), instead: 'write awsvpc' },
  { at: 'ipcMode' },
  { at: 'pidMode', when: is('host'), instead: 'write task, or remove it' },
  { at: 'placementConstraints' },
  { at: 'volumes[].dockerVolumeConfiguration', instead: 'write host: {} or efsVolumeConfiguration' },
  { at: 'volumes[].fsxWindowsFileServerVolumeConfiguration', instead: 'write efsVolumeConfiguration' },
  { at: 'volumes[].host.sourcePath' },
  { at: 'containers[].privileged' },
  { at: 'containers[].dockerSecurityOptions' },
  { at: 'containers[].linuxParameters.devices' },
  { at: 'containers[].linuxParameters.sharedMemorySize' },
  { at: 'containers[].linuxParameters.maxSwap' },
  { at: 'containers[].linuxParameters.swappiness' },
  {
    at: 'containers[].linuxParameters.capabilities.add[]',
    called: 'capability',
    when: isOtherThan('SYS_PTRACE'),
    instead: 'it must be SYS_PTRACE',
  },
  { at: 'containers[].resourceRequirements[].type', called: 'a resource of type' },
  {
    at: 'containers[].logConfiguration.logDriver',
    when: isOtherThan(...FARGATE_LOG_DRIVERS, 'none'),
    instead: `write ${FARGATE_LOG_DRIVERS.join(', ')} or none`,
  },
  {
    at: 'containers[].stopTimeout',
    when: (seconds) => Number(seconds) > MOST_TIMEOUT,
    instead: `write from ${LEAST_TIMEOUT} to ${MOST_TIMEOUT} seconds`,
  },
  ...(['startTimeout', 'stopTimeout'] as const).map(
    (name): Unfit => ({
      at: `containers[].${name}`,
      when: (seconds) =>
        Number(seconds) < LEAST_TIMEOUT || (name === 'startTimeout' && Number(seconds) > MOST_TIMEOUT),
      instead: `write from ${LEAST_TIMEOUT} to ${MOST_TIMEOUT} seconds`,
      inVain: 'Fargate knows no such time',
    }),
  ),
  {
    at: 'containers[].ulimits[].hardLimit',
    called: 'nofile',
    when: (limit, { name }) => name === 'nofile' && (limit === -1 || Number(limit) > MOST_OPEN_FILES),
    instead: `write ${MOST_OPEN_FILES}`,
    inVain: `Fargate lets a container open at most ${MOST_OPEN_FILES} files`,
  },
  {
    at: 'containers[].firelensConfiguration.options.config-file-type',
    when: is('s3'),
    instead: 'write file, with a path in the image as config-file-value',
  },
  {
    at: 'runtimePlatform.operatingSystemFamily',
    when: isOtherThan('LINUX', ...['2019', '2022', '2025'].flatMap((year) => windows(year))),
    instead: 'write a core or full Windows Server of 2019, 2022 or 2025',
  },
];

function windows(year: string): readonly string[] {
  return ['CORE', 'FULL'].map((edition) => `WINDOWS_SERVER_${year}_${edition}`);
}

/** ECS API reference, RuntimePlatform; ECS developer guide, Amazon EFS volumes, S3 Files volumes. */
export const UNFIT_FOR_FARGATE_WINDOWS: readonly Unfit[] = [
  { at: 'runtimePlatform.cpuArchitecture', when: is('ARM64'), instead: 'write X86_64' },
  { at: 'volumes[].efsVolumeConfiguration' },
  { at: 'volumes[].s3filesVolumeConfiguration' },
];

/** ECS API reference, RegisterTaskDefinition: CPU units of a task that is not on Fargate. */
const HOST_CPU = { least: 128, most: 196_608 };

/** ECS knows a definition for Fargate by what it requires, or else by its network: it could run there. */
const NOT_FOR_FARGATE: Circumstance = {
  reads: [...HOST_READS, 'networkMode'],
  saidIn: (spec) => {
    const { host, networkMode, requiresCompatibilities = [host] } = spec;
    const isForFargate =
      requiresCompatibilities.length === 0
        ? networkMode === 'awsvpc'
        : requiresCompatibilities.includes('FARGATE');
    return isForFargate ? undefined : launchedOn(host).saidIn(spec);
  },
};

/** cdk-preflight, pf-ecs-fargate-ephemeral-storage-ec2. */
export const UNFIT_BUT_FOR_FARGATE: readonly Unfit[] = [{ at: 'ephemeralStorage' }];

/** ECS API reference, ResourceRequirement. */
const UNFIT_FOR_ANY_HOST: readonly Unfit[] = [
  {
    at: 'cpu',
    when: (cpu) => {
      const units = sizeInUnits(cpu as number | string);
      return !Number.isInteger(units) || units < HOST_CPU.least || units > HOST_CPU.most;
    },
    instead: `write from ${HOST_CPU.least} to ${HOST_CPU.most} whole units`,
  },
  {
    at: 'memory',
    when: (memory) => {
      const units = sizeInUnits(memory as number | string);
      return !Number.isInteger(units) || units <= 0;
    },
    instead: 'write a whole number of MiB',
  },
  {
    at: 'containers[].resourceRequirements[].type',
    called: 'a resource of type',
    when: is('NeuronDevice'),
  },
];

/** ECS developer guide, Amazon ECS Anywhere; ECS API reference, ResourceRequirement. */
export const UNFIT_FOR_EXTERNAL: readonly Unfit[] = [
  ...UNFIT_FOR_ANY_HOST,
  { at: 'networkMode', when: is('awsvpc'), instead: 'write networkMode: bridge, host or none' },
  { at: 'volumes[].efsVolumeConfiguration' },
  { at: 'volumes[].s3filesVolumeConfiguration' },
  { at: 'volumes[].fsxWindowsFileServerVolumeConfiguration' },
  { at: 'containers[].resourceRequirements[].sharingStrategy', instead: 'write value' },
];

/** ECS API reference, CreateService; ECS's answers: cdk-preflight, measured in September 2026. */
export const UNFIT_FOR_SERVICES_ON_FARGATE: readonly Unfit[] = [
  { at: 'placementStrategy' },
  { at: 'servicePlacementConstraints' },
  {
    at: 'volumeConfigurations[].managedEBSVolume.volumeType',
    when: is('standard'),
    instead: 'write gp3',
  },
  {
    at: 'serviceConnectConfiguration.logConfiguration.logDriver',
    when: isOtherThan(...FARGATE_LOG_DRIVERS),
    instead: `write ${FARGATE_LOG_DRIVERS.join(', ')}`,
  },
];

/** CreateService: cdk-preflight, pf-ecs-service-platform-version-ec2. */
export const UNFIT_FOR_SERVICES_ON_EC2: readonly Unfit[] = [{ at: 'platformVersion' }];
/**
 * ECS developer guide: Amazon ECS clusters for external instances (load balancing and service discovery aren't supported; ECS tells no address of
 * such an instance, so that nobody else can register one either), Storage options for
 * Amazon ECS tasks (EBS on Fargate, EC2 and Managed Instances), Service Connect considerations, Availability Zone rebalancing.
 */
export const UNFIT_FOR_SERVICES_ON_EXTERNAL: readonly Unfit[] = [
  { at: 'platformVersion' },
  {
    at: 'serviceDiscovery',
    instead:
      'remove it: ECS knows no address of such a host; applications there reach the daemon at their own',
  },
  { at: 'loadBalancers' },
  { at: 'volumeConfigurations' },
  { at: 'serviceConnectConfiguration.enabled', called: 'serviceConnectConfiguration' },
  { at: 'availabilityZoneRebalancing', when: is('ENABLED'), instead: 'write DISABLED, or remove it' },
];

/** ECS developer guide, task definition differences for Managed Instances; ECS API reference, LogConfiguration. */
export const UNFIT_FOR_MANAGED_INSTANCES: readonly Unfit[] = [
  { at: 'networkMode', when: is('bridge'), instead: 'write awsvpc, host or none' },
  { at: 'runtimePlatform.operatingSystemFamily', when: isOtherThan('LINUX'), instead: 'write LINUX' },
  { at: 'ephemeralStorage' },
  { at: 'ipcMode' },
  { at: 'proxyConfiguration' },
  { at: 'volumes[].dockerVolumeConfiguration' },
  { at: 'volumes[].fsxWindowsFileServerVolumeConfiguration' },
  { at: 'volumes[].host.sourcePath' },
  ...(
    [
      'disableNetworking',
      'dnsSearchDomains',
      'dnsServers',
      'dockerSecurityOptions',
      'extraHosts',
      'hostname',
      'links',
    ] as const
  ).map((name) => ({ at: `containers[].${name}` })),
  { at: 'containers[].dockerLabels', when: (labels) => Object.keys(labels as object).length > 0 },
  { at: 'containers[].linuxParameters.maxSwap' },
  { at: 'containers[].linuxParameters.sharedMemorySize' },
  { at: 'containers[].linuxParameters.swappiness' },
  {
    at: 'containers[].logConfiguration.logDriver',
    when: isOtherThan(...FARGATE_LOG_DRIVERS, 'json-file', 'none'),
    instead: `write ${[...FARGATE_LOG_DRIVERS, 'json-file'].join(', ')} or none`,
  },
];

const NOT_ON_WINDOWS = 'containers of Windows have no such thing';

/** ECS API reference, ContainerDefinition, Volume, RegisterTaskDefinition: "not supported for Windows containers". */
export const UNFIT_FOR_WINDOWS: readonly Unfit[] = [
  { at: 'enableFaultInjection' },
  ...['pidMode', 'ipcMode'].map((at) => ({ at, inVain: NOT_ON_WINDOWS })),
  ...(
    [
      'disableNetworking',
      'dnsSearchDomains',
      'dnsServers',
      'extraHosts',
      'linuxParameters',
      'links',
      'privileged',
      'readonlyRootFilesystem',
      'ulimits',
      'user',
    ] as const
  ).map((name) => ({ at: `containers[].${name}`, inVain: NOT_ON_WINDOWS })),
  {
    at: 'networkMode',
    when: isOtherThan('awsvpc'),
    instead: 'write awsvpc',
    inVain: 'hosts with Windows have no such network',
  },
  {
    at: 'volumes[].dockerVolumeConfiguration.driver',
    when: isOtherThan('local'),
    instead: 'write local',
    inVain: 'hosts with Windows have no other volume driver than local',
  },
];

/** ECS API reference, Volume. */
export const UNFIT_FOR_LINUX: readonly Unfit[] = [
  {
    at: 'volumes[].fsxWindowsFileServerVolumeConfiguration',
    inVain: 'only hosts with Windows mount it',
  },
];

/** A definition that is checked for something must be checked for what its service runs on. */
const compatibilities = check(HOST_READS, (spec, { report }) => {
  const { host, requiresCompatibilities = [] } = withDefaults(spec);
  if (requiresCompatibilities.length === 0 || requiresCompatibilities.includes(host)) return;
  report(
    ['spec', 'requiresCompatibilities'],
    `the service runs on ${host}: name it, or write [] for no check`,
  );
});

export const launchTypeChecks = [
  compatibilities,
  unfitWith(checkedFor('FARGATE'), UNFIT_FOR_FARGATE),
  unfitWith(together(checkedFor('FARGATE'), ON_WINDOWS), UNFIT_FOR_FARGATE_WINDOWS),
  unfitWith(NOT_FOR_FARGATE, UNFIT_BUT_FOR_FARGATE),
  unfitWith(checkedFor('EC2'), UNFIT_FOR_ANY_HOST),
  unfitWith(launchedOn('FARGATE'), UNFIT_FOR_SERVICES_ON_FARGATE),
  unfitWith(launchedOn('EC2'), UNFIT_FOR_SERVICES_ON_EC2),
  unfitWith(launchedOn('MANAGED_INSTANCES'), UNFIT_FOR_SERVICES_ON_EC2),
  unfitWith(checkedFor('EXTERNAL'), UNFIT_FOR_EXTERNAL),
  unfitWith(launchedOn('EXTERNAL'), UNFIT_FOR_SERVICES_ON_EXTERNAL),
  unfitWith(checkedFor('MANAGED_INSTANCES'), UNFIT_FOR_MANAGED_INSTANCES),
  unfitWith(ON_WINDOWS, UNFIT_FOR_WINDOWS),
  unfitWith(ON_LINUX, UNFIT_FOR_LINUX),
];
