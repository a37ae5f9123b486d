import type { Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { hostPort, publishable } from '../manifest/expand/service.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

/** What of its manifest says which port is published. */
interface Published extends Pick<DaemonServiceManifestSpec, 'containers'> {
  /** Name of the manifest. */
  readonly manifest: string;
  readonly networkMode: DaemonServiceManifestSpec['networkMode'] | undefined;
}

type Registry = NonNullable<DaemonServiceManifestSpec['serviceDiscovery']>;

/** Its place in service discovery; nothing where it has none. */
export function exportDiscovery(
  { namespaces, discoveryServices, hostRegistries }: Account,
  uses: Uses,
  { clusterArn = '', serviceName = '', serviceRegistries: [registry] = [] }: Service,
  published: Published,
): Part<Pick<DaemonServiceManifestSpec, 'serviceDiscovery'>> {
  // Where the controller registers hosts, the discovery service alone tells of which service.
  const ofHosts =
    registry === undefined
      ? hostRegistries.get(`${clusterArn.split('/').at(-1) ?? ''}/${serviceName}`)
      : undefined;
  const arn = ofHosts?.arn ?? registry?.registryArn;
  if (arn === undefined) return { spec: {}, obstacles: [], notes: [] };
  const found = discoveryServices.find(({ Arn }) => Arn === arn);
  const namespace = namespaces.find(({ Id }) => Id === found?.namespaceId);
  if (found?.Name === undefined || namespace?.Name === undefined) {
    return { spec: {}, obstacles: [`its discovery service ${arn} cannot be found`], notes: [] };
  }
  const namesakes = namespaces.filter(({ Name, Type }) => Name === namespace.Name && Type === 'DNS_PRIVATE');
  const { DnsRecords: records = [], RoutingPolicy = 'MULTIVALUE' } = found.DnsConfig ?? {};
  const hasPort = records.some(({ Type }) => Type === 'SRV');
  const port = ofHosts === undefined ? registry : hasPort ? publishedBy(published, ofHosts.ports) : {};
  const { manifest } = published;
  const some = (has: boolean, what: string): readonly string[] => (has ? [what] : []);
  return {
    spec: {
      serviceDiscovery: present({
        namespace: namespace.Name,
        namespaceId: namesakes.length > 1 ? namespace.Id : undefined,
        name: found.Name === manifest ? undefined : found.Name,
        description: found.Description === '' ? undefined : found.Description,
        dnsRecords: records.map(({ Type, TTL = 0 }) => ({ type: Type as 'A', ttl: TTL })),
        registration: ofHosts === undefined ? undefined : ('controller' as const),
        port: port?.port,
        containerName: port?.containerName,
        containerPort: port?.containerPort,
      }),
    },
    obstacles: [
      ...some(
        namespace.Type !== 'DNS_PRIVATE',
        `its namespace ${namespace.Name} is no private DNS namespace`,
      ),
      ...some(records.length === 0, `its discovery service ${found.Name} has no DNS records`),
      ...some(
        found.HealthCheckCustomConfig === undefined,
        `its discovery service ${found.Name} has no custom health check`,
      ),
      ...some(isShared(uses.registries, arn), `its discovery service ${found.Name} is another service's too`),
      ...some(
        port === undefined,
        `its discovery service ${found.Name} has SRV records, and no host is registered that tells which of its ports they are of`,
      ),
    ],
    notes: some(
      RoutingPolicy !== 'MULTIVALUE',
      `the routing policy ${RoutingPolicy} stays as it is: no manifest says it`,
    ),
  };
}

/** What the manifest has to say for the hosts to have these ports: nothing where one port is mapped. Undefined where it cannot be told. */
function publishedBy(
  { containers, networkMode }: Published,
  ports: readonly number[],
): Pick<Registry, 'port' | 'containerName' | 'containerPort'> | undefined {
  const choices = publishable({}, containers);
  if (choices.length === 1) return {};
  return choices.find((choice) => {
    const port = hostPort(
      present({ containers, networkMode, serviceDiscovery: { namespace: '', ...choice } }),
    );
    return port !== undefined && ports.length === 1 && ports.includes(port);
  });
}
