import type { PortMapping } from '@aws-sdk/client-ecs';
import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import {
  always,
  implied,
  list,
  listByKey,
  map,
  object,
  omissible,
  omissibleObject,
  pairs,
  required,
  set,
  unwritten,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';
import { NOT_ON_FARGATE } from './fields.ts';

/** The fields of a container: what ContainerDefinition has. Those of the task are in fields.ts. */
const CAPABILITIES = (
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER ' +
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD ' +
  'NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN ' +
  'SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE ' +
  'SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');

const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65535, description });
const mebibytes = (description: string) => value(Type.Integer({ minimum: 6, maximum: 249856, description }));
/** A whole number that git always wants, as ECS has it where it is left out. */
const count = (usual: number, minimum: number, maximum: number, description: string) =>
  always(
    omissible(Type.Integer({ minimum, maximum, description: `${description} Default: ${usual}.` }), usual),
    usual,
  );

const PORT_MAPPING = {
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

const HEALTH_CHECK = {
  fields: {
    command: required(
      value(
        Type.Array(Type.String(), {
          minItems: 2,
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

const LINUX_PARAMETERS = {
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

const ULIMIT = {
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
    softLimit: required(value(Type.Integer({ minimum: 0, description: 'At most the hard limit.' }))),
    hardLimit: required(
      value(Type.Integer({ minimum: 0, description: 'Up to which the container may raise it.' })),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const DEPENDENCY = {
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

const LOG_CONFIGURATION = {
  fields: {
    logDriver: required(
      value(
        Type.Enum(['awslogs', 'splunk', 'awsfirelens', 'none'], {
          description: 'One that Fargate has; none keeps nothing.',
        }),
      ),
    ),
    options: map("The driver's options, with its own names."),
  },
  elsewhere: {},
  notOffered: { secretOptions: 'options are texts; give the driver its secret in another way' },
} satisfies Table;

export const CONTAINER = {
  fields: {
    name: required(
      value(
        text(
          '^[A-Za-z0-9_-]{1,255}$',
          'must be at most 255 letters, digits, hyphens and underscores',
          'Unique in the task.',
        ),
      ),
    ),
    image: required(
      value(
        text(
          '^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,254}$',
          'must be an image such as public.ecr.aws/xray/aws-xray-daemon:3.x',
          'registry/repository:tag or registry/repository@sha256:digest.',
        ),
      ),
    ),
    essential: always(
      omissible(
        Type.Boolean({ description: 'Whether the task stops when this container does. Default: true.' }),
        true,
      ),
      true,
    ),
    command: list(Type.String(), "Replaces the image's CMD."),
    entryPoint: list(Type.String(), "Replaces the image's ENTRYPOINT."),
    portMappings: always(
      listByKey(PORT_MAPPING, 'Ports the container listens on.', {
        key: ({ containerPort, containerPortRange, protocol = 'tcp' }: PortMapping) =>
          `${containerPortRange ?? containerPort}/${protocol}`,
        says: ({ name, appProtocol }: PortMapping) =>
          `open${name === undefined ? '' : ` as ${name}`}${appProtocol === undefined ? '' : ` for ${appProtocol}`}`,
      }),
      [],
    ),
    environment: {
      ...always(pairs('value', 'Environment variables: name and text. Quote numbers.'), {}),
      secret: 'by name',
    },
    secrets: {
      ...always(
        pairs(
          'valueFrom',
          'Environment variables from Secrets Manager or SSM: name and ARN of the secret or parameter, or the name of a parameter in this region.',
        ),
        {},
      ),
      secret: 'always',
    },
    healthCheck: object(HEALTH_CHECK, "The container's own health check."),
    cpu: omissible(
      Type.Integer({
        minimum: 0,
        maximum: 32768,
        description: 'CPU units reserved out of those of the task.',
      }),
      0,
    ),
    memory: mebibytes('Hard limit in MiB; above it the container is killed.'),
    memoryReservation: mebibytes('Soft limit in MiB.'),
    user: value(
      text(
        '^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$',
        'must be user, user:group, uid or uid:gid, in quotes where it is a number',
        'User the container runs as.',
      ),
    ),
    readonlyRootFilesystem: omissible(
      Type.Boolean({ description: 'Mount the root file system read-only.' }),
      false,
    ),
    linuxParameters: omissibleObject(LINUX_PARAMETERS, 'What Fargate has of the Linux parameters.'),
    ulimits: listByKey(ULIMIT, 'Resource limits.', {
      key: ({ name = '' }) => name,
      says: ({ softLimit, hardLimit }) => `${softLimit}:${hardLimit}`,
    }),
    dependsOn: listByKey(DEPENDENCY, 'Containers that go first.', {
      key: ({ containerName = '' }) => containerName,
      says: ({ condition = '' }) => condition,
    }),
    startTimeout: {
      ...value(
        Type.Integer({
          minimum: 1,
          description:
            'Seconds in which it must reach what others wait for in dependsOn, before they give up.',
        }),
      ),
      fargatePlatform: '1.3.0',
    },
    stopTimeout: value(
      Type.Integer({ minimum: 0, maximum: 120, description: 'Seconds between SIGTERM and SIGKILL.' }),
    ),
    dockerLabels: map('Labels of the container.'),
    workingDirectory: value(Type.String({ minLength: 1, description: 'Where commands run.' })),
    logConfiguration: {
      ...object(
        LOG_CONFIGURATION,
        "Of this container, instead of spec.logs; what it names is used, never made. Default: awslogs into spec.logs' group.",
      ),
      // Where a container logs is the bundle's as much as its own: ContainerSpec has it as `logs` (definition.ts).
      wanted: () => undefined,
      toAws: () => undefined,
    },
    versionConsistency: unwritten(omissible(Type.Enum(['enabled', 'disabled']), 'enabled')),
  },
  elsewhere: {},
  notOffered: {
    repositoryCredentials: 'images come from registries that need none, or from ECR',
    links: NOT_ON_FARGATE,
    restartPolicy: 'a container that ends is left so, or ends its task',
    environmentFiles: 'write environment; files in S3 are not read',
    mountPoints: 'a task has its ephemeral storage and no volumes',
    volumesFrom: 'a task has its ephemeral storage and no volumes',
    versionConsistency: 'ECS resolves each tag to a digest once a deployment',
    hostname: NOT_ON_FARGATE,
    disableNetworking: NOT_ON_FARGATE,
    privileged: NOT_ON_FARGATE,
    dnsServers: NOT_ON_FARGATE,
    dnsSearchDomains: NOT_ON_FARGATE,
    extraHosts: NOT_ON_FARGATE,
    dockerSecurityOptions: NOT_ON_FARGATE,
    interactive: 'nobody types into a daemon',
    pseudoTerminal: 'nobody types into a daemon',
    systemControls:
      'kernel parameters keep their defaults (Fargate itself takes it from platform version 1.4.0)',
    resourceRequirements: NOT_ON_FARGATE,
    firelensConfiguration: 'a log router is a daemon service of its own here',
    credentialSpecs: 'they are for Windows, and every task runs on LINUX',
  },
} satisfies Table;
