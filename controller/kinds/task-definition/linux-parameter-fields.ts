import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import {
  list,
  omissible,
  omissibleObject,
  required,
  set,
  structuresByKey,
  value,
} from '../../core/fields/shapes.ts';

/** What AWS has in LinuxParameters. */

export const CAPABILITIES = (
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER ' +
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD ' +
  'NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN ' +
  'SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE ' +
  'SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');

const KERNEL_CAPABILITIES = {
  fields: {
    add: set(Type.Enum(CAPABILITIES), {
      description: 'Linux capabilities to add; on Fargate SYS_PTRACE alone.',
    }),
    drop: set(Type.Enum(CAPABILITIES), { description: 'Linux capabilities to drop; ALL for every one.' }),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const DEVICE = {
  fields: {
    hostPath: required(value(Type.String({ minLength: 1, description: 'The device on the host.' }))),
    containerPath: value(
      Type.String({ minLength: 1, description: 'Where the container has it. Default: as on the host.' }),
    ),
    permissions: set(Type.Enum(['read', 'write', 'mknod']), {
      description: 'Permissions of the container on the device. Default: all three.',
    }),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const TMPFS = {
  fields: {
    containerPath: required(value(Type.String({ minLength: 1, description: 'Where it is mounted.' }))),
    size: required(value(Type.Integer({ minimum: 1, description: 'Most MiB in it.' }))),
    mountOptions: list(Type.String({ minLength: 1 }), 'Such as ro, noexec, nosuid.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const LINUX_PARAMETERS = {
  fields: {
    initProcessEnabled: omissible(
      Type.Boolean({ description: 'Run an init process that reaps zombies.' }),
      false,
    ),
    capabilities: omissibleObject(KERNEL_CAPABILITIES, 'Linux capabilities of the container.'),
    devices: structuresByKey(DEVICE, 'Devices of the host. Not on Fargate.', ({ hostPath }) => hostPath),
    sharedMemorySize: value(Type.Integer({ minimum: 1, description: 'MiB of /dev/shm. Not on Fargate.' })),
    tmpfs: structuresByKey(TMPFS, 'Directories in memory.', ({ containerPath }) => containerPath),
    maxSwap: value(
      Type.Integer({
        minimum: 0,
        description: 'MiB that the container may swap out; 0: none. Not on Fargate.',
      }),
    ),
    swappiness: value(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'How eagerly it swaps; only with maxSwap. Not on Fargate.',
      }),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
