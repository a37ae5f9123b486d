import { RECORD_TYPES, canonicalValue, recordValue } from '../../core/instance-records.ts';
import type { HeldRecord, Registration } from '../../core/resource.ts';
import type { DiscoveryServiceState } from './state.ts';
import { someOf } from '../../core/some-of.ts';

/** What of a service's name is not the same in Route 53 and in Cloud Map; each by what it is of, so that one is told from the next. */
export interface RecordDifference {
  readonly key: string;
  readonly type: string;
  readonly is: 'lacking' | 'extra' | 'ttl';
  /** The record's, or both TTLs. */
  readonly value: string;
}

/** Types that a service has records of; those that ECS registers nothing in are left out. */
export function recordTypesIn({ dnsRecords }: Pick<DiscoveryServiceState, 'dnsRecords'>) {
  return RECORD_TYPES.filter((type) => dnsRecords[type] !== undefined);
}

/** In what Route 53's records of a name differ from Cloud Map's instances of the service. Pure. */
export function compareRecords(
  { dnsRecords }: Pick<DiscoveryServiceState, 'dnsRecords'>,
  registrations: readonly Registration[],
  held: readonly HeldRecord[],
  domain: string,
): readonly RecordDifference[] {
  const types = recordTypesIn({ dnsRecords });
  const wanted = registrations.flatMap((one) =>
    types.flatMap((type) => {
      const value = recordValue(type, one, domain);
      return value === undefined ? [] : [{ type, value }];
    }),
  );
  const there = new Set(held.map(keyOf));
  const meant = new Set(wanted.map(keyOf));
  const told = (is: 'lacking' | 'extra', of: readonly Value[]): readonly RecordDifference[] =>
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

type Value = Pick<HeldRecord, 'type' | 'value'>;

function keyOf({ type, value }: Value): string {
  return `${type} ${canonicalValue(value)}`;
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
  const lines = RECORD_TYPES.flatMap((type) => {
    const ofType = (is: RecordDifference['is']) =>
      differences.filter((one) => one.type === type && one.is === is).map(({ value }) => value);
    const lacking = ofType('lacking');
    const extra = ofType('extra');
    return [
      lacking.length === 0
        ? []
        : `Route 53 lacks ${counted(lacking, type)} that Cloud Map has: ${someOf(lacking, NAMED_AT_MOST)}; Cloud Map makes them itself, as whoever registers: look for a denied route53:ChangeResourceRecordSets`,
      extra.length === 0
        ? []
        : `Route 53 answers with ${counted(extra, type)} of no instance in Cloud Map: ${someOf(extra, NAMED_AT_MOST)}; remove them from the hosted zone where nobody means them`,
      ofType('ttl').map((value) => `the TTL of the ${type} records is ${value}`),
    ].flat();
  });
  return lines;
}

function counted(values: readonly string[], type: string): string {
  return `${values.length} ${type} ${values.length === 1 ? 'record' : 'records'}`;
}
