import type { PlacementConstraint } from '@aws-sdk/client-ecs';
import { matches } from '../cluster-query/matches.ts';
import { parseQuery } from '../cluster-query/parse.ts';
import { attributeOf, hasAttribute } from '../instances/attributes.ts';
import type { TaskDemand } from '../instances/demand.ts';
import { targetOf } from '../instances/query-target.ts';
import { hasFreePorts, isPortTaken, remaining, reservedPorts } from '../instances/reservations.ts';
import type { HostRecord } from '../instances/state.ts';
import type { ClusterRecord } from '../state.ts';

/** What keeps a task from a container instance. */
export type Misfit =
  | 'MEMBER_OF'
  | 'DISTINCT_INSTANCE'
  | 'AGENT'
  | 'ATTRIBUTE'
  | 'PORTS'
  | 'CPU'
  | 'MEMORY'
  | 'GPU'
  | 'ENI'
  | 'SUBNET';

/** In the order in which they are asked for: the later, the closer the instance was. */
const ORDER: readonly Misfit[] = [
  'MEMBER_OF',
  'DISTINCT_INSTANCE',
  'AGENT',
  'ATTRIBUTE',
  'PORTS',
  'CPU',
  'MEMORY',
  'GPU',
  'ENI',
  'SUBNET',
];

/** Ports of an instance that can be reserved (API reference, PortMapping). */
const MOST_PORTS = 100;

export function closeness(misfit: Misfit): number {
  return ORDER.indexOf(misfit);
}

/** Whether all expressions are true of an instance. */
export function isMember(
  cluster: ClusterRecord,
  host: HostRecord,
  constraints: readonly PlacementConstraint[],
): boolean {
  return constraints.every(
    ({ type, expression = '' }) =>
      type !== 'memberOf' || matches(parseQuery(expression), targetOf(cluster, host)),
  );
}

/**
 * What an instance lacks for a task, in the order in which it is asked for; nothing where the task fits. `isReachable`: the task's network
 * has a subnet where the instance is.
 */
export function* lacksOf(host: HostRecord, demand: TaskDemand, isReachable: boolean): Generator<Misfit> {
  if (!host.agentConnected) yield 'AGENT';
  if (!hasAttributes(host, demand)) yield 'ATTRIBUTE';
  if (!hasPorts(host, demand)) yield 'PORTS';
  const left = remaining(host);
  if (demand.cpu > left.cpu) yield 'CPU';
  if (demand.memoryMiB > left.memoryMiB) yield 'MEMORY';
  if (!hasGpus(host, demand, left.gpus.length)) yield 'GPU';
  if (demand.hasInterface && host.taken.interfaces >= host.interfaces) yield 'ENI';
  if (!isReachable) yield 'SUBNET';
}

function hasAttributes(host: HostRecord, demand: TaskDemand): boolean {
  return demand.attributes.every(
    ({ name = '', value }) =>
      hasAttribute(host, name) && (value === undefined || attributeOf(host, name) === value),
  );
}

function hasPorts(host: HostRecord, { ports }: TaskDemand): boolean {
  return (['tcp', 'udp'] as const).every((protocol) => {
    const ofProtocol = ports.filter((mapped) => mapped.protocol === protocol);
    const fixed = ofProtocol.flatMap(({ hostPort }) => (hostPort === undefined ? [] : [hostPort]));
    const chosen = ofProtocol.reduce(
      (sum, { hostPort, count }) => sum + (hostPort === undefined ? count : 0),
      0,
    );
    return (
      !fixed.some((port) => isPortTaken(host, protocol, port)) &&
      (fixed.length === 0 || reservedPorts(host, protocol).length + fixed.length <= MOST_PORTS) &&
      (chosen === 0 || hasFreePorts(host, protocol, chosen))
    );
  });
}

function hasGpus({ resources }: HostRecord, { gpus }: TaskDemand, left: number): boolean {
  return gpus === 'ALL' ? resources.gpus.length > 0 && left === resources.gpus.length : gpus <= left;
}
