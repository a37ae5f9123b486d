import type { CallContext } from '../../call.ts';
import { invalidParameter } from '../errors.ts';
import { ecsArn, pathParts, resourcePath } from '../names.ts';
import type { ClusterRecord, TaskRecord } from '../state.ts';
import type { HostRecord } from './state.ts';

/** How many deregistered instances of a cluster can still be described; AWS forgets them some time later. */
const INACTIVE_REMEMBERED = 100;

/** The ARN of a container instance. */
export function hostArn(context: CallContext, cluster: string, id: string): string {
  return ecsArn(context, `container-instance/${cluster}/${id}`);
}

/** The instance of an id or ARN, INACTIVE ones included. Throws InvalidParameterException for what can be none of the cluster. */
export function findHost(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): HostRecord | undefined {
  const path = resourcePath(context, 'container-instance', reference ?? '');
  if (path === undefined) throw invalidParameter('Container Instance Identifier is invalid');
  const [first = '', second] = pathParts(path, 2);
  if (second !== undefined && first !== cluster.name) {
    throw invalidParameter(
      `Invalid identifier: Identifier is for cluster ${first}. Your cluster is ${cluster.name}`,
    );
  }
  return cluster.hosts.get(second ?? first);
}

/** The same of one that is registered. Throws InvalidParameterException where there is none. */
export function requireHost(
  context: CallContext,
  cluster: ClusterRecord,
  reference: string | undefined,
): HostRecord {
  if (!reference) throw invalidParameter('Container instance can not be blank.');
  const found = findHost(context, cluster, reference);
  if (found !== undefined && found.status !== 'INACTIVE') return found;
  throw invalidParameter('Referenced container instance not found.');
}

/** Those that are registered, in the order of their ids. */
export function* registeredHosts({ hosts }: ClusterRecord): Generator<HostRecord> {
  for (const host of hosts.values()) if (host.status !== 'INACTIVE') yield host;
}

/** The tasks of an instance that have not stopped. */
export function tasksOn({ tasks }: ClusterRecord, { taskIds }: HostRecord): readonly TaskRecord[] {
  return [...taskIds].flatMap((id) => tasks.get(id) ?? []);
}

/** A deregistered instance stays describable, until too many others were deregistered after it. */
export function rememberInactive({ hosts, inactiveHosts }: ClusterRecord, host: HostRecord): void {
  inactiveHosts.push(host.id);
  if (inactiveHosts.length <= INACTIVE_REMEMBERED) return;
  const oldest = inactiveHosts.shift();
  if (oldest !== undefined) hosts.delete(oldest);
}
