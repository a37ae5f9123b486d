import type { Question } from 'dns-packet';
import type { CloudMapState } from '../servicediscovery/state.ts';
import { shuffled } from '../shuffle.ts';
import { recordSetsAt, soaRecord, zoneOf } from './zone.ts';
import type { DnsRecord, RecordSet, Zone } from './zone.ts';

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
 * What Route 53 answers for the private DNS namespaces of the sandbox. REFUSED for names outside them, zone transfers
 * and classes other than IN. `random` gives numbers in [0, 1).
 */
export function resolve(
  question: Question,
  cloudMaps: Iterable<CloudMapState>,
  random: () => number,
): Resolution {
  const states = [...cloudMaps];
  const zone = zoneOf(states, question.name);
  const isInternet = question.class === undefined || question.class === 'IN' || question.class === 'ANY';
  const wanted: string = question.type;
  if (zone === undefined || !isInternet || NOT_SERVED.has(wanted)) return resolution('REFUSED');
  const sets = recordSetsAt(zone, question.name);
  if (sets === undefined) return resolution('NXDOMAIN', { authority: [soaRecord(zone)] });
  const answers = sets
    .filter(({ type }) => wanted === 'ANY' || wanted === type || type === 'CNAME')
    .flatMap((set) => choose(set, random));
  if (answers.length === 0) return resolution('NOERROR', { authority: [soaRecord(zone)] });
  return resolution('NOERROR', {
    answers: [...answers, ...behindAlias(question, answers, { states, random })],
    additional: answers.flatMap((answer) => addressesOf(zone, answer)),
  });
}

/** Chooses among the healthy records, or among all where none is healthy: at most eight of MULTIVALUE, one of WEIGHTED. */
function choose({ routing, records }: RecordSet, random: () => number): readonly DnsRecord[] {
  if (routing === 'SIMPLE') return records.map(({ record }) => record);
  const healthy = records.filter((each) => each.healthy);
  const candidates = (healthy.length > 0 ? healthy : records).map(({ record }) => record);
  return shuffled(candidates, random).slice(0, routing === 'WEIGHTED' ? 1 : MAX_ANSWERS);
}

/** What a CNAME leads to, where that is a name of the sandbox too: the resolver of a VPC looks on by itself. */
function behindAlias(
  question: Question,
  answers: readonly DnsRecord[],
  from: { readonly states: readonly CloudMapState[]; readonly random: () => number },
): readonly DnsRecord[] {
  const found: DnsRecord[] = [];
  const wanted: string = question.type;
  if (wanted === 'CNAME' || wanted === 'ANY') return found;
  let alias = answers.find(({ type }) => type === 'CNAME');
  for (let hops = 0; alias?.type === 'CNAME' && hops < MAX_ALIASES; hops++) {
    const target = alias.data.replace(/\.$/, '');
    const zone = zoneOf(from.states, target);
    const sets = (zone === undefined ? undefined : recordSetsAt(zone, target)) ?? [];
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
  const sets = recordSetsAt(zone, answer.data.target) ?? [];
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
