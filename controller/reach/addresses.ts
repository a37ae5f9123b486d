/** The bits of an IPv4 address; undefined where the text is none. */
function bitsOf(address: string): number | undefined {
  const groups = address.split('.').map(Number);
  const isAddress =
    groups.length === 4 && groups.every((group) => Number.isInteger(group) && group >= 0 && group <= 255);
  return isAddress ? groups.reduce((sum, group) => sum * 256 + group, 0) : undefined;
}

/** How many bits of an IPv4 block are its prefix, where the address is in it; undefined where it is not, as in every IPv6 block. */
export function prefixCovering(block: string, address: string): number | undefined {
  const [start = '', prefix = ''] = block.split('/');
  const [first, asked] = [bitsOf(start), bitsOf(address)];
  if (first === undefined || asked === undefined) return undefined;
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(first / size) === Math.floor(asked / size) ? Number(prefix) : undefined;
}

export function covers(block: string, address: string): boolean {
  return prefixCovering(block, address) !== undefined;
}
