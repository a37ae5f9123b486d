import { specOf } from '../../core/fields/table.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { DiscoveryServiceSpec, HostRegistration } from '../../kinds/discovery-service/spec.ts';
import { SCALABLE_TARGET_FIELDS } from '../../kinds/scalable-target/fields.ts';
import type { ScalingSettings } from '../../kinds/scalable-target/spec.ts';
import { WRITTEN_FIELDS } from '../../kinds/service/fields.ts';
import type { ServiceSettings, ServiceSpec } from '../../kinds/service/spec.ts';
import { hostOf, launchTypeOf } from '../host.ts';
import { reachedAt, registrarOf } from '../registration.ts';
import type { recordsOf } from '../registration.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

type ServiceDiscovery = NonNullable<DaemonServiceManifestSpec['serviceDiscovery']>;

/**
 * With DAEMON there is never a second task on a host, so that one stops before the next starts. ECS's own minimum is then 0: it may stop
 * all of them at once (reference: DAEMON services).
 */
export const DAEMON_ROLLOUT = { minimumHealthyPercent: 50, maximumPercent: 100 } as const;
const REPLICA_ROLLOUT = { minimumHealthyPercent: 100, maximumPercent: 200 } as const;

/** How many tasks a rollout leaves and allows, in percent of those that are wanted. */
export function rolloutOf({
  schedulingStrategy,
  deployment,
}: Pick<DaemonServiceManifestSpec, 'schedulingStrategy' | 'deployment'>): Percentages {
  return { ...(schedulingStrategy === 'DAEMON' ? DAEMON_ROLLOUT : REPLICA_ROLLOUT), ...deployment };
}

interface Percentages {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

/** What of an ECS service the manifest says itself, with the contract's defaults. */
export function serviceSettings(spec: DaemonServiceManifestSpec): ServiceSettings {
  const isDaemon = spec.schedulingStrategy === 'DAEMON';
  const { platformVersion, launchType, desiredCount, circuitBreaker, ...settings } = specOf(WRITTEN_FIELDS, {
    ...spec,
    ...rolloutOf(spec),
    launchType: launchTypeOf(spec),
    desiredCount: startingCount(spec),
  });
  const { capacityProviderStrategy: strategy } = spec;
  // ECS refuses it elsewhere (ECS developer guide, Availability Zone rebalancing).
  const isBehindClassic = spec.loadBalancers?.some((one) => one.loadBalancerName !== undefined) === true;
  const canRebalance = launchType !== 'EXTERNAL' && settings.maximumPercent > 100 && !isBehindClassic;
  const { availabilityZoneRebalancing = canRebalance ? 'ENABLED' : 'DISABLED' } = settings;
  // ECS refused one there, even one that is off, and its references say so no more (containers-roadmap#1272): it is sent where it is written.
  const hasBreaker = !isBehindClassic || spec.deployment?.circuitBreaker !== undefined;
  // Always sent: what AWS takes an omitted one for has changed (reference: perpetual diffs).
  const always = {
    ...settings,
    ...(isDaemon ? {} : { desiredCount }),
    ...(hasBreaker ? { circuitBreaker } : {}),
    ...(strategy === undefined ? { launchType } : {}),
    availabilityZoneRebalancing,
  };
  // What the cluster's default strategy turns out to be, AWS alone knows.
  const isOnFargate =
    hostOf(spec) === 'FARGATE' && (strategy?.length !== 0 || spec.platformVersion !== undefined);
  return isOnFargate ? { ...always, platformVersion } : always;
}

/** How the service is registered; a port is named for SRV records only. */
export function registryOf(
  discovery: ServiceDiscovery,
  containers: DaemonServiceManifestSpec['containers'],
  discoveryService: ResourceId,
): NonNullable<ServiceSpec['registry']> {
  const { port, containerName, containerPort } = discovery;
  const said = port !== undefined || (containerName !== undefined && containerPort !== undefined);
  const [only, another] = said || !hasSrv(discovery) ? [] : publishable(discovery, containers);
  if (only !== undefined && another === undefined) return { discoveryService, ...only };
  return {
    discoveryService,
    ...(port !== undefined && { port }),
    ...(containerName !== undefined && { containerName }),
    ...(containerPort !== undefined && { containerPort }),
  };
}

function hasSrv({ dnsRecords = [] }: ServiceDiscovery): boolean {
  return dnsRecords.some(({ type }) => type === 'SRV');
}

/** What an SRV record could publish: the containers and ports that are mapped, as far as the manifest says which is meant. */
export function publishable(
  { containerName, containerPort }: Pick<ServiceDiscovery, 'containerName' | 'containerPort'>,
  containers: DaemonServiceManifestSpec['containers'],
): readonly { readonly containerName: string; readonly containerPort: number }[] {
  return containers.flatMap(({ name, portMappings = [] }) => {
    // A port may be mapped for TCP and for UDP.
    const ports = new Set(portMappings.flatMap((mapping) => mapping.containerPort ?? []));
    return [...ports]
      .filter((port) => (containerPort ?? port) === port && (containerName ?? name) === name)
      .map((port) => ({ containerName: name, containerPort: port }));
  });
}

type DiscoveredSpec = Pick<DaemonServiceManifestSpec, 'containers' | 'networkMode' | 'serviceDiscovery'>;

/** What the controller registers of the hosts; undefined where ECS registers tasks. */
export function hostRegistration(spec: DiscoveredSpec): HostRegistration | undefined {
  if (registrarOf(spec) === 'ecs') return undefined;
  const port = hostPort(spec);
  return {
    ...(port !== undefined && { port }),
    awaitsHealth: spec.containers.some(
      ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
    ),
  };
}

/** The one port that the daemon has on each host, of those that it publishes; undefined where there is none, or more. */
export function hostPort(spec: DiscoveredSpec): number | undefined {
  const [first, ...others] = new Set(portsOf(spec));
  return others.length === 0 ? first : undefined;
}

/** Under which what it publishes, or all that its containers map, is reached; undefined of a mapping for which ECS chooses one for each task. */
function portsOf({
  containers,
  networkMode,
  serviceDiscovery,
}: DiscoveredSpec): readonly (number | undefined)[] {
  const { containerName, containerPort } = serviceDiscovery ?? {};
  return containers
    .filter(({ name }) => (containerName ?? name) === name)
    .flatMap(({ portMappings = [] }) => portMappings)
    .filter((mapping) => (containerPort ?? mapping.containerPort) === mapping.containerPort)
    .map((mapping) => reachedAt(mapping, networkMode));
}

export function discoveryServiceSpec(
  discovery: ServiceDiscovery,
  name: string,
  {
    namespace,
    records,
    hosts,
  }: {
    readonly namespace: ResourceId;
    readonly records: ReturnType<typeof recordsOf>;
    readonly hosts: HostRegistration | undefined;
  },
): DiscoveryServiceSpec {
  const { description, routingPolicy } = discovery;
  return {
    name,
    namespace,
    ...(description !== undefined && { description }),
    ...(routingPolicy !== undefined && { routingPolicy }),
    dnsRecords: records.map(({ type, ttl = 60 }) => ({ type, ttl })),
    ...(hosts !== undefined && { hosts }),
  };
}

/**
 * What applications are told: the name with the port that is published, otherwise with the first that a container has; just the name where there
 * is none, or each host or task has another.
 */
export function endpointOf(domain: string, spec: DiscoveredSpec): string {
  const port =
    registrarOf(spec) === 'controller'
      ? hostPort(spec)
      : (spec.serviceDiscovery?.port ?? portsOf(spec).find((one) => one !== undefined));
  return port === undefined ? domain : `${domain}:${port}`;
}

/** A service that is scaled begins within its bounds, where the manifest does not say with how many tasks. */
function startingCount({
  desiredCount,
  scaling,
}: Pick<DaemonServiceManifestSpec, 'desiredCount' | 'scaling'>): number | undefined {
  if (desiredCount !== undefined || typeof scaling !== 'object') return desiredCount;
  return Math.min(scaling.max, Math.max(scaling.min, 1));
}

/** Who moves the desired count once the service is made. */
export function scaledBy({
  scaling,
}: Pick<DaemonServiceManifestSpec, 'scaling'>): Pick<ServiceSpec, 'scaledBy'> {
  if (scaling === undefined) return {};
  return { scaledBy: scaling === 'external' ? 'others' : 'us' };
}

/** How Application Auto Scaling scales it, each policy under its name. */
export function scalingSettings(scaling: object): ScalingSettings {
  const { targetTracking, ...bounds } = specOf(SCALABLE_TARGET_FIELDS, scaling);
  return {
    ...bounds,
    targetTracking: targetTracking.map((policy) => ({ ...policy, policyName: policyNameOf(policy) })),
  };
}

type TargetTracking = ScalingSettings['targetTracking'][number];

/** What a policy is called: as it says, or as what it tracks. */
export function policyNameOf({
  policyName,
  predefinedMetricSpecification: predefined,
  customizedMetricSpecification: customized,
}: Pick<
  TargetTracking,
  'policyName' | 'predefinedMetricSpecification' | 'customizedMetricSpecification'
>): string {
  return policyName ?? predefined?.predefinedMetricType ?? customized?.metricName ?? 'target-tracking';
}
