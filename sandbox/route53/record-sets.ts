import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { namesIn, recordSetsAt } from '../dns/zone.ts';
import type { DnsRecord, RecordSet, Zone } from '../dns/zone.ts';

/**
 * What a zone holds, in Route 53's order: by name with its labels reversed, then by type. Each instance of a service has a set of its own, as
 * Cloud Map makes them.
 */
export function recordSetsOf(zone: Zone): readonly ResourceRecordSet[] {
  return namesIn(zone)
    .flatMap((name) => (recordSetsAt(zone, name) ?? []).flatMap((set) => shapesOf(set, nameShape(name))))
    .map((set) => [recordKey(set), set] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, set]) => set);
}

/** Sorts as record sets are sorted; without a type, before every set of the name. */
export function recordKey({
  Name = '',
  Type = '',
  SetIdentifier = '',
}: {
  readonly [Member in 'Name' | 'Type' | 'SetIdentifier']?: string | undefined;
}): string {
  return [reversedLabels(Name), Type, SetIdentifier].join('\t');
}

/** `org.example.www.` for `www.example.org`, with a last dot or without. */
export function reversedLabels(name: string): string {
  const labels = name.toLowerCase().replace(/\.$/, '').split('.');
  return labels
    .toReversed()
    .map((label) => `${label}.`)
    .join('');
}

function nameShape(name: string): string {
  return `${name.toLowerCase()}.`;
}

function shapesOf({ type, routing, records }: RecordSet, Name: string): readonly ResourceRecordSet[] {
  if (routing === 'SIMPLE')
    return [
      shapeOf(
        type,
        Name,
        records.map(({ record }) => record),
      ),
    ];
  const several = routing === 'WEIGHTED' ? { Weight: 1 } : { MultiValueAnswer: true };
  return records.map(({ record, instanceId }) => ({
    ...shapeOf(type, Name, [record]),
    SetIdentifier: instanceId,
    ...several,
  }));
}

function shapeOf(Type: DnsRecord['type'], Name: string, records: readonly DnsRecord[]): ResourceRecordSet {
  return {
    Name,
    Type: Type as NonNullable<ResourceRecordSet['Type']>,
    TTL: records[0]?.ttl,
    ResourceRecords: records.map((record) => ({ Value: valueOf(record) })),
  };
}

/** As zone files write it. */
function valueOf(record: DnsRecord): string {
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data;
    return [priority, weight, port, target].join(' ');
  }
  if (record.type === 'SOA') {
    const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
    return [`${mname}.`, `${rname}.`, serial, refresh, retry, expire, minimum].join(' ');
  }
  return record.type === 'NS' ? `${record.data}.` : record.data;
}
