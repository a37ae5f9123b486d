import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const TCP_LISTENING = '0A';
const UDP_UNCONNECTED = '07';

interface Listening {
  /** `tcp 2000`. */
  readonly port: string;
  readonly inode: string;
}

/** Ports of process groups that others than this machine can reach, by the group's id; Linux alone tells. */
export function exposedPorts(groups: readonly number[]): ReadonlyMap<number, readonly string[]> {
  const open = new Map(
    ['tcp', 'tcp6', 'udp', 'udp6']
      .flatMap((table) => outsideLoopback(table))
      .map((one) => [one.inode, one.port]),
  );
  const exposed = new Map<number, Set<string>>();
  if (open.size === 0) return new Map();
  for (const pid of readdirSync('/proc')) {
    const group = /^\d+$/.test(pid) ? groupOf(pid) : undefined;
    if (group === undefined || !groups.includes(group)) continue;
    for (const inode of socketsOf(pid)) {
      const port = open.get(inode);
      if (port !== undefined) exposed.set(group, (exposed.get(group) ?? new Set()).add(port));
    }
  }
  return new Map([...exposed].map(([group, ports]) => [group, [...ports].toSorted()]));
}

/** A UDP socket at a port that the system chose only sends, and hears the answers. */
function outsideLoopback(table: string): readonly Listening[] {
  const protocol = table.slice(0, 3);
  const [firstChosen = 32_768, lastChosen = 60_999] = (read('/proc/sys/net/ipv4/ip_local_port_range') ?? '')
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
  return (read(`/proc/net/${table}`) ?? '').split('\n').flatMap((line): readonly Listening[] => {
    // sl, local_address, rem_address, st, queues, timer, retransmits, uid, timeout, inode (proc_pid_net, Linux man pages).
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', hexPort = ''] = local.split(':');
    const port = Number.parseInt(hexPort, 16);
    const isOpen =
      protocol === 'tcp'
        ? state === TCP_LISTENING
        : state === UDP_UNCONNECTED && (port < firstChosen || port > lastChosen);
    return isOpen && !isLoopback(address) ? [{ port: `${protocol} ${port}`, inode }] : [];
  });
}

/** As the kernel writes it: words of four bytes, each the other way round. */
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
