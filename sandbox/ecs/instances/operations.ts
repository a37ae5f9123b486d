import type {
  ContainerInstance,
  DescribeContainerInstancesCommandInput,
  DescribeContainerInstancesCommandOutput,
  Failure,
  ListContainerInstancesCommandInput,
  ListContainerInstancesCommandOutput,
  UpdateContainerInstancesStateCommandInput,
  UpdateContainerInstancesStateCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { matches } from '../cluster-query/matches.ts';
import { clusterName, requireActiveCluster, requireCluster } from '../clusters/store.ts';
import { clientError, invalidParameter, requireBatch, requireOneOf } from '../errors.ts';
import { filtered, readPageFrom } from '../pages.ts';
import { taskContext } from '../services/scheduler.ts';
import type { ClusterRecord } from '../state.ts';
import { readExpression } from './expressions.ts';
import { changeHost } from './lifecycle.ts';
import { targetOf } from './query-target.ts';
import type { HostRecord } from './state.ts';
import { findHost, hostArn } from './store.ts';
import { showHost } from './view.ts';

const MOST_DESCRIBED = 100;
const MOST_UPDATED = 10;
const STATUSES = ['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED'];

/** All that are registered, or those of a status; that the filter, an expression, lets pass. */
export function listContainerInstances(
  input: ListContainerInstancesCommandInput,
  context: CallContext,
): Answer<ListContainerInstancesCommandOutput> {
  const { status, filter } = input;
  if (status !== undefined) requireOneOf('status', status, STATUSES);
  const cluster = requireCluster(context, input.cluster);
  const query = filter === undefined || filter === '' ? undefined : readExpression(filter);
  const isListed = (host: HostRecord): boolean =>
    (status === undefined ? host.status !== 'INACTIVE' : host.status === status) &&
    (query === undefined || matches(query, targetOf(cluster, host)));
  const { items, nextToken } = readPageFrom(
    (start) => filtered(cluster.hosts.from(start), ([, host]) => isListed(host)),
    input,
    { size: 100 },
  );
  return { containerInstanceArns: items.map(({ arn }) => arn), nextToken };
}

export function describeContainerInstances(
  input: DescribeContainerInstancesCommandInput,
  context: CallContext,
): Answer<DescribeContainerInstancesCommandOutput> {
  const { include = [] } = input;
  requireBatch('containerInstances', input.containerInstances, MOST_DESCRIBED);
  for (const field of include) requireOneOf('include', field, ['TAGS', 'CONTAINER_INSTANCE_HEALTH']);
  const cluster = requireCluster(context, input.cluster);
  const { found, failures } = findAll(context, cluster, input);
  return { containerInstances: found.map((host) => showHost(cluster, host, include)), failures };
}

interface Asked {
  readonly cluster?: string | undefined;
  readonly containerInstances: readonly string[] | undefined;
}

function findAll(
  context: CallContext,
  cluster: ClusterRecord,
  { cluster: named, containerInstances = [] }: Asked,
): { readonly found: readonly HostRecord[]; readonly failures: Failure[] } {
  const found: HostRecord[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(containerInstances)) {
    const host = findHost(context, cluster, reference);
    if (host !== undefined) found.push(host);
    else failures.push({ arn: missingArn(context, named, reference), reason: 'MISSING' });
  }
  return { found, failures };
}

function missingArn(context: CallContext, cluster: string | undefined, reference: string): string {
  return reference.startsWith('arn:')
    ? reference
    : hostArn(context, clusterName(context, cluster), reference);
}

/**
 * Between ACTIVE and DRAINING. Services take their tasks from an instance that drains, and put none there (developer guide, container instance
 * draining). Throws ClusterNotFoundException, InvalidParameterException, ClientException (an instance that is neither).
 */
export function updateContainerInstancesState(
  input: UpdateContainerInstancesStateCommandInput,
  context: CallContext,
): Answer<UpdateContainerInstancesStateCommandOutput> {
  const { status } = input;
  requireBatch('containerInstances', input.containerInstances, MOST_UPDATED);
  if (status !== 'ACTIVE' && status !== 'DRAINING') {
    throw invalidParameter('Container instance status should be one of [ACTIVE,DRAINING]');
  }
  const cluster = requireActiveCluster(context, input.cluster);
  const { found, failures } = findAll(context, cluster, input);
  for (const host of found) requireUpdatable(host);
  const updated: ContainerInstance[] = found.map((host) => {
    if (host.status !== status) changeHost(taskContext(context), cluster, host, { status });
    return showHost(cluster, host, ['TAGS']);
  });
  return { containerInstances: updated, failures };
}

function requireUpdatable({ status, id }: HostRecord): void {
  if (status === 'ACTIVE' || status === 'DRAINING') return;
  throw clientError(`The status of the container instance ${id} cannot be changed while it is ${status}.`);
}
