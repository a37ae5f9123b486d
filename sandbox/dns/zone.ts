import type { SoaAnswer, SrvAnswer, StringAnswer } from 'dns-packet';
import { isDomainName } from '../servicediscovery/instance-checks.ts';
import type { CloudMapState, DiscoveryService, Instance, Namespace } from '../servicediscovery/state.ts';

export type DnsRecord = StringAnswer | SrvAnswer | SoaAnswer;

/** All records of one type at one name, and which of them are answered. */
export interface RecordSet {
  readonly type: DnsRecord['type'];
  /** SIMPLE: all of them. The others: Cloud Map API reference, DnsConfig. */
  readonly routing: 'SIMPLE' | DiscoveryService['routingPolicy'];
  readonly records: readonly {
    readonly record: DnsRecord;
    readonly healthy: boolean;
    /** The instance that a record is of, among several of its name. */
    readonly instanceId?: string;
  }[];
}

/** The private hosted zone of a namespace. */
export interface Zone {
  readonly namespace: Namespace;
  readonly state: CloudMapState;
}

/** What Route 53 gives every private hosted zone; seconds where they are times. */
const NAME_SERVERS = [
  'ns-0.awsdns-00.com',
  'ns-512.awsdns-00.net',
  'ns-1024.awsdns-00.org',
  'ns-1536.awsdns-00.co.uk',
] as const;
const NS_TTL = 172_800;
const SOA = {
  mname: 'ns-1536.awsdns-00.co.uk',
  rname: 'awsdns-hostmaster.amazon.com',
  serial: 1,
  refresh: 7200,
  retry: 900,
  expire: 1_209_600,
} as const;

/**
 * The zone that answers for a name: the one with the longest name that it ends in. Where several namespaces have that
 * name (in several VPCs, regions or accounts), the one that was made first answers, and for all of them.
 */
export function zoneOf(cloudMaps: Iterable<CloudMapState>, name: string): Zone | undefined {
  const wanted = name.toLowerCase();
  let found: Zone | undefined;
  for (const state of cloudMaps) {
    for (const namespace of state.namespaces.values()) {
      const zoneName = namespace.name.toLowerCase();
      const holds = wanted === zoneName || wanted.endsWith(`.${zoneName}`);
      if (holds && (found === undefined || goesBefore(namespace, found.namespace))) {
        found = { namespace, state };
      }
    }
  }
  return found;
}

export function soaRecord({ namespace }: Zone): SoaAnswer {
  const { name, soaTtl } = namespace;
  return { type: 'SOA', name, ttl: soaTtl, data: { ...SOA, minimum: soaTtl } };
}

/**
 * Every record set at a name of the zone; none where there are only names below it; undefined where there is no such
 * name. As in Route 53, a service has records, and thereby a name, only while it has instances.
 */
export function recordSetsAt(zone: Zone, name: string): readonly RecordSet[] | undefined {
  const { namespace, state } = zone;
  const zoneName = namespace.name.toLowerCase();
  const wanted = name.toLowerCase();
  const inZone = wanted === zoneName ? '' : wanted.slice(0, -zoneName.length - 1);
  const service = serviceNamed(zone, inZone === '' ? '.' : inZone);
  const sets = service === undefined ? [] : serviceSets(zone, service, name);
  if (inZone === '') return [...apexSets(zone, name), ...sets];
  if (sets.length > 0) return sets;
  const helpers = helperSets(zone, inZone, name);
  if (helpers.length > 0) return helpers;
  for (const [serviceName, id] of namespace.services) {
    const below = state.services.get(id);
    if (
      serviceName.endsWith(`.${inZone}`) &&
      below !== undefined &&
      serviceSets(zone, below, name).length > 0
    ) {
      return [];
    }
  }
  return undefined;
}

/** Every name that can have records in the zone: its own, its services' and where their SRV records point to. */
export function namesIn({ namespace, state }: Zone): readonly string[] {
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

function goesBefore(namespace: Namespace, other: Namespace): boolean {
  if (namespace.name.length !== other.name.length) return namespace.name.length > other.name.length;
  return namespace.createDate < other.createDate;
}

function serviceNamed({ namespace, state }: Zone, lowerCaseName: string): DiscoveryService | undefined {
  return state.services.get(namespace.services.get(lowerCaseName) ?? '');
}

function apexSets(zone: Zone, name: string): readonly RecordSet[] {
  const servers = NAME_SERVERS.map((data) => ({ type: 'NS', name, ttl: NS_TTL, data }) as const);
  return [simple('SOA', [{ ...soaRecord(zone), name }]), simple('NS', servers)];
}

function simple(type: DnsRecord['type'], records: readonly DnsRecord[]): RecordSet {
  return { type, routing: 'SIMPLE', records: records.map((record) => ({ record, healthy: true })) };
}

function serviceSets(zone: Zone, service: DiscoveryService, name: string): readonly RecordSet[] {
  const instances = [...service.instances.values()];
  return service.dnsRecords
    .map(({ type, ttl }) => ({
      type,
      routing: service.routingPolicy,
      records: instances.flatMap((instance) => {
        const record = recordOf(zone, service, instance, { type, ttl, name });
        const healthy = !service.customHealthCheck || instance.health === 'HEALTHY';
        return record === undefined ? [] : [{ record, healthy, instanceId: instance.id }];
      }),
    }))
    .filter(({ records }) => records.length > 0);
}

/** `<instance>.<service>.<namespace>`: where the SRV records of a service point to. */
function helperSets(zone: Zone, inZone: string, name: string): readonly RecordSet[] {
  for (let dot = inZone.indexOf('.'); ; dot = inZone.indexOf('.', dot + 1)) {
    const instanceId = dot === -1 ? inZone : inZone.slice(0, dot);
    const service = serviceNamed(zone, dot === -1 ? '.' : inZone.slice(dot + 1));
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
    ...(ipv4 === undefined ? [] : [simple('A', [{ type: 'A', name, ttl, data: ipv4 }])]),
    ...(ipv6 === undefined ? [] : [simple('AAAA', [{ type: 'AAAA', name, ttl, data: ipv6 }])]),
  ];
}

/** The record of an instance; undefined where the instance's attributes make none of the type. */
function recordOf(
  { namespace }: Zone,
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
