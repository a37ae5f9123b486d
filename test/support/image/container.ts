import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { canRun, follow, runCommand } from '../programs/command.ts';
import type { Ended } from '../programs/command.ts';
import type { Image } from './build.ts';

/**
 * Runs an image without a container engine, as `docker run --read-only --tmpfs /tmp --cap-drop ALL
 * --security-opt no-new-privileges --network none` would: namespaces of its own, its program as PID 1, its user, nothing
 * writable but /tmp.
 */

export interface Container {
  stdout(): string;
  log(): string;
  /** Runs a program beside it, as `docker exec` does. */
  exec(argv: readonly string[], variables?: Variables): Promise<Ended>;
  /** Sends SIGTERM to PID 1 and waits for its end; `ms` is how long that took. */
  stop(): Promise<Ended & { readonly ms: number }>;
}

type Variables = Readonly<Record<string, string>>;

export interface RunOptions {
  /** In place of the image's CMD. */
  readonly command?: readonly string[];
  readonly env?: Variables;
  /** Folders of this machine by where they are seen inside, read-only. */
  readonly volumes?: Readonly<Record<string, string>>;
}

const NAMESPACES = ['--mount', '--pid', '--net', '--fork', '--kill-child=SIGKILL'];
const UNPRIVILEGED = ['--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const SCRIPT = `
  mount -t tmpfs tmpfs "$WORLD"
  root="$WORLD/root"
  mkdir "$root" "$WORLD/image"
  cp -a "$FOLDER/." "$WORLD/image"
  for volume in $VOLUMES; do mkdir -p "$WORLD/image\${volume#*:}"; done
  mount -t overlay overlay -o "lowerdir=$WORLD/image:/" "$root"
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o nosuid,nodev,noexec,mode=1777 tmpfs "$root/tmp"
  mount --bind "$NODE" "$root/usr/local/bin/node"
  for volume in $VOLUMES; do
    mount --bind "\${volume%%:*}" "$root\${volume#*:}"
    mount -o remount,bind,ro "$root\${volume#*:}"
  done
  ip link set lo up
  exec chroot "$root" "$@"`;

/** Why images cannot be run here; undefined where they can. */
export async function whyNotHere(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root, to run it as another user';
  const tmpfs = 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r';
  const overlay = 'mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r';
  const able = await canRun(
    'unshare',
    ...NAMESPACES,
    'sh',
    '-euc',
    `${tmpfs}; ${overlay}; ip link set lo up`,
  );
  if (!able) return 'needs mount, PID and network namespaces, overlayfs and ip';
  return (await canRun('tini', '--version')) ? undefined : 'needs tini';
}

const running = new Set<ReturnType<typeof spawn>>();
function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

// Containers end with the tests, also where these are interrupted.
process.once('exit', killRunning);
afterAll(killRunning);

/** @param scratch a folder for mounts that end with it */
export function runContainer(image: Image, scratch: string, options: RunOptions = {}): Container {
  const { command = image.command, env = {}, volumes = {} } = options;
  const world = mkdtempSync(join(scratch, 'container-'));
  const argv = asUser(image, [...image.entrypoint, ...command], env);
  const child = spawn('unshare', [...NAMESPACES, 'sh', '-euc', SCRIPT, 'sh', ...argv], {
    env: {
      ...process.env,
      WORLD: world,
      FOLDER: image.folder,
      NODE: process.execPath,
      VOLUMES: Object.entries(volumes)
        .map(([inside, outside]) => `${outside}:${inside}`)
        .join(' '),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const { ended, stdout, stderr } = follow(child);
  void ended.finally(() => running.delete(child));
  const pid = (): string => firstChild(child.pid!);
  return {
    stdout,
    log: stderr,
    exec: (program, variables = {}) => {
      const into = [`--target=${pid()}`, '--mount', '--pid', '--net', '--root'];
      return runCommand('nsenter', [...into, '--', ...asUser(image, program, { ...env, ...variables })], {
        env: process.env,
      });
    },
    stop: async () => {
      const start = performance.now();
      process.kill(Number(pid()), 'SIGTERM');
      return { ...(await ended), ms: performance.now() - start };
    },
  };
}

/** The image's user and environment, and nothing of this machine's. */
function asUser(image: Image, argv: readonly string[], env: Variables): readonly string[] {
  const [user, group] = image.user.split(':');
  const variables = Object.entries({ PATH, ...image.environment, ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  return [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${group}`,
    ...UNPRIVILEGED,
    'env',
    '-i',
    `--chdir=${image.workdir}`,
    ...variables,
    ...argv,
  ];
}

/** What `unshare --fork` started: PID 1 of its namespace, by its number here. */
function firstChild(parent: number): string {
  const [pid] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ');
  if (pid === undefined || pid === '') throw new Error('the container has no process yet');
  return pid;
}
