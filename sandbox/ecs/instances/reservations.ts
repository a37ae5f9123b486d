import type { NetworkBinding } from '@aws-sdk/client-ecs';
import type { MappedPorts, TaskDemand } from './demand.ts';
import type { HostRecord, TakenResources } from './state.ts';

/** What a task holds of its container instance until it has stopped. */
export interface Reservation {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly gpus: readonly string[];
  readonly hasInterface: boolean;
  /** Those that the task definition fixes. */
  readonly fixedPorts: readonly HostPort[];
  readonly chosenPorts: readonly HostPort[];
  /** By the name of the container. */
  readonly bindings: ReadonlyMap<string, readonly NetworkBinding[]>;
}

interface HostPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Ports that Linux gives out by itself, from which Docker takes those that nobody fixes (API reference, PortMapping). */
const FIRST_CHOSEN = 32_768;
const LAST_CHOSEN = 60_999;

export function nothingTaken(): TakenResources {
  return {
    cpu: 0,
    memoryMiB: 0,
    gpus: new Set(),
    tcpPorts: new Set(),
    udpPorts: new Set(),
    chosenTcpPorts: new Set(),
    chosenUdpPorts: new Set(),
    interfaces: 0,
  };
}

/** What is left for tasks; less than nothing where an instance came back smaller. */
export function remaining({ resources, taken }: HostRecord): {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly gpus: readonly string[];
} {
  return {
    cpu: resources.cpu - taken.cpu,
    memoryMiB: resources.memoryMiB - taken.memoryMiB,
    gpus: resources.gpus.filter((gpu) => !taken.gpus.has(gpu)),
  };
}

/** Ports of the host that are reserved: the agent's, and those that task definitions fix. */
export function reservedPorts({ resources, taken }: HostRecord, protocol: 'tcp' | 'udp'): readonly number[] {
  return protocol === 'tcp'
    ? [...resources.tcpPorts, ...taken.tcpPorts]
    : [...resources.udpPorts, ...taken.udpPorts];
}

export function isPortTaken(
  { resources, taken }: HostRecord,
  protocol: 'tcp' | 'udp',
  port: number,
): boolean {
  return protocol === 'tcp'
    ? resources.tcpPorts.includes(port) || taken.tcpPorts.has(port) || taken.chosenTcpPorts.has(port)
    : resources.udpPorts.includes(port) || taken.udpPorts.has(port) || taken.chosenUdpPorts.has(port);
}

/** Takes what a task needs. That it is there has been found out before. */
export function reserve(host: HostRecord, demand: TaskDemand): Reservation {
  const { gpus } = remaining(host);
  const bindings = new Map<string, NetworkBinding[]>();
  const fixedPorts: HostPort[] = [];
  const chosenPorts: HostPort[] = [];
  for (const mapped of demand.ports) {
    const { container, protocol, hostPort, count } = mapped;
    const first = hostPort ?? requireFree(host, protocol, count);
    const ports = Array.from({ length: count }, (_, index) => ({ protocol, port: first + index }));
    for (const { port } of ports) portsTaken(host.taken, protocol, hostPort !== undefined).add(port);
    (hostPort === undefined ? chosenPorts : fixedPorts).push(...ports);
    bindings.set(container, [...(bindings.get(container) ?? []), bindingOf(mapped, first)]);
  }
  const reservation: Reservation = {
    cpu: demand.cpu,
    memoryMiB: demand.memoryMiB,
    gpus: demand.gpus === 'ALL' ? gpus : gpus.slice(0, demand.gpus),
    hasInterface: demand.hasInterface,
    fixedPorts,
    chosenPorts,
    bindings,
  };
  host.taken.cpu += reservation.cpu;
  host.taken.memoryMiB += reservation.memoryMiB;
  for (const gpu of reservation.gpus) host.taken.gpus.add(gpu);
  if (demand.hasInterface) host.taken.interfaces += 1;
  return reservation;
}

/** Gives back what a task had. */
export function release({ taken }: HostRecord, reservation: Reservation): void {
  taken.cpu -= reservation.cpu;
  taken.memoryMiB -= reservation.memoryMiB;
  for (const gpu of reservation.gpus) taken.gpus.delete(gpu);
  if (reservation.hasInterface) taken.interfaces -= 1;
  for (const { protocol, port } of reservation.fixedPorts) portsTaken(taken, protocol, true).delete(port);
  for (const { protocol, port } of reservation.chosenPorts) portsTaken(taken, protocol, false).delete(port);
}

function portsTaken(taken: TakenResources, protocol: 'tcp' | 'udp', isFixed: boolean): Set<number> {
  if (protocol === 'tcp') return isFixed ? taken.tcpPorts : taken.chosenTcpPorts;
  return isFixed ? taken.udpPorts : taken.chosenUdpPorts;
}

/** Whether ECS finds that many ports in a row for tasks. */
export function hasFreePorts(host: HostRecord, protocol: 'tcp' | 'udp', count: number): boolean {
  return firstFree(host, protocol, count) !== undefined;
}

/** The first of so many free ports in a row; undefined where there are none. */
function firstFree(host: HostRecord, protocol: 'tcp' | 'udp', count: number): number | undefined {
  let first = FIRST_CHOSEN;
  for (let port = first; port - first < count && port <= LAST_CHOSEN; port += 1) {
    if (isPortTaken(host, protocol, port)) first = port + 1;
  }
  return first + count - 1 <= LAST_CHOSEN ? first : undefined;
}

function requireFree(host: HostRecord, protocol: 'tcp' | 'udp', count: number): number {
  const first = firstFree(host, protocol, count);
  if (first === undefined) throw new Error(`${host.arn} has no ${count} free ${protocol} ports in a row.`);
  return first;
}

/** As tasks show it (API reference, NetworkBinding). */
function bindingOf({ containerPort, count, protocol }: MappedPorts, hostPort: number): NetworkBinding {
  if (count === 1) return { bindIP: '0.0.0.0', containerPort, hostPort, protocol };
  return {
    bindIP: '0.0.0.0',
    containerPortRange: `${containerPort}-${containerPort + count - 1}`,
    hostPortRange: `${hostPort}-${hostPort + count - 1}`,
    protocol,
  };
}
