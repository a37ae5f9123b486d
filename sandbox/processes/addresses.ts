import { contains, formatIpv4, formatIpv4Cidr, parseIpv4Cidr } from '../ec2/addresses.ts';

/**
 * An address with the leading bits of a block and its own remaining ones: where tasks have 172.31.0.0/16 and the machine 127.31.0.0/16,
 * `172.31.4.5` is `127.31.4.5` there, and back again by the other block. Throws where either is none.
 */
export function inBlock(address: string, block: string): string {
  const own = parseIpv4Cidr(`${address}/32`);
  const there = parseIpv4Cidr(block);
  if (own === undefined || there === undefined) throw new Error(`${address} has no place in ${block}.`);
  return formatIpv4(there.base + (own.base % 2 ** (32 - there.prefixLength)));
}

/** Whether an address is of a block. */
export function isInBlock(address: string, block: string): boolean {
  const own = parseIpv4Cidr(`${address}/32`);
  const outer = parseIpv4Cidr(block);
  return own !== undefined && outer !== undefined && contains(outer, own);
}

/** One bit tells the halves of 127.0.0.0/8 apart. */
const OTHER_HALF = 2 ** 23;

/** The block that lies as a block of 127.0.0.0/8 does in the other half of that: 127.159.0.0/16 for 127.31.0.0/16. Throws where it has no half to itself. */
export function hiddenBlock(block: string): string {
  const cidr = parseIpv4Cidr(block);
  if (cidr === undefined || cidr.prefixLength < 9) throw new Error(`${block} is in no half of 127.0.0.0/8.`);
  const isSecondHalf = cidr.base % (2 * OTHER_HALF) >= OTHER_HALF;
  return formatIpv4Cidr({ ...cidr, base: cidr.base + (isSecondHalf ? -OTHER_HALF : OTHER_HALF) });
}

/** What means "here" in a container. */
const HERE = /(?<![\w.:-])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?![\w.-])(?::\d+)?/g;

/**
 * A text of a container as it is meant on the machine: what is "here" in the container, or all of its addresses, is the task's own address.
 * `sandbox`: each `host:port` that stays what it is.
 */
export function atTask(
  text: string,
  { address, sandbox }: { readonly address: string; readonly sandbox: readonly string[] },
): string {
  return text.replaceAll(HERE, (here) =>
    sandbox.includes(here) ? here : `${address}${/(?<=[\w\]]):\d+$/.exec(here)?.[0] ?? ''}`,
  );
}
