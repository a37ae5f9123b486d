import type { ServiceRegistry, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { unsaidIn, writtenOf } from '../core/fields/table.ts';
import { DEPLOYMENT } from '../kinds/service/deployment-fields.ts';
import { SERVICE } from '../kinds/service/fields.ts';
import { withDeployed } from '../kinds/service/observed.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

/** What the ECS service says itself, and by its revision. */
export function exportSettings(service: Service, revision: Pick<ServiceRevision, 'monitoring'> = {}): Part {
  const deployment = writtenOf(DEPLOYMENT.fields, service.deploymentConfiguration ?? {});
  const { propagateTags, desiredCount, ...written } = writtenOf(SERVICE.fields, {
    ...withDeployed(service),
    monitoring: revision.monitoring,
  });
  return {
    spec: {
      ...written,
      // ECS counts the hosts by itself.
      ...(written.schedulingStrategy === 'DAEMON' ? {} : { desiredCount }),
      // A service is made with those of the service.
      ...(propagateTags === 'SERVICE' ? {} : { propagateTags: propagateTags ?? 'NONE' }),
      ...(service.deploymentConfiguration === undefined ? {} : { deployment }),
    },
    obstacles: [...whyNotHere(service), ...whyNotPlain(service)],
    notes: [],
  };
}

function whyNotHere(service: Service): readonly string[] {
  const { launchType = 'EC2', capacityProviderStrategy = [] } = service;
  const { schema } = SERVICE.fields.launchType;
  const isKnown = capacityProviderStrategy.length > 0 || schema.enum.some((known) => known === launchType);
  return [
    ...(isKnown ? [] : [`its launch type is ${launchType}`]),
    ...(launchType === 'FARGATE' && service.networkConfiguration?.awsvpcConfiguration === undefined
      ? ['it has no network configuration of its own']
      : []),
  ];
}

/** What a manifest has no word for, and a later change of the service could take from it. */
function whyNotPlain(service: Service): readonly string[] {
  const { deploymentController, serviceRegistries = [], deployments = [] } = service;
  const { strategy, lifecycleHooks = [] } = service.deploymentConfiguration ?? {};
  const controller = deploymentController?.type ?? 'ECS';
  const some = (has: boolean, what: string): readonly string[] => (has ? [what] : []);
  const { loadBalancers, serviceConnectConfiguration, volumeConfigurations } = SERVICE.fields;
  const held = { loadBalancers, serviceConnectConfiguration, volumeConfigurations };
  return [
    ...some(controller !== 'ECS', `its deployments are controlled by ${controller}`),
    ...some(strategy !== undefined && strategy !== 'ROLLING', `its deployment strategy is ${strategy}`),
    ...some(lifecycleHooks.length > 0, 'its deployments have lifecycle hooks'),
    ...some(serviceRegistries.length > 1, `it has ${serviceRegistries.length} service registries`),
    ...some(
      deployments.some(({ vpcLatticeConfigurations = [] }) => vpcLatticeConfigurations.length > 0),
      'it is in VPC Lattice',
    ),
    ...unsaidIn({ fields: held, elsewhere: {}, notOffered: {} }, heldBy(withDeployed(service))).map(
      (member) => `it has ${member}`,
    ),
  ];
}

function heldBy(service: ReturnType<typeof withDeployed>): object {
  const { loadBalancers, serviceConnectConfiguration, volumeConfigurations } = service;
  return { loadBalancers, serviceConnectConfiguration, volumeConfigurations };
}

function portOf({ port, containerName, containerPort }: ServiceRegistry = {}) {
  return { port, containerName, containerPort };
}

/** Its place in service discovery; nothing where it has none. */
export function exportDiscovery(
  { namespaces, discoveryServices, registries }: Account,
  uses: Uses,
  { clusterArn = '', serviceName = '', networkConfiguration, serviceRegistries = [] }: Service,
  manifest: string,
): Part<Pick<DaemonServiceManifestSpec, 'serviceDiscovery'>> {
  // Where the controller registers hosts, the discovery service alone tells of which service.
  const registryArn =
    networkConfiguration?.awsvpcConfiguration === undefined
      ? registries.get(`${clusterArn.split('/').at(-1) ?? ''}/${serviceName}`)
      : undefined;
  const isOfHosts = serviceRegistries.length === 0 && registryArn !== undefined;
  const registry = isOfHosts ? { registryArn } : serviceRegistries[0];
  if (registry === undefined) return { spec: {}, obstacles: [], notes: [] };
  const arn = registry.registryArn ?? '';
  const found = discoveryServices.find(({ Arn }) => Arn === arn);
  const namespace = namespaces.find(({ Id }) => Id === found?.namespaceId);
  if (found?.Name === undefined || namespace?.Name === undefined) {
    return { spec: {}, obstacles: [`its discovery service ${arn} cannot be found`], notes: [] };
  }
  const namesakes = namespaces.filter(({ Name, Type }) => Name === namespace.Name && Type === 'DNS_PRIVATE');
  const { DnsRecords: records = [], RoutingPolicy = 'MULTIVALUE' } = found.DnsConfig ?? {};
  const some = (has: boolean, what: string): readonly string[] => (has ? [what] : []);
  return {
    spec: {
      serviceDiscovery: present({
        namespace: namespace.Name,
        namespaceId: namesakes.length > 1 ? namespace.Id : undefined,
        name: found.Name === manifest ? undefined : found.Name,
        description: found.Description === '' ? undefined : found.Description,
        dnsRecords: records.map(({ Type, TTL = 0 }) => ({ type: Type as 'A', ttl: TTL })),
        ...(isOfHosts ? { registration: 'controller' as const } : portOf(serviceRegistries[0])),
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
    ],
    notes: some(
      RoutingPolicy !== 'MULTIVALUE',
      `the routing policy ${RoutingPolicy} stays as it is: no manifest says it`,
    ),
  };
}
