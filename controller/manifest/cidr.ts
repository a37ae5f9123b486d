import { isIPv4, isIPv6 } from 'node:net';

export interface Cidr {
  readonly version: 4 | 6;
  /** With the host bits cleared, as AWS stores it. */
  readonly canonical: string;
  /** Whether bits of the address behind the prefix are set, which AWS clears. */
  readonly hasHostBits: boolean;
  /** The whole address space. */
  readonly anywhere: boolean;
}

/** A CIDR block; undefined where the text is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', prefix = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const length = Number(prefix);
  if (isIPv4(address) && length <= 32) {
    const bits = bitsOf(address.split('.'), 10, 8);
    const block = clearHostBits(bits, 32, length);
    return {
      version: 4,
      canonical: `${formatV4(block)}/${length}`,
      hasHostBits: block !== bits,
      anywhere: length === 0,
    };
  }
  if (isIPv6(address) && !address.includes('%') && length <= 128) {
    const bits = bitsOf(expandV6(address), 16, 16);
    const block = clearHostBits(bits, 128, length);
    return {
      version: 6,
      canonical: `${formatV6(block)}/${length}`,
      hasHostBits: block !== bits,
      anywhere: length === 0,
    };
  }
  return undefined;
}

/** What was probably meant by text that is no CIDR: an address alone, or address and prefix the wrong way round. */
export function meantCidr(text: string): string | undefined {
  const [, prefix, address] = /^(\d{1,3})\/([^/]+)$/.exec(text) ?? [];
  const turned = address === undefined ? undefined : parseCidr(`${address}/${prefix}`);
  if (turned !== undefined) return turned.canonical;
  if (isIPv4(text)) return `${text}/32`;
  return isIPv6(text) ? parseCidr(`${text}/128`)?.canonical : undefined;
}

function bitsOf(groups: readonly string[], radix: number, width: number): bigint {
  return groups.reduce((bits, group) => (bits << BigInt(width)) | BigInt(Number.parseInt(group, radix)), 0n);
}

function clearHostBits(bits: bigint, size: number, length: number): bigint {
  const host = BigInt(size - length);
  return (bits >> host) << host;
}

function formatV4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
}

/** The URL parser normalises IPv6 as RFC 5952 asks. */
function normalizeV6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function expandV6(address: string): readonly string[] {
  const [head = '', tail] = normalizeV6(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function formatV6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return normalizeV6(groups.join(':'));
}
