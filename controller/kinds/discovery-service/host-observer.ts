import { resourceKey } from '../../core/resource.ts';
import type { Desired, Health, Registration } from '../../core/resource.ts';
import type { Findings } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import type { DriverContext } from '../kind.ts';
import type { ServiceFindings } from '../service/facts.ts';
import { createHostAddressReader } from './host-addresses.ts';
import { compareHosts } from './hosts.ts';
import type { HostsCompared } from './hosts.ts';
import { marksOf } from './marks.ts';
import { createSightings } from './sightings.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import type { HostWork } from './state.ts';

/** How long a host is without a task before we believe it, beside a second look: longer than ECS's reads lag (reference: faults, stale read). */
const GONE_AFTER_MS = 5_000;

/** What is to be done about the hosts of a service, by what is registered; undefined where its hosts were not seen. */
export type CompareHosts = (registrations: readonly Registration[]) => HostsCompared | undefined;

export interface HostObserver {
  /** Reads the addresses of all hosts that these services have, at once. */
  look(
    services: readonly Desired<DiscoveryServiceSpec>[],
    findings: Findings,
  ): Promise<(service: Desired<DiscoveryServiceSpec>) => CompareHosts>;
  /** Of that, what is done by now: what leaves is seen twice. `serviceId` is Cloud Map's. */
  due(serviceId: string, compared: HostsCompared | undefined): HostWork | undefined;
  /** Forgets the sightings in other services. */
  keepOnly(serviceIds: ReadonlySet<string>): void;
}

export function createHostObserver({ aws, claim, clock }: DriverContext): HostObserver {
  const readAddresses = createHostAddressReader(aws, clock);
  const gone = createSightings(clock, GONE_AFTER_MS);

  return {
    async look(services, findings) {
      const withHosts = services.filter(({ spec }) => spec.hosts !== undefined);
      const hostsOf = new Map(withHosts.map((one) => [resourceKey(one.id), hostsFound(one, findings)]));
      const asked = new Map<string, boolean>();
      for (const { id, spec } of withHosts) {
        const needsIpv6 = spec.dnsRecords.some(({ type }) => type === 'AAAA');
        for (const { ec2InstanceId } of hostsOf.get(resourceKey(id)) ?? []) {
          if (ec2InstanceId === undefined) continue;
          asked.set(ec2InstanceId, needsIpv6 || asked.get(ec2InstanceId) === true);
        }
      }
      const addresses = await readAddresses(asked);
      return ({ id, manifest, spec, usedBy }) =>
        (registrations) => {
          // Where ECS registers, what the controller has registered before goes.
          const hosts = spec.hosts === undefined ? [] : hostsOf.get(resourceKey(id));
          if (hosts === undefined) return undefined;
          return compareHosts(
            {
              awaitsHealth: false,
              ...spec.hosts,
              recordTypes: spec.dnsRecords.map(({ type }) => type),
              hosts,
              addressOf: ({ ec2InstanceId = '' }) => addresses.of(ec2InstanceId),
              unreadable: addresses.unreadable,
              marks: {
                ECS_CLUSTER_NAME: usedBy?.scope ?? '',
                ECS_SERVICE_NAME: usedBy?.name ?? '',
                ...marksOf(claim, manifest),
              },
            },
            registrations,
          );
        };
    },
    due(serviceId, compared) {
      if (compared === undefined) return undefined;
      const { register, report } = compared;
      const leave = gone.look(serviceId, compared.leave);
      return register.length + report.length + leave.length === 0 ? undefined : { register, leave, report };
    },
    keepOnly(serviceIds) {
      gone.keepOnly(serviceIds);
    },
  };
}

function hostsFound({ usedBy }: Desired<DiscoveryServiceSpec>, findings: Findings): ServiceFindings['hosts'] {
  const service: Reference<unknown, ServiceFindings> | undefined = usedBy;
  return service && findings(service)?.hosts;
}

/** The health of a discovery service that hosts are registered in: one that is not in it is not found, however well its daemon fares. */
export function healthOfHosts({ running, register, unable }: HostsCompared): Health | undefined {
  const [first] = unable;
  if (first !== undefined) {
    const others = unable.length === 1 ? '' : ` and ${unable.length - 1} more`;
    return {
      status: 'Degraded',
      cause: 'hosts cannot be registered in Cloud Map',
      message: `${unable.length} of the ${running} hosts that run the daemon cannot be registered: ${first.id} (${first.why})${others}`,
    };
  }
  const missing = register.filter(({ isThere }) => !isThere).length;
  if (missing === 0) return undefined;
  return {
    status: 'Progressing',
    cause: 'hosts are missing from Cloud Map',
    message: `${missing} of the ${running} hosts that run the daemon are not in Cloud Map yet`,
  };
}
