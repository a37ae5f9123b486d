import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { DnsRecord, RecordSet, RoutedRecord } from '../dns/zone.ts';
import { reversedLabels, shownName } from './names.ts';

/** The sets of a zone in Route 53's order: by name with its labels reversed, then by type, then by their identifiers. */
export function sorted(sets: readonly ResourceRecordSet[]): readonly ResourceRecordSet[] {
  return sets
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

/** As Route 53 shows what stands at a name: the records of a simple set together, each of the others as a set of its own. */
export function shapesOf({ type, routing, records }: RecordSet, name: string): readonly ResourceRecordSet[] {
  const Name = shownName(name);
  if (routing === 'SIMPLE') return [shapeOf(type, Name, records)];
  return records.map((routed) => ({
    ...shapeOf(type, Name, [routed]),
    SetIdentifier: routed.identifier,
    ...(routing === 'WEIGHTED' ? { Weight: routed.weight } : { MultiValueAnswer: true }),
    ...(routed.healthCheckId === undefined ? {} : { HealthCheckId: routed.healthCheckId }),
  }));
}

function shapeOf(Type: DnsRecord['type'], Name: string, records: readonly RoutedRecord[]): ResourceRecordSet {
  return {
    Name,
    Type: Type as NonNullable<ResourceRecordSet['Type']>,
    TTL: records[0]?.record.ttl,
    ResourceRecords: records.map(({ record }) => ({ Value: valueOf(record) })),
  };
}

/** As zone files write it. */
export function valueOf(record: DnsRecord): string {
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record.data;
      return [priority, weight, port, target].join(' ');
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return [`${mname}.`, `${rname}.`, serial, refresh, retry, expire, minimum].join(' ');
    }
    case 'MX':
      return `${record.data.preference} ${record.data.exchange}`;
    case 'TXT':
      return [record.data]
        .flat()
        .map((part) => `"${String(part)}"`)
        .join(' ');
    case 'NS':
      return `${record.data}.`;
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'DNAME':
    case 'PTR':
      return record.data;
  }
}
