import type { HeldRecord, Registration } from './resource.ts';

/** Types of the records that ECS, or the controller, registers instances in. */
export const RECORD_TYPES: readonly HeldRecord['type'][] = ['A', 'AAAA', 'SRV'];

/**
 * The value of the record that Cloud Map makes of an instance at the name of its service (Cloud Map API reference, DnsRecord); undefined where
 * it makes none, for lack of an address or port.
 */
export function recordValue(
  type: HeldRecord['type'],
  { id, ipv4, ipv6, port }: Registration,
  domain: string,
): string | undefined {
  const srv = port === undefined ? undefined : `1 1 ${port} ${id}.${domain}`;
  return { A: ipv4, AAAA: ipv6, SRV: srv }[type];
}

/** The same for every way in which a value is written: with a last dot or without, in any case. */
export function canonicalValue(value: string): string {
  return value.toLowerCase().replace(/\.$/, '');
}
