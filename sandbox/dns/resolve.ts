import type { Question } from 'dns-packet';
import { shuffled } from '../shuffle.ts';
import { zoneOf } from './zone.ts';
import type { DnsRecord, RecordSet, RoutedRecord, Zone } from './zone.ts';

export interface Resolution {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

/** Most records that MULTIVALUE answers with (Cloud Map API reference, DnsConfig). */
const MAX_ANSWERS = 8;
const MAX_ALIASES = 8;
const NOT_SERVED: ReadonlySet<string> = new Set(['AXFR', 'IXFR']);

/**
 * What Route 53 answers from its zones. REFUSED for names outside them, zone transfers and classes other than IN. `random` gives
 * numbers in [0, 1).
 */
export function resolve(question: Question, from: Iterable<Zone>, random: () => number): Resolution {
  const zones = [...from];
  const zone = zoneOf(zones, question.name);
  const isInternet = question.class === undefined || question.class === 'IN' || question.class === 'ANY';
  const wanted: string = question.type;
  if (zone === undefined || !isInternet || NOT_SERVED.has(wanted)) return resolution('REFUSED');
  const sets = zone.setsAt(question.name);
  if (sets === undefined) return resolution('NXDOMAIN', { authority: [zone.soa] });
  const answers = sets
    .filter(({ type }) => wanted === 'ANY' || wanted === type || type === 'CNAME')
    .flatMap((set) => choose(set, random));
  if (answers.length === 0) return resolution('NOERROR', { authority: [zone.soa] });
  return resolution('NOERROR', {
    answers: [...answers, ...behindAlias(question, answers, { zones, random })],
    additional: answers.flatMap((answer) => addressesOf(zone, answer)),
  });
}

/** Chooses among the healthy records, or among all where none is healthy: at most eight of MULTIVALUE, one of WEIGHTED. */
function choose({ routing, records }: RecordSet, random: () => number): readonly DnsRecord[] {
  if (routing === 'SIMPLE') return records.map(({ record }) => record);
  const healthy = records.filter((each) => each.healthy);
  const candidates = healthy.length > 0 ? healthy : records;
  if (routing === 'WEIGHTED') return oneByWeight(candidates, random);
  return shuffled(candidates, random)
    .slice(0, MAX_ANSWERS)
    .map(({ record }) => record);
}

/** One of those that weigh something, each as often as its part of the weight of all; where none does, one of all alike. */
function oneByWeight(candidates: readonly RoutedRecord[], random: () => number): readonly DnsRecord[] {
  const weightOf = ({ weight = 1 }: RoutedRecord) => weight;
  const all = candidates.reduce((sum, each) => sum + weightOf(each), 0);
  if (all === 0)
    return shuffled(candidates, random)
      .slice(0, 1)
      .map(({ record }) => record);
  let rest = random() * all;
  const chosen = candidates.find((each) => (rest -= weightOf(each)) < 0);
  return chosen === undefined ? [] : [chosen.record];
}

/** What a CNAME leads to, where that is a name of the sandbox too: the resolver of a VPC looks on by itself. */
function behindAlias(
  question: Question,
  answers: readonly DnsRecord[],
  from: { readonly zones: readonly Zone[]; readonly random: () => number },
): readonly DnsRecord[] {
  const found: DnsRecord[] = [];
  const wanted: string = question.type;
  if (wanted === 'CNAME' || wanted === 'ANY') return found;
  let alias = answers.find(({ type }) => type === 'CNAME');
  for (let hops = 0; alias?.type === 'CNAME' && hops < MAX_ALIASES; hops++) {
    const target = alias.data.replace(/\.$/, '');
    const sets = zoneOf(from.zones, target)?.setsAt(target) ?? [];
    const next = sets
      .filter(({ type }) => type === wanted || type === 'CNAME')
      .flatMap((set) => choose(set, from.random));
    found.push(...next);
    alias = next.find(({ type }) => type === 'CNAME');
  }
  return found;
}

/** The addresses of an SRV record's target, so that whoever asks for the one need not ask for the other. */
function addressesOf(zone: Zone, answer: DnsRecord): readonly DnsRecord[] {
  if (answer.type !== 'SRV') return [];
  const sets = zone.setsAt(answer.data.target) ?? [];
  return sets
    .filter(({ type }) => type === 'A' || type === 'AAAA')
    .flatMap(({ records }) => records.map(({ record }) => record));
}

function resolution(
  rcode: Resolution['rcode'],
  sections: Partial<Omit<Resolution, 'rcode'>> = {},
): Resolution {
  return { rcode, answers: [], authority: [], additional: [], ...sections };
}
