import type { MxAnswer, SoaAnswer, SrvAnswer, StringAnswer, TxtAnswer } from 'dns-packet';

export type DnsRecord = StringAnswer | SrvAnswer | SoaAnswer | MxAnswer | TxtAnswer;

/** All records of one type at one name, and which of them are answered. */
export interface RecordSet {
  readonly type: DnsRecord['type'];
  /** SIMPLE: all of them. The others: Cloud Map API reference, DnsConfig. */
  readonly routing: 'SIMPLE' | 'MULTIVALUE' | 'WEIGHTED';
  readonly records: readonly RoutedRecord[];
}

export interface RoutedRecord {
  readonly record: DnsRecord;
  readonly healthy: boolean;
  /** What tells a record from others of its name: of an instance, its id. */
  readonly identifier?: string;
  /** Of WEIGHTED: how often it is answered, beside the others'. */
  readonly weight?: number;
  /** Of Route 53's check that tells whether it is healthy. */
  readonly healthCheckId?: string;
}

/** What answers for a name and for all names below it. */
export interface Zone {
  /** Without the last dot. */
  readonly name: string;
  readonly createDate: Date;
  /** Whether only resolvers of VPCs ask it. */
  readonly isPrivate: boolean;
  readonly soa: SoaAnswer;
  /**
   * Every record set at a name of the zone; none where there are only names below it; undefined where there is no such
   * name.
   */
  readonly setsAt: (name: string) => readonly RecordSet[] | undefined;
}

/** Whether a name is the other one or below it. */
export function isIn(name: string, zoneName: string): boolean {
  const [wanted, holder] = [name.toLowerCase(), zoneName.toLowerCase()];
  return wanted === holder || wanted.endsWith(`.${holder}`);
}

/**
 * The zone that answers for a name: the one with the longest name that it ends in. Where several zones have that name, a private one
 * answers before a public one, as in its VPC, and of its kind the one that was made first, and for all of them.
 */
export function zoneOf<Z extends Zone>(zones: Iterable<Z>, name: string): Z | undefined {
  let found: Z | undefined;
  for (const zone of zones) {
    if (isIn(name, zone.name) && (found === undefined || goesBefore(zone, found))) found = zone;
  }
  return found;
}

function goesBefore(zone: Zone, other: Zone): boolean {
  if (zone.name.length !== other.name.length) return zone.name.length > other.name.length;
  if (zone.isPrivate !== other.isPrivate) return zone.isPrivate;
  return zone.createDate < other.createDate;
}

export function simpleSet(type: DnsRecord['type'], records: readonly DnsRecord[]): RecordSet {
  return { type, routing: 'SIMPLE', records: records.map((record) => ({ record, healthy: true })) };
}
