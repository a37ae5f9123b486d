import { isIPv4, isIPv6 } from 'node:net';
import { AwsError } from '../error.ts';

/** The addresses of one subnet. */
export interface AddressPool {
  /** The network's first address as a number. */
  readonly base: number;
  readonly size: number;
  /** Offset of the next address that was never given out. */
  next: number;
  /** Offsets given back, longest first. */
  readonly returned: Set<number>;
}

/** AWS keeps a subnet's first four addresses and its last one (Subnet sizing for IPv4, VPC user guide). */
const RESERVED_FIRST = 4;
const RESERVED_LAST = 1;

export function createAddressPool(cidr: Ipv4Cidr): AddressPool {
  return { base: cidr.base, size: 2 ** (32 - cidr.prefixLength), next: RESERVED_FIRST, returned: new Set() };
}

export function freeAddressCount(pool: AddressPool): number {
  return Math.max(0, pool.size - RESERVED_LAST - pool.next) + pool.returned.size;
}

/** A free address, or undefined where none is left. One just given back is the last to be used again. */
export function takeAddress(pool: AddressPool): string | undefined {
  if (pool.next < pool.size - RESERVED_LAST) return formatIpv4(pool.base + pool.next++);
  const [offset] = pool.returned;
  if (offset === undefined) return undefined;
  pool.returned.delete(offset);
  return formatIpv4(pool.base + offset);
}

export function returnAddress(pool: AddressPool, address: string): void {
  const value = parseIpv4(address);
  if (value !== undefined) pool.returned.add(value - pool.base);
}

export interface Ipv4Cidr {
  readonly base: number;
  readonly prefixLength: number;
}

/**
 * The block that a text names, its host bits cleared as AWS clears them: 10.0.0.5/8 is 10.0.0.0/8. Undefined where the text is no CIDR
 * block.
 */
export function parseIpv4Cidr(text: string): Ipv4Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const value = parseIpv4(address);
  if (value === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > 32) return undefined;
  const size = 2 ** (32 - prefixLength);
  return { base: value - (value % size), prefixLength };
}

/** Throws InvalidParameterValue where the text of a request's member is no CIDR block. */
export function requireIpv4Cidr(text: string, parameter: string): Ipv4Cidr {
  const cidr = parseIpv4Cidr(text);
  if (cidr !== undefined) return cidr;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${text}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );
}

/** The same of an IPv6 block, in its shortest form. */
export function requireIpv6Cidr(text: string, parameter: string): string {
  const cidr = canonicalIpv6Cidr(text);
  if (cidr !== undefined) return cidr;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${text}) for parameter ${parameter} is invalid. This is not a valid IPv6 CIDR block.`,
  );
}

export function formatIpv4Cidr(cidr: Ipv4Cidr): string {
  return `${formatIpv4(cidr.base)}/${cidr.prefixLength}`;
}

export function overlaps(a: Ipv4Cidr, b: Ipv4Cidr): boolean {
  return a.base < b.base + 2 ** (32 - b.prefixLength) && b.base < a.base + 2 ** (32 - a.prefixLength);
}

export function contains(outer: Ipv4Cidr, inner: Ipv4Cidr): boolean {
  return outer.prefixLength <= inner.prefixLength && overlaps(outer, inner);
}

/** The block in its shortest form, host bits cleared: 2001:DB8:0:0::1/32 is 2001:db8::/32. Undefined where the text is no CIDR block. */
export function canonicalIpv6Cidr(text: string): string | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  if (!isIPv6(address) || address.includes('%') || rest.length > 0 || !/^\d{1,3}$/.test(length)) {
    return undefined;
  }
  const prefixLength = Number(length);
  if (prefixLength > 128) return undefined;
  const groups = ipv6Groups(address).map((group, index) => {
    const kept = Math.min(16, Math.max(0, prefixLength - index * 16));
    return group & ((0xffff << (16 - kept)) & 0xffff);
  });
  return `${shortestIpv6(groups.map((group) => group.toString(16)).join(':'))}/${prefixLength}`;
}

/** Whether two IPv6 blocks have addresses in common; both as `canonicalIpv6Cidr` gives them. */
export function ipv6Overlaps(a: string, b: string): boolean {
  const shorter = String(Math.min(ipv6PrefixLength(a), ipv6PrefixLength(b)));
  return ipv6Network(a, shorter) === ipv6Network(b, shorter);
}

export function ipv6PrefixLength(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

function ipv6Network(cidr: string, prefixLength: string): string | undefined {
  return canonicalIpv6Cidr(`${cidr.split('/')[0]}/${prefixLength}`);
}

function ipv6Groups(address: string): number[] {
  const [head = '', tail] = shortestIpv6(address).split('::');
  const first = hexGroups(head);
  const last = hexGroups(tail ?? '');
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}

function hexGroups(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}

/** The URL standard prescribes the shortest form of RFC 5952. */
function shortestIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function parseIpv4(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Addresses of Amazon's pool are of 240.0.0.0/4, which is nobody's (RFC 1112): one that follows from the id of its interface. */
export function pooledAddress(networkInterfaceId: string): string {
  return formatIpv4(240 * 2 ** 24 + Number.parseInt(networkInterfaceId.slice(-6), 16));
}

/** The name that EC2 gives an address in its VPC: `ip-172-31-0-4.ec2.internal`. */
export function privateDnsName(region: string, ipv4: string): string {
  return `ip-${ipv4.replaceAll('.', '-')}.${regionalDomain(region)}`;
}

/** The domain of private names in a Region. */
export function regionalDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

/** The name that EC2 gives a public address: `ec2-198-18-0-4.compute-1.amazonaws.com`. */
export function publicDnsName(region: string, ipv4: string): string {
  const zone = region === 'us-east-1' ? 'compute-1' : `${region}.compute`;
  return `ec2-${ipv4.replaceAll('.', '-')}.${zone}.amazonaws.com`;
}
