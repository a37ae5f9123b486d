import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { SoaAnswer } from 'dns-packet';
import { soaOf } from '../dns/authority.ts';
import type { DnsRecord, RecordSet, RoutedRecord, Zone } from '../dns/zone.ts';
import { readName } from './names.ts';
import type { OwnZone } from './state.ts';
import { parseRecord } from './zone-file.ts';
import type { OwnRecordType } from './zone-file.ts';

/** For negative caching, and of the SOA record itself, of a zone that somebody makes; seconds. */
const SOA_MINIMUM = 86_400;
const SOA_TTL = 900;

/** What a resolver gets from a zone that somebody made. */
export function zoneOfOwn(zone: OwnZone): Zone {
  const isPrivate = zone.vpcs !== undefined;
  return {
    name: zone.name,
    createDate: zone.createDate,
    isPrivate,
    soa: soaIn(zone),
    setsAt: (name) => setsAt(zone, name),
  };
}

/** The SOA record of a new zone, whose owner may change it. */
export function newSoa(zone: { readonly id: string; readonly name: string; readonly isPrivate: boolean }) {
  return soaOf(zone, SOA_MINIMUM, SOA_TTL);
}

function soaIn(zone: OwnZone): SoaAnswer {
  const [set] = setsAt(zone, zone.name)?.filter(({ type }) => type === 'SOA') ?? [];
  const record = set?.records[0]?.record;
  return record?.type === 'SOA'
    ? record
    : newSoa({ id: zone.id, name: zone.name, isPrivate: zone.vpcs !== undefined });
}

function setsAt(zone: OwnZone, name: string): readonly RecordSet[] | undefined {
  const wanted = readName(name);
  const all = [...zone.recordSets.values()];
  const here = all.filter(({ Name = '' }) => readName(Name) === wanted);
  if (here.length > 0) {
    const types = new Set(here.map(({ Type }) => Type as OwnRecordType));
    return [...types].map((type) =>
      setOf(
        type,
        here.filter(({ Type }) => Type === type),
        name,
      ),
    );
  }
  return all.some(({ Name = '' }) => readName(Name).endsWith(`.${wanted}`)) ? [] : undefined;
}

function setOf(type: OwnRecordType, sets: readonly ResourceRecordSet[], name: string): RecordSet {
  const [first] = sets;
  const routing =
    first?.MultiValueAnswer === true ? 'MULTIVALUE' : first?.Weight === undefined ? 'SIMPLE' : 'WEIGHTED';
  return { type, routing, records: sets.flatMap((set) => recordsOf(type, set, name)) };
}

function recordsOf(type: OwnRecordType, set: ResourceRecordSet, name: string): readonly RoutedRecord[] {
  const { ResourceRecords = [], TTL: ttl = 0, SetIdentifier: identifier, Weight: weight } = set;
  return ResourceRecords.map(({ Value = '' }) => parseRecord(type, Value, { name, ttl }))
    .filter((record): record is DnsRecord => record !== undefined)
    .map((record) => ({
      record,
      healthy: true,
      ...(identifier === undefined ? {} : { identifier }),
      ...(weight === undefined ? {} : { weight }),
    }));
}
