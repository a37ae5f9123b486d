import { Type } from 'typebox';
import type { Static } from 'typebox';
import { container } from './container.ts';
import { executionRole, role } from './role.ts';
import { securityGroup } from './security-group.ts';
import { DOMAIN_NAME, environmentName, text } from './text.ts';

const SERVICE_NAME = '^[A-Za-z0-9_-]{1,255}$';
const SERVICE_NAME_ERROR = 'must be at most 255 letters, digits, hyphens and underscores';

/** Days that CloudWatch Logs accepts (PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logs = Type.Object(
  {
    group: Type.Optional(
      text(
        '^(?!aws/)[.\\-_/#A-Za-z0-9]{1,512}$',
        'must be at most 512 letters, digits and . - _ / #, and not start with aws/',
        'Name of the log group. Default: /stationkeeper/<metadata.name>.',
      ),
    ),
    retentionInDays: Type.Optional(
      Type.Integer({
        description: `How long CloudWatch keeps events: ${RETENTION_DAYS.join(', ')}. Default: for ever.`,
      }),
    ),
    streamPrefix: Type.Optional(
      text(
        '^[^:*\\s]{1,128}$',
        'must be at most 128 characters without colons, asterisks and spaces',
        'awslogs-stream-prefix. Default: metadata.name.',
      ),
    ),
    deletionPolicy: Type.Optional(
      Type.Enum(['retain', 'delete'], {
        description:
          'When the manifest goes: retain releases the log group, delete deletes it. Default: retain.',
      }),
    ),
    logDriver: Type.Optional(
      Type.Enum(['awslogs', 'none'], {
        description:
          'awslogs: into this log group. none: there is no log group, and a container logs as its own logConfiguration says, or nowhere. Default: awslogs.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Where the containers log.' },
);

const serviceDiscovery = Type.Object(
  {
    namespace: text(
      DOMAIN_NAME,
      'must be the domain name of a Cloud Map namespace',
      'A Cloud Map namespace, declared by a Namespace or existing in AWS.',
      253,
    ),
    name: Type.Optional(
      text(
        '^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$',
        'must be DNS labels of letters, digits, hyphens and underscores',
        'Name below the namespace. Default: metadata.name.',
        127,
      ),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: 'Shown in Cloud Map.' })),
    dnsRecords: Type.Optional(
      Type.Array(
        Type.Object(
          {
            type: Type.Enum(['A', 'AAAA', 'SRV'], { description: 'DNS record type.' }),
            ttl: Type.Optional(
              Type.Integer({ minimum: 0, maximum: 2147483647, description: 'Seconds. Default: 60.' }),
            ),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, description: 'A, AAAA, A and AAAA, or SRV. Default: A with a TTL of 60 seconds.' },
      ),
    ),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'For SRV: the port to publish.' }),
    ),
    containerName: Type.Optional(
      Type.String({ description: 'For SRV, with containerPort: the container to publish.' }),
    ),
    containerPort: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'For SRV, with containerName.' }),
    ),
  },
  { additionalProperties: false, description: 'The name under which applications find the service.' },
);

const deployment = Type.Object(
  {
    minimumHealthyPercent: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'Tasks that stay up during a rollout, in percent of desiredCount. Default: 100.',
      }),
    ),
    maximumPercent: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 2147483647,
        description: 'Tasks that may run during a rollout, in percent of desiredCount. Default: 200.',
      }),
    ),
    circuitBreaker: Type.Optional(
      Type.Object(
        {
          enable: Type.Optional(Type.Boolean({ description: 'Stop a rollout that fails. Default: true.' })),
          rollback: Type.Optional(
            Type.Boolean({ description: 'Then go back to the last one that worked. Default: as enable.' }),
          ),
        },
        { additionalProperties: false, description: 'What happens to a rollout that fails.' },
      ),
    ),
  },
  { additionalProperties: false, description: 'How a new revision is rolled out.' },
);

export const daemonServiceSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    cluster: text(
      SERVICE_NAME,
      'must be the name of an ECS cluster: at most 255 letters, digits, hyphens and underscores',
      'An ECS cluster, declared by a Cluster or existing in AWS.',
    ),
    serviceName: Type.Optional(
      text(SERVICE_NAME, SERVICE_NAME_ERROR, 'Name of the ECS service, instead of metadata.name.'),
    ),
    family: Type.Optional(
      text(SERVICE_NAME, SERVICE_NAME_ERROR, 'Task definition family, instead of metadata.name.'),
    ),
    launchType: Type.Optional(Type.Enum(['FARGATE'], { description: 'Where tasks run. Default: FARGATE.' })),
    platformVersion: Type.Optional(
      text(
        '^(LATEST|1\\.[0-9]\\.[0-9])$',
        'must be LATEST or a Fargate platform version such as 1.4.0',
        'Fargate platform version. Default: LATEST.',
      ),
    ),
    networkMode: Type.Optional(
      Type.Enum(['awsvpc'], { description: 'Each task has an address of its own. Default: awsvpc.' }),
    ),
    requiresCompatibilities: Type.Optional(
      Type.Array(Type.Enum(['FARGATE', 'EC2']), {
        maxItems: 2,
        uniqueItems: true,
        description:
          'What ECS checks the task definition for: FARGATE, beside it EC2, or [] nothing. Default: [FARGATE].',
      }),
    ),
    desiredCount: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5000, description: 'Tasks to keep running. Default: 1.' }),
    ),
    cpu: Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      pattern: '^[0-9]{1,6}(\\.[0-9]{1,6})? ?[vV][cC][pP][uU]$',
      errorMessage: 'must be CPU units such as 256, or text with its unit such as "0.25 vCPU"',
      description:
        'CPU of the task: units (256) or "0.25 vCPU". With memory, one of the pairs Fargate offers.',
    }),
    memory: Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      pattern: '^[0-9]{1,6}(\\.[0-9]{1,6})? ?[gG][bB]$',
      errorMessage: 'must be MiB such as 512, or text with its unit such as "0.5 GB"',
      description: 'Memory of the task: MiB (512) or "0.5 GB".',
    }),
    runtimePlatform: Type.Optional(
      Type.Object(
        {
          cpuArchitecture: Type.Optional(
            Type.Enum(['X86_64', 'ARM64'], { description: 'Must be one the images have. Default: X86_64.' }),
          ),
        },
        { additionalProperties: false, description: 'What the task runs on.' },
      ),
    ),
    ephemeralStorage: Type.Optional(
      Type.Object(
        {
          sizeInGiB: Type.Integer({ minimum: 21, maximum: 200, description: '21 to 200; without it 20.' }),
        },
        { additionalProperties: false, description: 'Disk of the task.' },
      ),
    ),
    containers: Type.Array(container, {
      minItems: 1,
      maxItems: 10,
      description: 'The containers of the task; at least one is essential.',
    }),
    logs: Type.Optional(logs),
    taskRole: Type.Optional(role('The role that the containers act with. Without it they have none.')),
    executionRole: Type.Optional(
      executionRole(
        'The role that ECS starts tasks with. Default: pulls from ECR and writes to exactly this log group.',
      ),
    ),
    securityGroup: Type.Optional(securityGroup),
    securityGroupIds: Type.Optional(
      Type.Array(
        text(
          '^sg-[0-9a-f]{8,17}$',
          'must be a security group id such as sg-0a1b2c3d',
          'A security group id.',
        ),
        {
          maxItems: 5,
          uniqueItems: true,
          description:
            "Existing security groups, at most five: used, never changed; [] is the VPC's default group. Instead of securityGroup.",
        },
      ),
    ),
    serviceDiscovery: Type.Optional(serviceDiscovery),
    deployment: Type.Optional(deployment),
    enableExecuteCommand: Type.Optional(
      Type.Boolean({ description: 'Let people run commands in the containers (ECS Exec). Default: false.' }),
    ),
    availabilityZoneRebalancing: Type.Optional(
      Type.Enum(['ENABLED', 'DISABLED'], {
        description:
          'Whether ECS evens tasks out over zones. Default: ENABLED, and DISABLED where maximumPercent is 100.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A daemon service: everything it needs in AWS, as one object.',
  },
);
export type DaemonServiceManifestSpec = Static<typeof daemonServiceSpec>;
