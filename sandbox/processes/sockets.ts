import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Sockets of process groups, as Linux alone tells them. */

const TCP_ESTABLISHED = '01';
const TCP_LISTENING = '0A';
const UDP_UNCONNECTED = '07';

type Protocol = 'tcp' | 'udp';

interface SocketRow {
  readonly protocol: Protocol;
  /** As the kernel writes it: words of four bytes, each the other way round. */
  readonly address: string;
  readonly port: number;
  readonly state: string;
  readonly inode: string;
}

/** Ports of process groups that others than this machine can reach, by the group's id. */
export function exposedPorts(groups: readonly number[]): ReadonlyMap<number, readonly string[]> {
  const [firstChosen = 32_768, lastChosen = 60_999] = (read('/proc/sys/net/ipv4/ip_local_port_range') ?? '')
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
  // A UDP socket at a port that the system chose only sends, and hears the answers.
  const isOpen = ({ protocol, state, port }: SocketRow): boolean =>
    protocol === 'tcp'
      ? state === TCP_LISTENING
      : state === UDP_UNCONNECTED && (port < firstChosen || port > lastChosen);
  const open = [...rowsOf('tcp'), ...rowsOf('udp')].filter((row) => isOpen(row) && !isLoopback(row.address));
  const exposed = new Map<number, Set<string>>();
  for (const [group, { protocol, port }] of ownersOf(open, groups)) {
    exposed.set(group, (exposed.get(group) ?? new Set()).add(`${protocol} ${port}`));
  }
  return new Map([...exposed].map(([group, ports]) => [group, [...ports].toSorted()]));
}

/** The one of some process groups that sends from an IPv4 address and port of this machine; undefined where none does, or has closed its socket. */
export function groupSendingFrom(
  protocol: Protocol,
  { address, port }: { readonly address: string; readonly port: number },
  groups: readonly number[],
): number | undefined {
  const own = address
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0').toUpperCase())
    .toReversed()
    .join('');
  const isFrom = (row: SocketRow): boolean =>
    row.port === port &&
    (protocol === 'tcp'
      ? row.state === TCP_ESTABLISHED && row.address.endsWith(own)
      : row.address.endsWith(own) || /^0+$/.test(row.address));
  const [owner] = ownersOf(rowsOf(protocol).filter(isFrom), groups);
  return owner?.[0];
}

/** Over IPv4 and IPv6. */
function rowsOf(protocol: Protocol): readonly SocketRow[] {
  const lines = [protocol, `${protocol}6`].flatMap((table) => (read(`/proc/net/${table}`) ?? '').split('\n'));
  return lines.map((line) => {
    // sl, local_address, rem_address, st, queues, timer, retransmits, uid, timeout, inode (proc_pid_net, Linux man pages).
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', hexPort = ''] = local.split(':');
    return { protocol, address, port: Number.parseInt(hexPort, 16), state, inode };
  });
}

/** Sockets that processes of some groups have, with the group. */
function* ownersOf(
  rows: readonly SocketRow[],
  groups: readonly number[],
): Generator<readonly [number, SocketRow]> {
  if (rows.length === 0 || groups.length === 0) return;
  const byInode = new Map(rows.map((row) => [row.inode, row]));
  for (const pid of readdirSync('/proc')) {
    const group = /^\d+$/.test(pid) ? groupOf(pid) : undefined;
    if (group === undefined || !groups.includes(group)) continue;
    for (const inode of socketsOf(pid)) {
      const row = byInode.get(inode);
      if (row !== undefined) yield [group, row];
    }
  }
}

function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000\w{6}7F$/.test(address);
}

function groupOf(pid: string): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

function socketsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    // The process has ended since it was listed.
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
