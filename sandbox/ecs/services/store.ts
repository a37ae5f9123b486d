import type { CallContext } from '../../call.ts';
import { clusterName } from '../clusters/store.ts';
import { invalidParameter, serviceNotFound } from '../errors.ts';
import { ecsArn, identifierPath, pathParts } from '../names.ts';
import type { ClusterRecord, EcsState, ServiceRecord } from '../state.ts';

/** How many deleted services can still be described; AWS forgets them some time later. */
const DELETED_REMEMBERED = 1000;
/** Quota "Services per cluster". */
const MOST_IN_CLUSTER = 5000;

/** Finds a service by name or ARN, INACTIVE ones included. Throws InvalidParameterException for an ARN of another cluster. */
export function findService(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord | undefined {
  const path = identifierPath(context, 'service', reference ?? '');
  const [first = '', name] = pathParts(path, 2);
  if (name !== undefined) requireSameCluster(first, cluster);
  return cluster.services.get(name ?? first);
}

/** Throws where an identifier names another cluster than the request. */
export function requireSameCluster(named: string, cluster: ClusterRecord): void {
  if (named === cluster.name) return;
  throw invalidParameter(
    `Invalid identifier: Identifier is for cluster ${named}. Your cluster is ${cluster.name}`,
  );
}

/** The service of a name or ARN, INACTIVE ones included. Throws ServiceNotFoundException, InvalidParameterException. */
export function requireService(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord {
  const found = findService(context, cluster, reference);
  if (found === undefined) throw serviceNotFound();
  return found;
}

/** What DescribeServices calls one that it does not find. */
export function missingServiceArn(
  context: CallContext,
  cluster: string | undefined,
  service: string,
): string {
  if (service.startsWith('arn:')) return service;
  return ecsArn(context, `service/${clusterName(context, cluster)}/${service}`);
}

/** Throws InvalidParameterException where the cluster is full. */
export function addService(service: ServiceRecord): void {
  const { cluster } = service;
  if (cluster.activeServices >= MOST_IN_CLUSTER) {
    throw invalidParameter(`You have reached the limit of ${MOST_IN_CLUSTER} services per cluster.`);
  }
  cluster.services.set(service.name, service);
  cluster.activeServices += 1;
}

/** A service that is being deleted stays describable, until too many others were deleted after it. */
export function rememberDeleted(ecs: EcsState, service: ServiceRecord): void {
  ecs.deletedServices.push(service);
  if (ecs.deletedServices.length <= DELETED_REMEMBERED) return;
  const oldest = ecs.deletedServices.shift();
  if (oldest?.status === 'DRAINING') ecs.deletedServices.push(oldest);
  else if (oldest !== undefined && oldest.cluster.services.get(oldest.name) === oldest) {
    oldest.cluster.services.delete(oldest.name);
  }
}
