import { canonicalValue, recordValue } from '../core/instance-records.ts';
import type { Discovery, HeldRecord, Observed, Registration } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';
import type { Answer, DiscoveryStatus } from './discovery-schema.ts';
import type { ObjectStatus } from './schema.ts';

/** Most records that Route 53 answers with of several (Cloud Map API reference, DnsConfig). */
const MOST_AT_ONCE = 8;
/** Most instances that DiscoverInstances answers with, unless it is asked for more (Cloud Map API reference). */
const MOST_DISCOVERED = 100;

/** How clients find an object, and as what applications know it where no name in DNS says so. Pure. */
export function foundBy(steps: readonly Step[]): {
  readonly endpoint: string | undefined;
  readonly told: Pick<ObjectStatus, 'discovery' | 'nameServers' | 'usedBy'>;
} {
  const observed = steps.flatMap((step) => ('observed' in step ? (step.observed ?? []) : []));
  const service = observed.find((resource) => resource.discovery !== undefined);
  const discovery = service && discoveryOf(service);
  const nameServers = observed.find((resource) => resource.nameServers !== undefined)?.nameServers;
  const usedBy = observed.find((resource) => resource.usedBy !== undefined)?.usedBy;
  const isInDns = discovery?.routingPolicy !== undefined;
  return {
    endpoint: discovery === undefined || isInDns ? undefined : `DiscoverInstances ${discovery.name}`,
    told: {
      ...(discovery === undefined ? {} : { discovery }),
      ...(nameServers === undefined ? {} : { nameServers: [...nameServers] }),
      ...(usedBy === undefined ? {} : { usedBy: [...usedBy] }),
    },
  };
}

/** What a client that asks now would be answered. Pure. */
export function discoveryOf({
  discovery,
  registrations,
}: Pick<Observed, 'discovery' | 'registrations'>): DiscoveryStatus | undefined {
  if (discovery === undefined) return undefined;
  const { name, records, routingPolicy, held } = discovery;
  if (records.length === 0) {
    const answers = registrations === undefined ? [] : [discoveredAnswer(registrations)];
    return { name, source: 'Cloud Map', answers, differences: [] };
  }
  const isKnown = held !== undefined || registrations !== undefined;
  return {
    name,
    routingPolicy,
    ...(held === undefined
      ? { source: 'Cloud Map' }
      : { source: 'Route 53', readAt: new Date(held.readAt).toISOString() }),
    answers: isKnown ? records.map((type) => dnsAnswer(type, discovery, registrations ?? [])) : [],
    differences: [...(held?.differences ?? [])],
  };
}

/** One record and how the instance fares whose it is; nobody knows better than Cloud Map. */
interface Candidate {
  readonly value: string;
  readonly isHealthy: boolean;
}

function dnsAnswer(
  type: HeldRecord['type'],
  { name, routingPolicy, held }: Discovery,
  registrations: readonly Registration[],
): Answer {
  const known = registrations.flatMap((one) => {
    const value = recordValue(type, one, name);
    return value === undefined ? [] : [{ value, isHealthy: one.health !== 'UNHEALTHY' }];
  });
  const ofType = held?.records.filter((record) => record.type === type);
  const candidates =
    ofType === undefined
      ? known
      : ofType.map(
          ({ value }) =>
            known.find((one) => canonicalValue(one.value) === canonicalValue(value)) ?? {
              value,
              isHealthy: true,
            },
        );
  const { values, healthy } = answered(candidates);
  const most = routingPolicy === 'WEIGHTED' ? 1 : MOST_AT_ONCE;
  const ttl = ofType?.[0]?.ttl;
  return {
    type,
    ...(ttl === undefined ? {} : { ttl }),
    values,
    atOnce: Math.min(most, values.length),
    healthy,
  };
}

function discoveredAnswer(registrations: readonly Registration[]): Answer {
  const candidates = registrations.flatMap(({ ipv4, ipv6, port, health }) => {
    const address = ipv4 ?? (ipv6 === undefined ? undefined : `[${ipv6}]`);
    if (address === undefined) return [];
    return [
      { value: port === undefined ? address : `${address}:${port}`, isHealthy: health !== 'UNHEALTHY' },
    ];
  });
  const { values, healthy } = answered(candidates);
  return { type: 'DiscoverInstances', values, atOnce: Math.min(MOST_DISCOVERED, values.length), healthy };
}

/** The healthy ones; all where none is (Cloud Map API reference, DnsConfig and DiscoverInstances, HEALTHY_OR_ELSE_ALL). */
function answered(candidates: readonly Candidate[]): Pick<Answer, 'values' | 'healthy'> {
  const healthy = candidates.filter(({ isHealthy }) => isHealthy);
  const some = healthy.length > 0 ? healthy : candidates;
  return {
    values: some.map(({ value }) => value).toSorted(),
    healthy: healthy.length > 0 || candidates.length === 0,
  };
}

export const ANSWER_HEADER = ['ASKED FOR', 'TTL', 'ANSWERS', 'OF THESE'];

/** What would be answered, a row for each type of record. */
export function answerRows(discovery: DiscoveryStatus | undefined): readonly (readonly string[])[] {
  if (discovery === undefined) return [];
  return discovery.answers.map(({ type, ttl, values, atOnce, healthy }) => [
    `${discovery.name} ${type}`,
    ttl === undefined ? '-' : `${ttl} s`,
    atOnceText(atOnce, values.length, healthy),
    values.join(', ') || '-',
  ]);
}

function atOnceText(atOnce: number, all: number, healthy: boolean): string {
  if (all === 0) return 'nothing: no instance is registered';
  const many = atOnce === all ? `all ${all}` : `${atOnce} of ${all}, by chance`;
  return healthy ? many : `${many}, as none is healthy`;
}

/** Whose word the answers are, in a few words. */
export function sourceText({ source, readAt, routingPolicy }: DiscoveryStatus): string {
  if (routingPolicy === undefined) return 'DiscoverInstances answers';
  const whose =
    source === 'Route 53' ? `by Route 53 at ${readAt ?? ''}` : 'by Cloud Map, as Route 53 was not read';
  return `A resolver answers, with ${routingPolicy}, ${whose}`;
}
