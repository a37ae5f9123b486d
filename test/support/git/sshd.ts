import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createSshKey } from './ssh-keys.ts';
import type { SshKey } from './ssh-keys.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));

/** Why no real OpenSSH server can be started here; undefined where one can. */
export const LACK_OF_SSHD = SSHD === undefined ? 'sshd is not on this machine' : undefined;

export interface Sshd {
  readonly port: number;
  /** Who logs in: the user of this process. */
  readonly user: string;
  /** A line for known_hosts. */
  readonly knownHost: string;
  /** What the servers have logged so far. */
  log(): string;
  close(): Promise<void>;
}

/**
 * OpenSSH's server on a free port, for one user and the keys given. sshd cannot choose a port by itself, so one is started
 * for each connection, as inetd does.
 */
export async function startSshd(folder: string, authorized: readonly SshKey[]): Promise<Sshd> {
  const hostKey = createSshKey(folder, 'host-key');
  const keys = join(folder, 'authorized_keys');
  writeFileSync(keys, authorized.map(({ publicKey }) => `${publicKey}\n`).join(''));
  const config = join(folder, 'sshd_config');
  const lines = [
    `HostKey ${hostKey.file}`,
    `AuthorizedKeysFile ${keys}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
  ];
  writeFileSync(config, lines.join('\n'));
  // Debian's start script makes it where sshd runs as a service.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const log = join(folder, 'sshd.log');
  writeFileSync(log, '');
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const child = spawn(SSHD!, ['-i', '-f', config, '-E', log], { stdio: [socket, socket, 'ignore'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const [type, key] = hostKey.publicKey.split(' ');
  return {
    port,
    user: userInfo().username,
    knownHost: `[127.0.0.1]:${port} ${type} ${key}`,
    log: () => readFileSync(log, 'utf8'),
    async close() {
      for (const child of children) child.kill();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The user's agent with one key, at the socket that is returned. */
export function startAgent(folder: string, { file }: SshKey): { readonly socket: string; stop(): void } {
  const socket = join(folder, 'agent');
  const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  return { socket, stop: () => void process.kill(pid) };
}
