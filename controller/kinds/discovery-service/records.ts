import type { HeldRecord, Registration } from '../../core/resource.ts';
import type { DiscoveryServiceState } from './state.ts';

/** A record of an instance, on one side or the other. */
export interface InstanceRecord {
  readonly type: HeldRecord['type'];
  readonly value: string;
}

/** What of a service's name is not the same in Route 53 and in Cloud Map; each by what it is of, so that one is told from the next. */
export interface RecordDifference {
  readonly key: string;
  readonly type: string;
  readonly is: 'lacking' | 'extra' | 'ttl';
  /** The record's, or both TTLs. */
  readonly value: string;
}

const TYPES: readonly HeldRecord['type'][] = ['A', 'AAAA', 'SRV'];

/** Types that a service has records of; those that ECS registers nothing in are left out. */
export function recordTypesIn({ dnsRecords }: Pick<DiscoveryServiceState, 'dnsRecords'>) {
  return TYPES.filter((type) => dnsRecords[type] !== undefined);
}

/** The record that Cloud Map makes of an instance (Cloud Map API reference, DnsRecord); undefined where it has no address or port for it. */
function recordOf(
  type: HeldRecord['type'],
  { id, ipv4, ipv6, port }: Registration,
  domain: string,
): InstanceRecord | undefined {
  const srv = port === undefined ? undefined : `1 1 ${port} ${id}.${domain}`;
  const value = { A: ipv4, AAAA: ipv6, SRV: srv }[type];
  return value === undefined ? undefined : { type, value };
}

/** The records of one instance, as zone files write them. */
export function recordsOfInstance(
  types: readonly HeldRecord['type'][],
  registration: Registration,
  domain: string,
): readonly InstanceRecord[] {
  return types.flatMap((type) => recordOf(type, registration, domain) ?? []);
}

/** The same value, whether it is written with a last dot or in capitals. */
export function isSameRecord(one: InstanceRecord, other: InstanceRecord): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ type, value }: InstanceRecord): string {
  return `${type} ${value.toLowerCase().replace(/\.$/, '')}`;
}

/** In what Route 53's records of a name differ from Cloud Map's instances of the service. Pure. */
export function compareRecords(
  { dnsRecords }: Pick<DiscoveryServiceState, 'dnsRecords'>,
  registrations: readonly Registration[],
  held: readonly HeldRecord[],
  domain: string,
): readonly RecordDifference[] {
  const types = recordTypesIn({ dnsRecords });
  const wanted = registrations.flatMap((one) => recordsOfInstance(types, one, domain));
  const there = new Set(held.map(keyOf));
  const meant = new Set(wanted.map(keyOf));
  const told = (is: 'lacking' | 'extra', of: readonly InstanceRecord[]): readonly RecordDifference[] =>
    of.map(({ type, value }) => ({ key: `${is} ${keyOf({ type, value })}`, type, is, value }));
  return [
    ...told(
      'lacking',
      wanted.filter((record) => !there.has(keyOf(record))),
    ),
    ...told(
      'extra',
      held.filter((record) => types.includes(record.type) && !meant.has(keyOf(record))),
    ),
    ...types.flatMap((type) => ttlDifference(type, dnsRecords[type]?.ttl, held)),
  ];
}

function ttlDifference(
  type: HeldRecord['type'],
  ttl: number | undefined,
  held: readonly HeldRecord[],
): readonly RecordDifference[] {
  const other = held.find((record) => record.type === type && record.ttl !== ttl)?.ttl;
  if (other === undefined) return [];
  const value = `${other} seconds in Route 53 and ${ttl} in Cloud Map`;
  return [{ key: `ttl ${type} ${value}`, type, is: 'ttl', value }];
}

const NAMED_AT_MOST = 3;

/** One line for each sort of difference. */
export function differenceLines(differences: readonly RecordDifference[]): readonly string[] {
  const lines = TYPES.flatMap((type) => {
    const ofType = (is: RecordDifference['is']) =>
      differences.filter((one) => one.type === type && one.is === is).map(({ value }) => value);
    const lacking = ofType('lacking');
    const extra = ofType('extra');
    return [
      lacking.length === 0
        ? []
        : `Route 53 lacks ${counted(lacking, type)} that Cloud Map has: ${someOf(lacking)}; Cloud Map makes them itself, as whoever registers: look for a denied route53:ChangeResourceRecordSets`,
      extra.length === 0
        ? []
        : `Route 53 answers with ${counted(extra, type)} of no instance in Cloud Map: ${someOf(extra)}; remove them from the hosted zone where nobody means them`,
      ofType('ttl').map((value) => `the TTL of the ${type} records is ${value}`),
    ].flat();
  });
  return lines;
}

function counted(values: readonly string[], type: string): string {
  return `${values.length} ${type} ${values.length === 1 ? 'record' : 'records'}`;
}

function someOf(values: readonly string[]): string {
  const more = values.length - NAMED_AT_MOST;
  return `${values.slice(0, NAMED_AT_MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
