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
    const bits = address.split('.').reduce((sum, group) => sum * 256 + Number(group), 0);
    const hosts = 2 ** (32 - length);
    const block = Math.floor(bits / hosts) * hosts;
    return {
      version: 4,
      canonical: `${formatV4(block)}/${length}`,
      hasHostBits: block !== bits,
      anywhere: length === 0,
    };
  }
  if (isIPv6(address) && !address.includes('%') && length <= 128) {
    const bits = expandV6(address).reduce(
      (sum, group) => (sum << 16n) | BigInt(Number.parseInt(group, 16)),
      0n,
    );
    const hosts = BigInt(128 - length);
    const block = (bits >> hosts) << hosts;
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

function formatV4(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
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
