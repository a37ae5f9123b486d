import { isIPv4, isIPv6 } from 'node:net';
import type { DnsRecord } from '../dns/zone.ts';
import { readName } from './names.ts';

/** The types of records that zones of one's own can have here. */
export const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const;
export type OwnRecordType = (typeof RECORD_TYPES)[number];

const NAME = /^[^\s"]+$/;
const TEXTS = /^("([^"\\]|\\.){0,255}"\s*)+$/;

/** A record of a value as zone files write it; undefined where it is none of the type. */
export function parseRecord(
  type: OwnRecordType,
  value: string,
  { name, ttl }: { readonly name: string; readonly ttl: number },
): DnsRecord | undefined {
  const words = value.trim().split(/\s+/);
  switch (type) {
    case 'A':
      return isIPv4(value) ? { type, name, ttl, data: value } : undefined;
    case 'AAAA':
      return isIPv6(value) && !value.includes('%') ? { type, name, ttl, data: value } : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return NAME.test(value) ? { type, name, ttl, data: readName(value) } : undefined;
    case 'MX': {
      const [preference = -1] = numbers(words, 1);
      const exchange = words[1];
      const isWhole = words.length === 2 && preference >= 0 && exchange !== undefined;
      return isWhole ? { type, name, ttl, data: { preference, exchange: readName(exchange) } } : undefined;
    }
    case 'SRV': {
      const [priority = -1, weight = -1, port = -1] = numbers(words, 3);
      const target = words[3];
      if (words.length !== 4 || Math.min(priority, weight, port) < 0 || target === undefined)
        return undefined;
      return { type, name, ttl, data: { priority, weight, port, target: readName(target) } };
    }
    case 'SOA': {
      const [mname = '', rname = '', ...rest] = words;
      const [serial = -1, refresh = -1, retry = -1, expire = -1, minimum = -1] = numbers(rest, 5);
      if (rest.length !== 5 || Math.min(serial, refresh, retry, expire, minimum) < 0) return undefined;
      const data = { serial, refresh, retry, expire, minimum };
      return { type, name, ttl, data: { mname: readName(mname), rname: readName(rname), ...data } };
    }
    case 'TXT':
      return TEXTS.test(value) ? { type, name, ttl, data: textsOf(value) } : undefined;
  }
}

/** The first words as whole numbers; -1 for what is none. */
function numbers(words: readonly string[], count: number): readonly number[] {
  return words.slice(0, count).map((word) => (/^\d{1,10}$/.test(word) ? Number(word) : -1));
}

function textsOf(value: string): string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}
