import { Type } from 'typebox';
import type { Static } from 'typebox';
import { stringMap, text } from './text.ts';

const strings = (description: string) => Type.Array(Type.String(), { description });
const mebibytes = (description: string) => Type.Integer({ minimum: 6, maximum: 249856, description });

const CAPABILITIES = (
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER ' +
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD ' +
  'NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN ' +
  'SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE ' +
  'SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');

const ULIMITS =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );

const portMapping = Type.Object(
  {
    containerPort: Type.Integer({
      minimum: 1,
      maximum: 65535,
      description: 'Port the container listens on.',
    }),
    hostPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: 'With awsvpc the same as containerPort, or left out.',
      }),
    ),
    protocol: Type.Optional(Type.Enum(['tcp', 'udp'], { description: 'Of the port. Default: tcp.' })),
    name: Type.Optional(
      text(
        '^[a-z0-9_][a-z0-9_-]{0,63}$',
        'must be at most 64 lower-case letters, digits, hyphens and underscores, and not start with a hyphen',
        'Name of the port.',
      ),
    ),
  },
  { additionalProperties: false },
);

const healthCheck = Type.Object(
  {
    command: Type.Array(Type.String(), {
      minItems: 2,
      description: 'Starts with CMD (arguments follow) or CMD-SHELL (one line for the shell follows).',
    }),
    interval: Type.Optional(
      Type.Integer({ minimum: 5, maximum: 300, description: 'Seconds between checks. Default: 30.' }),
    ),
    timeout: Type.Optional(
      Type.Integer({ minimum: 2, maximum: 60, description: 'Seconds a check may take. Default: 5.' }),
    ),
    retries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10, description: 'Failures before UNHEALTHY. Default: 3.' }),
    ),
    startPeriod: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 300,
        description: 'Seconds of grace in which failures do not count.',
      }),
    ),
  },
  { additionalProperties: false, description: "The container's own health check." },
);

const linuxParameters = Type.Object(
  {
    initProcessEnabled: Type.Optional(
      Type.Boolean({ description: 'Run an init process that reaps zombies.' }),
    ),
    capabilities: Type.Optional(
      Type.Object(
        {
          add: Type.Optional(
            Type.Array(Type.Enum(['SYS_PTRACE']), {
              description: 'On Fargate only SYS_PTRACE can be added.',
            }),
          ),
          drop: Type.Optional(
            Type.Array(Type.Enum(CAPABILITIES), {
              description: 'Linux capabilities to drop; ALL for every one.',
            }),
          ),
        },
        { additionalProperties: false, description: 'Linux capabilities of the container.' },
      ),
    ),
  },
  { additionalProperties: false, description: 'What Fargate has of the Linux parameters.' },
);

const logConfiguration = Type.Object(
  {
    logDriver: Type.Enum(['awslogs', 'splunk', 'awsfirelens', 'none'], {
      description: 'One that Fargate has; none keeps nothing.',
    }),
    options: Type.Optional(stringMap("The driver's options, with its own names.")),
  },
  {
    additionalProperties: false,
    description:
      "Of this container, instead of spec.logs; what it names is used, never made. Default: awslogs into spec.logs' group.",
  },
);

export const container = Type.Object(
  {
    name: text(
      '^[A-Za-z0-9_-]{1,255}$',
      'must be at most 255 letters, digits, hyphens and underscores',
      'Unique in the task.',
    ),
    image: text(
      '^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,254}$',
      'must be an image such as public.ecr.aws/xray/aws-xray-daemon:3.x',
      'registry/repository:tag or registry/repository@sha256:digest.',
    ),
    essential: Type.Optional(
      Type.Boolean({ description: 'Whether the task stops when this container does. Default: true.' }),
    ),
    command: Type.Optional(strings("Replaces the image's CMD.")),
    entryPoint: Type.Optional(strings("Replaces the image's ENTRYPOINT.")),
    portMappings: Type.Optional(Type.Array(portMapping, { description: 'Ports the container listens on.' })),
    environment: Type.Optional(stringMap('Environment variables: name and text. Quote numbers.')),
    secrets: Type.Optional(
      stringMap(
        'Environment variables from Secrets Manager or SSM: name and ARN of the secret or parameter, or the name of a parameter in this region.',
      ),
    ),
    healthCheck: Type.Optional(healthCheck),
    cpu: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 32768,
        description: 'CPU units reserved out of those of the task.',
      }),
    ),
    memory: Type.Optional(mebibytes('Hard limit in MiB; above it the container is killed.')),
    memoryReservation: Type.Optional(mebibytes('Soft limit in MiB.')),
    user: Type.Optional(
      text(
        '^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$',
        'must be user, user:group, uid or uid:gid, in quotes where it is a number',
        'User the container runs as.',
      ),
    ),
    readonlyRootFilesystem: Type.Optional(
      Type.Boolean({ description: 'Mount the root file system read-only.' }),
    ),
    linuxParameters: Type.Optional(linuxParameters),
    ulimits: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.Enum(ULIMITS, { description: 'What is limited.' }),
            softLimit: Type.Integer({ minimum: 0, description: 'At most the hard limit.' }),
            hardLimit: Type.Integer({ minimum: 0, description: 'Up to which the container may raise it.' }),
          },
          { additionalProperties: false },
        ),
        { description: 'Resource limits.' },
      ),
    ),
    dependsOn: Type.Optional(
      Type.Array(
        Type.Object(
          {
            containerName: Type.String({ description: 'Another container of this task.' }),
            condition: Type.Enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'], {
              description: 'What the other container must have reached.',
            }),
          },
          { additionalProperties: false },
        ),
        { description: 'Containers that go first.' },
      ),
    ),
    stopTimeout: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 120, description: 'Seconds between SIGTERM and SIGKILL.' }),
    ),
    dockerLabels: Type.Optional(stringMap('Labels of the container.')),
    workingDirectory: Type.Optional(Type.String({ minLength: 1, description: 'Where commands run.' })),
    logConfiguration: Type.Optional(logConfiguration),
  },
  { additionalProperties: false },
);
export type ContainerManifest = Static<typeof container>;
