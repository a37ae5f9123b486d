import type { PortMapping } from '@aws-sdk/client-ecs';
import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import {
  always,
  list,
  listByKey,
  map,
  object,
  omissible,
  omissibleObject,
  pairs,
  required,
  unwritten,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';
import {
  DEPENDENCY,
  HEALTH_CHECK,
  LINUX_PARAMETERS,
  LOG_CONFIGURATION,
  PORT_MAPPING,
  ULIMIT,
} from './container-structures.ts';
import { NOT_ON_FARGATE } from './fields.ts';

/** The fields of a container: what ContainerDefinition has. Those of the task are in fields.ts. */

const mebibytes = (description: string) => value(Type.Integer({ minimum: 6, maximum: 249856, description }));

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
          '^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,254}(@[A-Za-z0-9:]{1,255})?$',
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
