import type { NamespaceType } from '../kinds/namespace/facts.ts';
import type { DaemonServiceManifestSpec } from './schema/daemon-service.ts';

type Written = Pick<DaemonServiceManifestSpec, 'networkMode' | 'serviceDiscovery'>;

type Discovery = NonNullable<Written['serviceDiscovery']>;

/**
 * What records a service has in service discovery, by the type of the namespace that a manifest declares: in an HTTP namespace there are none,
 * and what is in one that is only used a manifest has to say.
 */
export function recordsOf(
  { dnsRecords }: Discovery,
  namespaceType: NamespaceType | undefined,
): NonNullable<Discovery['dnsRecords']> {
  return dnsRecords ?? (namespaceType === 'http' ? [] : [{ type: 'A' }]);
}

/** Their types, as far as one manifest tells. */
export function recordTypesOf(discovery: Discovery): readonly ('A' | 'AAAA' | 'SRV')[] {
  return recordsOf(discovery, undefined).map(({ type }) => type);
}

/** Whether tasks have the addresses of their hosts. */
export function sharesHostAddress({ networkMode }: Pick<Written, 'networkMode'>): boolean {
  return networkMode === 'bridge' || networkMode === 'host';
}

/**
 * Who registers in service discovery: ECS its tasks, or the controller the hosts of those. Tasks in the network of their host ECS registers in
 * SRV records alone (ECS developer guide, service discovery).
 */
export function registrarOf(spec: Written): 'ecs' | 'controller' {
  const { serviceDiscovery } = spec;
  if (serviceDiscovery === undefined) return 'ecs';
  const needsAddresses = !isSrvOnly(recordTypesOf(serviceDiscovery));
  const asEcsCan = sharesHostAddress(spec) && needsAddresses ? 'controller' : 'ecs';
  return serviceDiscovery.registration ?? asEcsCan;
}

/** Whether SRV is all there is: it is all that ECS registers for tasks that have the addresses of their hosts. */
function isSrvOnly(types: readonly string[]): boolean {
  return types.length > 0 && types.every((type) => type === 'SRV');
}

type Container = DaemonServiceManifestSpec['containers'][number];
type PortMapping = NonNullable<Container['portMappings']>[number];

/** Under which a container's port is reached, at the address of its task or host; undefined where ECS chooses another for each task. */
export function reachedAt(
  { containerPort, hostPort = 0 }: PortMapping,
  networkMode: DaemonServiceManifestSpec['networkMode'],
): number | undefined {
  if (networkMode !== 'bridge') return containerPort;
  return hostPort === 0 ? undefined : hostPort;
}
