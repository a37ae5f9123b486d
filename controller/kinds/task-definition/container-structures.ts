import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import {
  always,
  implied,
  map,
  omissible,
  omissibleObject,
  required,
  set,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';
import { NOT_ON_FARGATE } from './fields.ts';

/** What AWS has in the structures that a container holds (container-fields.ts). */

const CAPABILITIES = (
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER ' +
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD ' +
  'NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN ' +
  'SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE ' +
  'SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');

const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65535, description });
/** A whole number that git always wants, as ECS has it where it is left out. */
const count = (usual: number, minimum: number, maximum: number, description: string) =>
  always(
    omissible(Type.Integer({ minimum, maximum, description: `${description} Default: ${usual}.` }), usual),
    usual,
  );

export const PORT_MAPPING = {
  fields: {
    containerPort: required(value(port('Port the container listens on.'))),
    hostPort: implied(port('With awsvpc the same as containerPort, or left out.')),
    protocol: always(
      omissible(Type.Enum(['tcp', 'udp'], { description: 'Of the port. Default: tcp.' }), 'tcp'),
      'tcp',
    ),
    name: value(
      text(
        '^[a-z0-9_][a-z0-9_-]{0,63}$',
        'must be at most 64 lower-case letters, digits, hyphens and underscores, and not start with a hyphen',
        'Name of the port.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {
    appProtocol: 'it is for Service Connect, which daemons are not in',
    containerPortRange: 'each port is named by itself',
  },
} satisfies Table;

export const HEALTH_CHECK = {
  fields: {
    command: required(
      value(
        Type.Array(Type.String(), {
          minItems: 1,
          errorMessage: 'must be a command such as ["CMD", "/healthcheck"]',
          description: 'Starts with CMD (arguments follow) or CMD-SHELL (one line for the shell follows).',
        }),
      ),
    ),
    interval: count(30, 5, 300, 'Seconds between checks.'),
    timeout: count(5, 2, 60, 'Seconds a check may take.'),
    retries: count(3, 1, 10, 'Failures before UNHEALTHY.'),
    startPeriod: omissible(
      Type.Integer({
        minimum: 0,
        maximum: 300,
        description: 'Seconds of grace in which failures do not count.',
      }),
      0,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const LINUX_CAPABILITIES = {
  fields: {
    add: set(Type.Enum(['SYS_PTRACE']), { description: 'On Fargate only SYS_PTRACE can be added.' }),
    drop: set(Type.Enum(CAPABILITIES), { description: 'Linux capabilities to drop; ALL for every one.' }),
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
    capabilities: omissibleObject(LINUX_CAPABILITIES, 'Linux capabilities of the container.'),
  },
  elsewhere: {},
  notOffered: {
    devices: NOT_ON_FARGATE,
    sharedMemorySize: NOT_ON_FARGATE,
    tmpfs: NOT_ON_FARGATE,
    maxSwap: NOT_ON_FARGATE,
    swappiness: NOT_ON_FARGATE,
  },
} satisfies Table;

export const ULIMIT = {
  fields: {
    name: required(
      value(
        Type.Enum(
          [
            'core',
            'cpu',
            'data',
            'fsize',
            'locks',
            'memlock',
            'msgqueue',
            'nice',
            'nofile',
            'nproc',
            'rss',
            'rtprio',
            'rttime',
            'sigpending',
            'stack',
          ],
          { description: 'What is limited.' },
        ),
      ),
    ),
    softLimit: required(
      value(Type.Integer({ minimum: -1, description: 'At most the hard limit; -1 is no limit.' })),
    ),
    hardLimit: required(
      value(
        Type.Integer({ minimum: -1, description: 'Up to which the container may raise it; -1 is no limit.' }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const DEPENDENCY = {
  fields: {
    containerName: required(value(Type.String({ description: 'Another container of this task.' }))),
    condition: required(
      value(
        Type.Enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'], {
          description: 'What the other container must have reached.',
        }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

/** What ECS takes as options of awslogs (ECS API reference, LogConfiguration). */
export const AWSLOGS_OPTIONS: readonly string[] = [
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream-prefix',
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'mode',
  'max-buffer-size',
];

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens', 'none'] as const;

/** The options that a driver cannot do without on Fargate. */
export const NEEDED_LOG_OPTIONS: Readonly<Record<(typeof LOG_DRIVERS)[number], readonly string[]>> = {
  awslogs: ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix'],
  // ECS says so by name (terraform-provider-aws#8596).
  splunk: ['splunk-token', 'splunk-url'],
  awsfirelens: [],
  none: [],
};

export const LOG_CONFIGURATION = {
  fields: {
    logDriver: required(
      value(
        Type.Enum([...LOG_DRIVERS], {
          description: 'One that Fargate has; none keeps nothing.',
        }),
      ),
    ),
    options: map("The driver's options, with its own names."),
  },
  elsewhere: {},
  notOffered: { secretOptions: 'options are texts; give the driver its secret in another way' },
} satisfies Table;
