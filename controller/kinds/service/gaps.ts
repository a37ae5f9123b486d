import type { GapCause, Stops } from '../../core/resource.ts';
import { explained } from './explain.ts';
import type { Host, HostedTask, Location } from './host.ts';
import { mostTasksWithInterface } from './task-interfaces.ts';
import type { HostPort, TaskNeeds } from './task-needs.ts';

/** All that says why a host lacks a daemon. */
export interface Lack {
  readonly host: Host;
  /** Of the revision that is to run. */
  readonly needs: TaskNeeds;
  /** What else runs on the host. */
  readonly others: readonly HostedTask[];
  /** Epoch milliseconds: since when its agent is disconnected; undefined where it is not, or not for long enough. */
  readonly disconnectedSince: number | undefined;
  readonly stops: Stops | undefined;
  readonly isRollingOut: boolean;
  /** The subnets that its tasks' interfaces may be in; empty where they have none of their own. */
  readonly subnets: readonly string[];
  /** Of a subnet; undefined where that is not known. */
  readonly locationOf: (subnet: string) => Location | undefined;
  /** Messages of the service, newest first. */
  readonly events: readonly string[];
}

export interface Reason {
  readonly cause: GapCause;
  readonly message: string;
}

/** Why there is no task, in the order in which ECS would refuse one; the first counts (reference: why an instance has no daemon task). */
export function reasonOf(lack: Lack): Reason {
  return (
    notActive(lack) ??
    withoutAgent(lack) ??
    withoutAttribute(lack) ??
    withoutPort(lack) ??
    withoutRoom(lack) ??
    withoutGpus(lack) ??
    withoutSubnet(lack) ??
    withoutInterface(lack) ??
    stopping(lack) ??
    rollingOut(lack) ??
    unknown(lack)
  );
}

function notActive({ host: { status, statusReason = '' } }: Lack): Reason | undefined {
  if (status === 'ACTIVE') return undefined;
  if (status === 'DRAINING') {
    const message =
      'the host is DRAINING, so that ECS stops its daemon and starts none; set it ACTIVE, or terminate it';
    return { cause: 'Draining', message };
  }
  const why = statusReason === '' ? '' : `: ${statusReason}`;
  return {
    cause: 'NotRegistered',
    message: `the host is ${status}${why}; ECS starts tasks on it once it is ACTIVE`,
  };
}

function withoutAgent({ disconnectedSince }: Lack): Reason | undefined {
  if (disconnectedSince === undefined) return undefined;
  const since = new Date(disconnectedSince).toISOString();
  const message = `the ECS agent of the host is disconnected since ${since}; check that the host runs, the agent on it, and its way to ECS`;
  return { cause: 'AgentDisconnected', message };
}

function withoutAttribute({ host, needs }: Lack): Reason | undefined {
  const missing = needs.attributes.filter(({ name, value }) => {
    const has = host.attributes.get(name);
    return has === undefined || (value !== undefined && has !== value);
  });
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  const what = names.length === 1 ? 'the attribute' : `${names.length} attributes:`;
  return {
    cause: 'AttributeMissing',
    message: `the host lacks ${what} ${names.join(', ')}, which ${needs.revision} requires; the agent's configuration and version give a host its attributes`,
  };
}

/** Ports that ECS keeps on every host: those of SSH, of Docker and of its agent (ECS API reference, PortMapping). */
const RESERVED: ReadonlySet<number> = new Set([22, 2375, 2376, 51_678, 51_679, 51_680]);

function withoutPort({ host, needs, others }: Lack): Reason | undefined {
  const taken = needs.ports.find(({ protocol, port }) => host.takenPorts[protocol]?.has(port) === true);
  if (taken === undefined) return undefined;
  return {
    cause: 'PortTaken',
    message: `host port ${taken.port}/${taken.protocol} is taken by ${holderOf(taken, others)}; change the port of one of the two, or keep them on different hosts by placement constraints`,
  };
}

function holderOf({ protocol, port }: HostPort, others: readonly HostedTask[]): string {
  const holder = others.find(({ ports }) =>
    ports.some((one) => one.port === port && one.protocol === protocol),
  );
  if (holder !== undefined) return `task ${holder.id} of ${holder.group}`;
  return RESERVED.has(port) ? 'the host itself, as ECS reserves it' : 'for a reason that ECS does not show';
}

function withoutRoom({ host: { cpuLeft, memoryLeftMiB }, needs }: Lack): Reason | undefined {
  const cpu = short('CPU units', needs.cpu, cpuLeft);
  const memory = short('MiB of memory', needs.memoryMiB, memoryLeftMiB);
  if (cpu === undefined && memory === undefined) return undefined;
  return {
    cause: cpu === undefined ? 'MemoryShort' : 'CpuShort',
    message: `${[cpu, memory].filter((text) => text !== undefined).join(', and ')}; make room on the host, or let the daemon ask for less`,
  };
}

function short(what: string, needed: number, left: number | undefined): string | undefined {
  return left === undefined || left >= needed
    ? undefined
    : `it needs ${needed} ${what} and ${left} are left, ${needed - left} short`;
}

function withoutGpus({ host: { gpus }, needs }: Lack): Reason | undefined {
  if (gpus === undefined) return undefined;
  const needed = needs.gpus === 'ALL' ? Math.max(1, gpus.all) : needs.gpus;
  const what = needed === 1 ? 'GPU' : 'GPUs';
  const lack = short(
    needs.gpus === 'ALL' && gpus.all > 0 ? `${what}, all of the host,` : what,
    needed,
    gpus.left,
  );
  return lack === undefined
    ? undefined
    : {
        cause: 'GpuShort',
        message: `${lack}; make room on the host, or keep the daemon on hosts with GPUs by placement constraints`,
      };
}

/** The interface of a task is attached to its host, so that it can only be in the VPC and the zone of the host. */
function withoutSubnet({ host, needs, subnets, locationOf, events }: Lack): Reason | undefined {
  const { zone, vpc } = host;
  if (!needs.hasInterface || zone === undefined || subnets.length === 0) return undefined;
  if (host.subnet !== undefined && subnets.includes(host.subnet)) return undefined;
  const locations = subnets.map(locationOf);
  // The subnets of a service are all of one VPC.
  const theirs = locations.find((location) => location?.vpc !== undefined)?.vpc;
  if (vpc !== undefined && theirs !== undefined && theirs !== vpc) {
    return {
      cause: 'NoSubnet',
      message: `the host is in ${vpc}, and the subnets of the service are in ${theirs}; keep the daemon off such hosts by placement constraints, or give them a cluster of their own`,
    };
  }
  const zones = locations.map((location) => location?.zone);
  if (zones.includes(zone)) return undefined;
  // The zone of a subnet without hosts is not known, and then ECS has to say that it is none: it tells of an attribute, and none is missing.
  if (zones.includes(undefined) && !/missing an attribute/i.test(saidOf(host, events) ?? ''))
    return undefined;
  return {
    cause: 'NoSubnet',
    message: `the host is in ${zone}, where the service has no subnet (${subnets.join(', ')}); add one of that zone to subnets, or keep the daemon out of that zone by placement constraints`,
  };
}

function withoutInterface({ host, needs, others, events }: Lack): Reason | undefined {
  if (!needs.hasInterface) return undefined;
  const used = others.filter(({ hasInterface }) => hasInterface).length;
  const most = mostTasksWithInterface(host.instanceType ?? '', host.hasTrunk);
  const isFull = most !== undefined && used >= most;
  if (!isFull && !/RESOURCE:ENI/.test(saidOf(host, events) ?? '')) return undefined;
  const why = isFull
    ? `${host.instanceType} has ${most} for tasks, and ${used} ${used === 1 ? 'has' : 'have'} one`
    : 'ECS says RESOURCE:ENI';
  return {
    cause: 'NoInterface',
    message: `no network interface is left: ${why}; turn on awsvpcTrunking before hosts are made, or write networkMode: host`,
  };
}

function stopping({ host, stops }: Lack): Reason | undefined {
  const last = stops?.onHosts?.[host.arn];
  if (last === undefined) return undefined;
  const when = last.at === undefined ? '' : ` at ${new Date(last.at).toISOString()}`;
  return { cause: 'TaskStops', message: `its task started and stopped${when}: ${explained(last.reason)}` };
}

function rollingOut({ isRollingOut }: Lack): Reason | undefined {
  if (!isRollingOut) return undefined;
  const message = 'a rollout is under way, and ECS has no new task on this host yet';
  return { cause: 'RolloutUnderWay', message };
}

function unknown({ host, events }: Lack): Reason {
  const said = saidOf(host, events);
  const message =
    said === undefined
      ? 'nothing that ECS shows says why; ECS may start it within a minute, and otherwise the events of the service in the ECS console may tell'
      : `ECS says: ${said}`;
  return { cause: 'Unknown', message };
}

/** What an event of the service said last of the host: it names the one that came closest to taking a task. */
function saidOf({ id }: Host, events: readonly string[]): string | undefined {
  const event = events.find((message) => message.includes(`container-instance ${id}`));
  return event?.replace(/^\(service [^)]*\) /, '');
}
