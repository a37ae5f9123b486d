import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import { always, object, omissible, required, set, value } from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';

/** What AWS has in the structures that a container holds (container-fields.ts). */

const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65535, description });
/** A whole number that git always wants, as ECS has it where it is left out. */
const count = (usual: number, minimum: number, maximum: number, description: string) =>
  always(
    omissible(Type.Integer({ minimum, maximum, description: `${description} Default: ${usual}.` }), usual),
    usual,
  );

export const PORT_MAPPING = {
  fields: {
    containerPort: value(port('Port the container listens on.')),
    containerPortRange: value(
      text(
        '^[0-9]{1,5}-[0-9]{1,5}$',
        'must be two ports such as 2000-2010',
        'Ports the container listens on, instead of containerPort: first-last, at most 100.',
      ),
    ),
    hostPort: value(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description:
          'With bridge the port of the host; left out, or 0, ECS chooses one. With awsvpc and host the same as containerPort, or left out.',
      }),
    ),
    protocol: always(
      omissible(Type.Enum(['tcp', 'udp'], { description: 'Protocol of the port. Default: tcp.' }), 'tcp'),
      'tcp',
    ),
    name: value(
      text(
        '^[a-z0-9_][a-z0-9_-]{0,63}$',
        'must be at most 64 lower-case letters, digits, hyphens and underscores, and not start with a hyphen',
        'Name of the port.',
      ),
    ),
    appProtocol: value(
      Type.Enum(['http', 'http2', 'grpc'], {
        description: 'The application protocol of the port, for Service Connect.',
      }),
    ),
  },
  elsewhere: {},
  notOffered: {},
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
          description: 'The state that the other container must have reached.',
        }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const REPOSITORY_CREDENTIALS = {
  fields: {
    credentialsParameter: required(
      value(
        text(
          '^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,519}$',
          'must be the ARN of a Secrets Manager secret, or its name: letters, digits and /_+=.@-',
          'The ARN of a Secrets Manager secret with username and password, or its name in this Region.',
        ),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const RESTART_POLICY = {
  fields: {
    enabled: required(value(Type.Boolean({ description: 'Start the container again when it ends.' }))),
    ignoredExitCodes: set(Type.Integer({ minimum: 0, maximum: 255 }), {
      maxItems: 50,
      description: 'Exit codes after which it is left so.',
    }),
    restartAttemptPeriod: omissible(
      Type.Integer({
        minimum: 60,
        maximum: 1800,
        description: 'Seconds that it must have run to be started again. Default: 300.',
      }),
      300,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const ENVIRONMENT_FILE = {
  fields: {
    value: required(
      value(
        text(
          '^arn:[a-z-]+:s3:::[^/]+/.+\\.env$',
          'must be the ARN of a file in S3 that ends in .env, such as arn:aws:s3:::bucket/daemon.env',
          'The ARN of a file in S3 with lines VARIABLE=value.',
        ),
      ),
    ),
    type: required(value(Type.Enum(['s3'], { description: 'Where the file is.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const SYSTEM_CONTROL = {
  fields: {
    namespace: required(
      value(Type.String({ minLength: 1, description: 'A kernel parameter such as net.core.somaxconn.' })),
    ),
    value: required(value(Type.String({ minLength: 1, description: 'Its value, in quotes.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const HOST_ENTRY = {
  fields: {
    hostname: required(value(Type.String({ minLength: 1, description: 'A name in /etc/hosts.' }))),
    ipAddress: required(value(Type.String({ minLength: 1, description: 'Its address.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const MPS = {
  fields: {
    memory: required(value(Type.Integer({ minimum: 1, description: 'MiB of the memory of the GPU.' }))),
    maxComputePercent: value(
      Type.Integer({ minimum: 1, maximum: 100, description: 'The share of the GPU.' }),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const SHARING_STRATEGY = {
  fields: { nvidiaMps: required(object(MPS, 'By NVIDIA Multi-Process Service.')) },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const RESOURCE_REQUIREMENT = {
  fields: {
    type: required(
      value(
        Type.Enum(['GPU', 'NeuronDevice'], {
          description: 'Devices that the host must have. Not on Fargate.',
        }),
      ),
    ),
    value: value(
      Type.String({
        minLength: 1,
        description: 'How many, in quotes, or ALL. Needed without sharingStrategy.',
      }),
    ),
    sharingStrategy: object(SHARING_STRATEGY, 'How containers share a GPU, instead of value.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
