import type { ContainerDefinition, Device, Tmpfs } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireText, requireWord } from './values.ts';

/** API reference, KernelCapabilities. */
const CAPABILITIES: readonly string[] = (
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE ' +
  'LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID ' +
  'SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');
/** API reference, Tmpfs. Some of them take a value: `mode=755`. */
const MOUNT_OPTIONS: readonly string[] = (
  'defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime nodiratime bind rbind ' +
  'unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime strictatime nostrictatime mode uid gid ' +
  'nr_inodes nr_blocks mpol'
).split(' ');

/** What every launch type asks of Linux parameters (API reference, LinuxParameters and its parts); the texts are the sandbox's. Throws ClientException. */
export function checkLinuxParameters({ linuxParameters }: ContainerDefinition, setting: string): void {
  if (linuxParameters === undefined) return;
  const { capabilities, devices = [], tmpfs = [], sharedMemorySize, maxSwap, swappiness } = linuxParameters;
  for (const name of [...(capabilities?.add ?? []), ...(capabilities?.drop ?? [])]) {
    if (!CAPABILITIES.includes(name))
      throw clientError(`${setting} The capability ${name} is not supported.`);
  }
  for (const device of devices) checkDevice(device, setting);
  for (const mount of tmpfs) checkTmpfs(mount, setting);
  for (const [name, value, least, most] of [
    ['sharedMemorySize', sharedMemorySize, 1, Number.POSITIVE_INFINITY],
    ['maxSwap', maxSwap, 0, Number.POSITIVE_INFINITY],
    ['swappiness', swappiness, 0, 100],
  ] as const) {
    if (value === undefined || (value >= least && value <= most)) continue;
    const range = Number.isFinite(most) ? `between ${least} and ${most}` : `at least ${least}`;
    throw clientError(`${setting} '${name}' must be ${range}.`);
  }
}

function checkDevice({ hostPath, permissions = [] }: Device, setting: string): void {
  requireText('Device.hostPath', hostPath);
  for (const permission of permissions) {
    requireWord(`${setting} A device permission`, permission, ['read', 'write', 'mknod']);
  }
}

function checkTmpfs({ containerPath, size, mountOptions = [] }: Tmpfs, setting: string): void {
  requireText('Tmpfs.containerPath', containerPath);
  if (!containerPath.startsWith('/')) throw clientError(`${setting} A tmpfs must have an absolute path.`);
  if (size === undefined || size < 1)
    throw clientError(`${setting} The 'size' of a tmpfs must be at least 1.`);
  for (const option of mountOptions) {
    const [name = ''] = option.split('=');
    if (!MOUNT_OPTIONS.includes(name)) {
      throw clientError(`${setting} The mount option ${option} of a tmpfs is not supported.`);
    }
  }
}
