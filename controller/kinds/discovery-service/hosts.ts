import type { Registration } from '../../core/resource.ts';
import type { RunningHost } from '../service/facts.ts';
import type { HostRegistration } from './spec.ts';
import type { HostInstance, HostWork } from './state.ts';

/** What a host is reached at, as far as EC2 tells. */
export interface Address {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export interface HostsCompared extends HostWork {
  /** How many hosts run the daemon. */
  readonly running: number;
  /** Hosts that cannot be registered: which, and why. */
  readonly unable: readonly { readonly id: string; readonly why: string }[];
}

export interface HostsWanted extends HostRegistration {
  readonly recordTypes: readonly string[];
  readonly hosts: readonly RunningHost[];
  /** Undefined where it could not be found out. */
  readonly addressOf: (host: RunningHost) => Address | undefined;
  /** Why addresses could not be read; undefined where they could. */
  readonly unreadable?: string | undefined;
  /** What every instance carries: whose it is, and of which ECS service. */
  readonly marks: Readonly<Record<string, string>>;
}

/**
 * What is to be done about the hosts of a discovery service, so that each on which its daemon runs, and is well, is in it once. What
 * others registered is neither changed nor taken for a host's. Pure.
 */
export function compareHosts(wanted: HostsWanted, registrations: readonly Registration[]): HostsCompared {
  const registered = new Map(registrations.map((one) => [one.id, one]));
  const running = new Set(wanted.hosts.map(({ id }) => id));
  const compared = wanted.hosts.map((host) => compareHost(wanted, host, registered.get(host.id)));
  return {
    running: running.size,
    register: compared.flatMap(({ register }) => register ?? []),
    report: compared.flatMap(({ report }) => report ?? []),
    unable: compared.flatMap(({ unable }) => unable ?? []),
    leave: registrations.flatMap(({ id, ours }) => (ours !== undefined && !running.has(id) ? [id] : [])),
  };
}

interface HostCompared {
  readonly register?: HostWork['register'][number];
  readonly report?: HostWork['report'][number];
  readonly unable?: HostsCompared['unable'][number];
}

function compareHost(
  wanted: HostsWanted,
  host: RunningHost,
  registration: Registration | undefined,
): HostCompared {
  const { id, health } = host;
  const isWell = health === 'HEALTHY' || (health === 'UNKNOWN' && !wanted.awaitsHealth);
  if (registration !== undefined && registration.ours === undefined) {
    return {
      unable: { id, why: 'somebody else has registered an instance with its id: deregister that one' },
    };
  }
  const instance = instanceOf(wanted, host, registration);
  if (registration === undefined) {
    if (!isWell) return {};
    return 'why' in instance
      ? { unable: { id, why: instance.why } }
      : { register: { ...instance, isThere: false } };
  }
  // What cannot be found out now is no reason to change what was registered when it could.
  if (isWell && !('why' in instance) && isOther(instance, registration)) {
    return { register: { ...instance, isThere: true } };
  }
  // Its task may only be starting anew: that it is not yet healthy is no word about the host.
  if (health === 'UNHEALTHY' && registration.health === 'HEALTHY')
    return { report: { id, status: 'UNHEALTHY' } };
  if (isWell && registration.health === 'UNHEALTHY') return { report: { id, status: 'HEALTHY' } };
  return {};
}

/** Custom health, which is told otherwise from then on. */
const INITIAL_HEALTH = 'AWS_INIT_HEALTH_STATUS';

function isOther({ attributes }: HostInstance, { ours = {} }: Registration): boolean {
  return Object.entries(attributes).some(([key, value]) => key !== INITIAL_HEALTH && ours[key] !== value);
}

/**
 * The port at which the tasks of a host are reached: the manifest's, once they have it. Until a rollout brings it, the one that they have,
 * and of several the one that is registered. Where ECS tells of none, as in the host's own network, the manifest's counts.
 */
function portOf(
  { port }: HostsWanted,
  { ports }: RunningHost,
  registration: Registration | undefined,
): number | undefined | { readonly why: string } {
  if (port === undefined || ports === undefined || ports.includes(port)) return port;
  if (ports.length === 1) return ports[0];
  const registered = Number(registration?.ours?.['AWS_INSTANCE_PORT']);
  if (ports.includes(registered)) return registered;
  const why = `its task has the ports ${ports.join(', ')}, and not yet ${port}, which its manifest publishes`;
  return { why };
}

/** What is registered of a host, or why nothing can be (RegisterInstance, Cloud Map API reference). */
function instanceOf(
  wanted: HostsWanted,
  host: RunningHost,
  registration: Registration | undefined,
): HostInstance | { readonly why: string } {
  const { recordTypes, addressOf, unreadable, marks } = wanted;
  const { id, ec2InstanceId } = host;
  if (ec2InstanceId !== undefined && !ec2InstanceId.startsWith('i-')) {
    return { why: `${ec2InstanceId} is no instance of EC2, which tells the addresses of hosts` };
  }
  const name = ec2InstanceId ?? id;
  const address = addressOf(host);
  if (address === undefined)
    return { why: `the address of ${name} is not known: ${unreadable ?? 'EC2 tells none'}` };
  const { ipv4, ipv6 } = address;
  if (recordTypes.includes('A') && ipv4 === undefined) return { why: `${name} has no IPv4 address` };
  if (recordTypes.includes('AAAA') && ipv6 === undefined) return { why: `${name} has no IPv6 address` };
  if (ipv4 === undefined && ipv6 === undefined) return { why: `${name} has no address` };
  const port = portOf(wanted, host, registration);
  if (typeof port === 'object') return port;
  return {
    id,
    attributes: {
      ...(ipv4 === undefined ? {} : { AWS_INSTANCE_IPV4: ipv4 }),
      ...(ipv6 === undefined ? {} : { AWS_INSTANCE_IPV6: ipv6 }),
      ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
      [INITIAL_HEALTH]: 'HEALTHY',
      ...(ec2InstanceId === undefined ? {} : { EC2_INSTANCE_ID: ec2InstanceId }),
      ...marks,
    },
  };
}
