import type { DaemonServiceManifestSpec } from './schema/daemon-service.ts';

type Written = Pick<DaemonServiceManifestSpec, 'networkMode' | 'serviceDiscovery'>;

/** What records a service has in service discovery. */
export function recordTypesOf({
  dnsRecords = [{ type: 'A' }],
}: NonNullable<Written['serviceDiscovery']>): readonly ('A' | 'AAAA' | 'SRV')[] {
  return dnsRecords.map(({ type }) => type);
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
  const needsAddresses = recordTypesOf(serviceDiscovery).some((type) => type !== 'SRV');
  const asEcsCan = sharesHostAddress(spec) && needsAddresses ? 'controller' : 'ecs';
  return serviceDiscovery.registration ?? asEcsCan;
}

type Container = DaemonServiceManifestSpec['containers'][number];
type PortMapping = NonNullable<Container['portMappings']>[number];

/** The port of every host under which a container's is reached; undefined where ECS chooses one for each task. */
export function hostPortOf(
  { containerPort, hostPort = 0 }: PortMapping,
  networkMode: DaemonServiceManifestSpec['networkMode'],
): number | undefined {
  if (networkMode === 'host') return containerPort;
  return hostPort === 0 ? undefined : hostPort;
}
