import type { Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { hostPort, publishable } from '../manifest/expand/service.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { needsId } from './namespaces.ts';
import { registryOf } from './registry.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

/** What of its manifest says which port is published. */
interface Published extends Pick<DaemonServiceManifestSpec, 'containers'> {
  /** Name of the manifest. */
  readonly manifest: string;
  readonly networkMode: DaemonServiceManifestSpec['networkMode'] | undefined;
  /** Tells whether this owner has applied something, by its ARN. */
  readonly isApplied: (arn: string | undefined) => boolean;
}

type Registry = NonNullable<DaemonServiceManifestSpec['serviceDiscovery']>;

/** Its place in service discovery; nothing where it has none. */
export function exportDiscovery(
  account: Account,
  uses: Uses,
  service: Service,
  published: Published,
): Part<Pick<DaemonServiceManifestSpec, 'serviceDiscovery'>> {
  const { namespaces, discoveryServices } = account;
  const registered = registryOf(account, service);
  if (registered === undefined) return { spec: {}, obstacles: [], notes: [] };
  const { arn, ofHosts } = registered;
  const found = discoveryServices.find(({ Arn }) => Arn === arn);
  const namespace = namespaces.find(({ Id }) => Id === found?.namespaceId);
  if (found?.Name === undefined || namespace?.Name === undefined) {
    return { spec: {}, obstacles: [`its discovery service ${arn} cannot be found`], notes: [] };
  }
  const { DnsRecords: records = [], RoutingPolicy = 'MULTIVALUE' } = found.DnsConfig ?? {};
  const hasPort = records.some(({ Type }) => Type === 'SRV');
  const port =
    ofHosts === undefined
      ? service.serviceRegistries?.[0]
      : hasPort
        ? publishedBy(published, ofHosts.ports)
        : {};
  const { manifest } = published;
  const some = (has: boolean, what: string): readonly string[] => (has ? [what] : []);
  return {
    spec: {
      serviceDiscovery: present({
        namespace: namespace.Name,
        namespaceId: needsId(namespace, namespaces, published.isApplied) ? namespace.Id : undefined,
        name: found.Name === manifest ? undefined : found.Name,
        description: found.Description === '' ? undefined : found.Description,
        dnsRecords: records.map(({ Type, TTL = 0 }) => ({ type: Type as 'A', ttl: TTL })),
        routingPolicy: RoutingPolicy === 'MULTIVALUE' ? undefined : RoutingPolicy,
        registration: ofHosts === undefined ? undefined : ('controller' as const),
        port: port?.port,
        containerName: port?.containerName,
        containerPort: port?.containerPort,
      }),
    },
    obstacles: [
      ...some(
        records.some(({ Type }) => Type === 'CNAME'),
        `its discovery service ${found.Name} has CNAME records, in which ECS registers nothing`,
      ),
      ...some(
        found.HealthCheckConfig !== undefined,
        `its discovery service ${found.Name} has a health check of Route 53 (HealthCheckConfig), which reaches none of its tasks`,
      ),
      ...some(
        found.HealthCheckCustomConfig === undefined && found.HealthCheckConfig === undefined,
        `its discovery service ${found.Name} has no custom health check`,
      ),
      ...some(
        isShared(uses.registries, arn),
        `its discovery service ${found.Name} also belongs to another service`,
      ),
      ...some(
        port === undefined,
        `its discovery service ${found.Name} has SRV records, and no registered host tells which of its ports they mean`,
      ),
    ],
    notes: some(
      namespace.Type === 'HTTP' && found.Description !== undefined && found.Description !== '',
      `Cloud Map updates nothing in an HTTP namespace: another description of ${found.Name} would replace it`,
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
