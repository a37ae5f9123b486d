import type {
  DiscoverInstancesCommandInput,
  DiscoverInstancesCommandOutput,
  DiscoverInstancesRevisionCommandInput,
  DiscoverInstancesRevisionCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { seededRandom } from '../seeded-random.ts';
import { shuffled } from '../shuffle.ts';
import { checkMaxResults, checkOwnerAccount, invalidInput, required } from './checks.ts';
import { hasHealthCheck, shownHealth } from './health.ts';
import { checkAttribute } from './instance-checks.ts';
import { isCalled, nameKey } from './names.ts';
import { checkServiceName } from './service-checks.ts';
import type { DiscoveryService, Instance } from './state.ts';

const NAMESPACE_NAME = /^[!-~]{1,1024}$/;

/**
 * Answers instances in random order. Throws InvalidInput, NamespaceNotFound, ServiceNotFound. There are no pages: what is over MaxResults
 * (at most 1000) is not shown. AWS documents no default for HealthStatus; here it is the one that fails open.
 */
export function discoverInstances(
  input: DiscoverInstancesCommandInput,
  context: CallContext,
): Answer<DiscoverInstancesCommandOutput> {
  const limit = checkMaxResults(input.MaxResults, 1000);
  checkWantedAttributes(input.QueryParameters);
  checkWantedAttributes(input.OptionalParameters);
  const service = findByNames(context, input);
  const matching = withAttributes([...service.instances.values()], input.QueryParameters);
  const healthy = withHealth(service, matching, input.HealthStatus ?? 'HEALTHY_OR_ELSE_ALL');
  const preferred = withAttributes(healthy, input.OptionalParameters);
  const found = preferred.length > 0 ? preferred : healthy;
  // The order comes from the moment, and not from the world's random: looking changes nothing.
  const order = seededRandom(context.world.now());
  return {
    Instances: shuffled(found, order)
      .slice(0, limit)
      .map((instance) => ({
        InstanceId: instance.id,
        NamespaceName: input.NamespaceName,
        ServiceName: service.name,
        HealthStatus: shownHealth(service, instance),
        Attributes: instance.attributes,
      })),
    InstancesRevision: service.instancesRevision,
  };
}

export function discoverInstancesRevision(
  input: DiscoverInstancesRevisionCommandInput,
  context: CallContext,
): Answer<DiscoverInstancesRevisionCommandOutput> {
  const service = findByNames(context, input);
  return { InstancesRevision: service.instancesRevision };
}

/** Nobody shares namespaces here: those of another owner are not found. */
function findByNames(
  { state: { servicediscovery: state }, accountId }: CallContext,
  {
    NamespaceName,
    ServiceName,
    OwnerAccount,
  }: Pick<DiscoverInstancesCommandInput, 'NamespaceName' | 'ServiceName' | 'OwnerAccount'>,
): DiscoveryService {
  const namespaceName = required(NamespaceName, 'NamespaceName');
  if (!NAMESPACE_NAME.test(namespaceName)) throw invalidInput('NamespaceName is not valid.');
  const name = checkServiceName(ServiceName);
  const owner = checkOwnerAccount(OwnerAccount) ?? accountId;
  const namespace = [...state.namespaces.values()].find((each) => isCalled(each, namespaceName));
  if (namespace === undefined || owner !== accountId) {
    throw new AwsError('NamespaceNotFound', `No namespace exists with the specified name: ${namespaceName}`);
  }
  const service = state.services.get(namespace.services.get(nameKey(namespace.type, name)) ?? '');
  if (service === undefined) {
    throw new AwsError('ServiceNotFound', `No service exists with the specified name: ${name}`);
  }
  return service;
}

/** Throws InvalidInput for what no instance can have as an attribute. */
function checkWantedAttributes(attributes: Readonly<Record<string, string>> | undefined): void {
  for (const [key, value] of Object.entries(attributes ?? {})) checkAttribute(key, value);
}

function withAttributes(
  instances: readonly Instance[],
  attributes: Readonly<Record<string, string>> | undefined,
): readonly Instance[] {
  const wanted = Object.entries(attributes ?? {});
  return instances.filter((instance) => wanted.every(([key, value]) => instance.attributes[key] === value));
}

/** Without a health check every instance is answered, whatever was asked (DiscoverInstances, API reference). */
function withHealth(
  service: DiscoveryService,
  instances: readonly Instance[],
  status: string,
): readonly Instance[] {
  if (!['ALL', 'HEALTHY', 'UNHEALTHY', 'HEALTHY_OR_ELSE_ALL'].includes(status)) {
    throw invalidInput(`${status} is not a health status to filter by.`);
  }
  if (!hasHealthCheck(service) || status === 'ALL') return instances;
  if (status !== 'HEALTHY_OR_ELSE_ALL') return instances.filter(({ health }) => health === status);
  const healthy = instances.filter(({ health }) => health === 'HEALTHY');
  return healthy.length > 0 ? healthy : instances;
}
