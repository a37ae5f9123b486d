import { createHash } from 'node:crypto';
import { hasHealthCheck } from '../servicediscovery/health.ts';
import { isDomainName } from '../servicediscovery/instance-checks.ts';
import type {
  CloudMapState,
  DiscoveryService,
  Instance,
  Namespace,
  NamespaceZone,
} from '../servicediscovery/state.ts';
import { authoritySets, soaOf } from './authority.ts';
import { simpleSet } from './zone.ts';
import type { DnsRecord, RecordSet, RoutedRecord, Zone } from './zone.ts';

/** The zone of a namespace, with the records that its instances make. */
export interface ZoneOfNamespace extends Zone {
  readonly id: string;
  readonly namespace: Namespace;
  readonly vpcId: string | undefined;
  /** Every name that can have records: its own, its services' and where their SRV records point to. */
  readonly names: () => readonly string[];
}

/** Those of all namespaces that have DNS. */
export function zonesOfNamespaces(state: CloudMapState): readonly ZoneOfNamespace[] {
  return [...state.namespaces.values()].flatMap((namespace) =>
    namespace.zone === undefined ? [] : [zoneOfNamespace(state, namespace, namespace.zone)],
  );
}

function zoneOfNamespace(
  state: CloudMapState,
  namespace: Namespace,
  { hostedZoneId: id, vpcId, soaTtl }: NamespaceZone,
): ZoneOfNamespace {
  const { name, createDate } = namespace;
  const isPrivate = vpcId !== undefined;
  const soa = soaOf({ id, name, isPrivate }, soaTtl);
  const held = { state, namespace };
  return {
    id,
    name,
    createDate,
    isPrivate,
    soa,
    namespace,
    vpcId,
    names: () => namesIn(held),
    setsAt: (at) => {
      const isApex = at.toLowerCase() === name.toLowerCase();
      const sets = setsAt(held, isApex ? '' : at.toLowerCase().slice(0, -name.length - 1), at);
      return isApex ? [...authoritySets({ id, isPrivate, soa }, at), ...(sets ?? [])] : sets;
    },
  };
}

interface Held {
  readonly state: CloudMapState;
  readonly namespace: Namespace;
}

/**
 * `inZone` is what stands before the zone's own name. As in Route 53, a service has records, and thereby a name, only while it has
 * instances.
 */
function setsAt(held: Held, inZone: string, name: string): readonly RecordSet[] | undefined {
  const { namespace, state } = held;
  const service = serviceNamed(held, inZone === '' ? '.' : inZone);
  const sets = service === undefined ? [] : serviceSets(held, service, name);
  if (inZone === '' || sets.length > 0) return sets;
  const helpers = helperSets(held, inZone, name);
  if (helpers.length > 0) return helpers;
  for (const [serviceName, id] of namespace.services) {
    const below = state.services.get(id);
    if (
      serviceName.endsWith(`.${inZone}`) &&
      below !== undefined &&
      serviceSets(held, below, name).length > 0
    ) {
      return [];
    }
  }
  return undefined;
}

function namesIn({ namespace, state }: Held): readonly string[] {
  const names = new Set([namespace.name]);
  for (const id of namespace.services.values()) {
    const service = state.services.get(id);
    if (service === undefined) continue;
    const name = service.name === '.' ? namespace.name : `${service.name}.${namespace.name}`;
    names.add(name);
    if (!service.dnsRecordTypes.includes('SRV')) continue;
    for (const instance of service.instances.values()) names.add(`${instance.id}.${name}`);
  }
  return [...names];
}

function serviceNamed({ namespace, state }: Held, lowerCaseName: string): DiscoveryService | undefined {
  return state.services.get(namespace.services.get(lowerCaseName) ?? '');
}

function serviceSets(held: Held, service: DiscoveryService, name: string): readonly RecordSet[] {
  const instances = [...service.instances.values()];
  return service.dnsRecords
    .map(({ type, ttl }) => ({
      type,
      routing: service.routingPolicy,
      records: instances.flatMap((instance) => {
        const record = recordOf(held, service, instance, { type, ttl, name });
        return record === undefined ? [] : [routed(service, instance, record)];
      }),
    }))
    .filter(({ records }) => records.length > 0);
}

/** Each instance has a health check of its own, where its service has one. */
function routed(service: DiscoveryService, { id, health }: Instance, record: DnsRecord): RoutedRecord {
  const isChecked = hasHealthCheck(service);
  return {
    record,
    healthy: !isChecked || health === 'HEALTHY',
    identifier: id,
    weight: 1,
    ...(isChecked ? { healthCheckId: uuidOf(`${service.id}/${id}`) } : {}),
  };
}

/** Of the same text always the same, so that nothing is to be kept of it. */
function uuidOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
}

/** `<instance>.<service>.<namespace>`: where the SRV records of a service point to. */
function helperSets(held: Held, inZone: string, name: string): readonly RecordSet[] {
  for (let dot = inZone.indexOf('.'); ; dot = inZone.indexOf('.', dot + 1)) {
    const instanceId = dot === -1 ? inZone : inZone.slice(0, dot);
    const service = serviceNamed(held, dot === -1 ? '.' : inZone.slice(dot + 1));
    const ttl = service?.dnsRecords.find(({ type }) => type === 'SRV')?.ttl;
    if (service !== undefined && ttl !== undefined) {
      for (const instance of service.instances.values()) {
        if (instance.id.toLowerCase() === instanceId) return addressSets(instance, name, ttl);
      }
    }
    if (dot === -1) return [];
  }
}

function addressSets({ attributes }: Instance, name: string, ttl: number): readonly RecordSet[] {
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6 } = attributes;
  return [
    ...(ipv4 === undefined ? [] : [simpleSet('A', [{ type: 'A', name, ttl, data: ipv4 }])]),
    ...(ipv6 === undefined ? [] : [simpleSet('AAAA', [{ type: 'AAAA', name, ttl, data: ipv6 }])]),
  ];
}

/** The record of an instance; undefined where the instance's attributes make none of the type. */
function recordOf(
  { namespace }: Held,
  service: DiscoveryService,
  { id, attributes }: Instance,
  owner: {
    readonly type: DiscoveryService['dnsRecordTypes'][number];
    readonly ttl: number;
    readonly name: string;
  },
): DnsRecord | undefined {
  const { type, ttl, name } = owner;
  if (type === 'SRV') {
    const port = Number(attributes['AWS_INSTANCE_PORT'] ?? Number.NaN);
    const target = [id, ...(service.name === '.' ? [] : [service.name]), namespace.name].join('.');
    if (!Number.isInteger(port) || !isDomainName(target)) return undefined;
    return { type, name, ttl, data: { priority: 1, weight: 1, port, target } };
  }
  const data = attributes[`AWS_INSTANCE_${{ A: 'IPV4', AAAA: 'IPV6', CNAME: 'CNAME' }[type]}`];
  return data === undefined ? undefined : { type, name, ttl, data };
}
