import { createHash } from 'node:crypto';
import type { SoaAnswer } from 'dns-packet';
import { simpleSet } from './zone.ts';
import type { RecordSet } from './zone.ts';

/** What Route 53 gives every private hosted zone. */
const PRIVATE_NAME_SERVERS: readonly string[] = [
  'ns-0.awsdns-00.com',
  'ns-512.awsdns-00.net',
  'ns-1024.awsdns-00.org',
  'ns-1536.awsdns-00.co.uk',
];
const ENDINGS = ['com', 'net', 'org', 'co.uk'] as const;
const SERVERS_OF_ENDING = 512;
/** Seconds. */
const NS_TTL = 172_800;
const SOA = {
  rname: 'awsdns-hostmaster.amazon.com',
  serial: 1,
  refresh: 7200,
  retry: 900,
  expire: 1_209_600,
} as const;

/** The four servers that answer for a zone: those of all private ones, or of a public one its own, which its id tells. */
export function nameServersOf(zone: { readonly id: string; readonly isPrivate: boolean }): readonly string[] {
  if (zone.isPrivate) return PRIVATE_NAME_SERVERS;
  const digest = createHash('sha256').update(zone.id).digest();
  return ENDINGS.map((ending, index) => {
    const number = index * SERVERS_OF_ENDING + (digest.readUInt16BE(2 * index) % SERVERS_OF_ENDING);
    const group = String(digest.readUInt8(8 + index) % 64).padStart(2, '0');
    return `ns-${number}.awsdns-${group}.${ending}`;
  });
}

/** With seconds for negative caching, and as the record's own TTL where nothing else is said. */
export function soaOf(
  zone: { readonly id: string; readonly name: string; readonly isPrivate: boolean },
  minimum: number,
  ttl = minimum,
): SoaAnswer {
  const servers = nameServersOf(zone);
  const mname = (zone.isPrivate ? servers.at(-1) : servers[0]) ?? '';
  return { type: 'SOA', name: zone.name, ttl, data: { mname, ...SOA, minimum } };
}

/** What stands at the name of every zone. */
export function authoritySets(
  zone: { readonly id: string; readonly isPrivate: boolean; readonly soa: SoaAnswer },
  name: string,
): readonly RecordSet[] {
  const servers = nameServersOf(zone).map((data) => ({ type: 'NS', name, ttl: NS_TTL, data }) as const);
  return [simpleSet('SOA', [{ ...zone.soa, name }]), simpleSet('NS', servers)];
}
