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
  set,
  structures,
  structuresByKey,
  textsOrFiles,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';
import {
  DEPENDENCY,
  ENVIRONMENT_FILE,
  HEALTH_CHECK,
  HOST_ENTRY,
  PORT_MAPPING,
  REPOSITORY_CREDENTIALS,
  RESOURCE_REQUIREMENT,
  RESTART_POLICY,
  SYSTEM_CONTROL,
  ULIMIT,
} from './container-structures.ts';
import { imageField } from './images.ts';
import { LINUX_PARAMETERS } from './linux-parameter-fields.ts';
import { FIRELENS, LOG_CONFIGURATION } from '../../core/log-configuration.ts';
import { MOUNT_POINT, VOLUME_FROM } from './volume-fields.ts';

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
    image: imageField,
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
        // As Docker writes it; what a host port means only with bridge is undone before (definition.ts).
        key: ({ containerPort, containerPortRange, hostPort = 0, protocol = 'tcp' }) =>
          `${hostPort === 0 ? '' : `${hostPort}:`}${containerPort ?? ''}${containerPortRange ?? ''}/${protocol}`,
        says: ({ name, appProtocol }) =>
          `open${name === undefined ? '' : ` as ${name}`}${appProtocol === undefined ? '' : ` for ${appProtocol}`}`,
      }),
      [],
    ),
    environment: {
      ...always(pairs('value', 'Environment variables.'), {}),
      schema: textsOrFiles(
        'Environment variables: name and text, or the file that has the text. Quote numbers.',
      ),
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
    linuxParameters: omissibleObject(LINUX_PARAMETERS, 'Linux parameters of the container.'),
    ulimits: listByKey(ULIMIT, 'Resource limits.', {
      key: ({ name }) => name,
      says: ({ softLimit, hardLimit }) => `${softLimit}:${hardLimit}`,
    }),
    dependsOn: listByKey(DEPENDENCY, 'Containers that go first.', {
      key: ({ containerName }) => containerName,
      says: ({ condition }) => condition,
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
      Type.Integer({
        minimum: 0,
        description: 'Seconds between SIGTERM and SIGKILL. On Fargate at most 120.',
      }),
    ),
    dockerLabels: map('Labels of the container.'),
    workingDirectory: value(Type.String({ minLength: 1, description: 'Where commands run.' })),
    logConfiguration: {
      ...object(
        LOG_CONFIGURATION,
        "Log configuration of this container, instead of spec.logs; the controller uses the resources that it names and never creates them. Default: awslogs into spec.logs' group.",
      ),
      // Where a container logs is the bundle's as much as its own: ContainerSpec has it as `logs` (definition.ts).
      wanted: () => undefined,
      toAws: () => undefined,
    },
    repositoryCredentials: object(
      REPOSITORY_CREDENTIALS,
      'For an image of a private registry that is not ECR.',
    ),
    restartPolicy: object(RESTART_POLICY, 'Whether ECS starts the container again within its task.'),
    environmentFiles: structures(
      ENVIRONMENT_FILE,
      'Files in S3 with environment variables; at most 10. What environment says prevails.',
    ),
    mountPoints: structuresByKey(
      MOUNT_POINT,
      'Volumes of the task that the container has.',
      ({ containerPath }) => containerPath,
    ),
    volumesFrom: structuresByKey(
      VOLUME_FROM,
      'Containers whose volumes this container also mounts.',
      ({ sourceContainer }) => sourceContainer,
    ),
    firelensConfiguration: object(FIRELENS, 'Makes the container the log router of its task.'),
    systemControls: listByKey(SYSTEM_CONTROL, 'Kernel parameters.', {
      key: ({ namespace }) => namespace,
      says: ({ value: said }) => said,
    }),
    resourceRequirements: structuresByKey(
      RESOURCE_REQUIREMENT,
      'GPUs and Neuron devices of the host. Not on Fargate.',
      ({ type }) => type,
    ),
    privileged: omissible(
      Type.Boolean({
        description: 'Give the container the rights of root on the host. Not on Fargate. Default: false.',
      }),
      false,
    ),
    hostname: value(
      Type.String({ minLength: 1, maxLength: 253, description: 'Name of the container. Not with awsvpc.' }),
    ),
    links: list(
      Type.String({ minLength: 1 }),
      'Containers reached by name, container:alias. Only with bridge.',
    ),
    extraHosts: listByKey(HOST_ENTRY, 'Lines of /etc/hosts. Not with awsvpc.', {
      key: ({ hostname }) => hostname,
      says: ({ ipAddress }) => ipAddress,
    }),
    dnsServers: list(Type.String({ minLength: 1 }), 'DNS servers of the container. Not with awsvpc.'),
    dnsSearchDomains: list(
      Type.String({ minLength: 1 }),
      'Domains that names without a dot are looked up in. Not with awsvpc.',
    ),
    disableNetworking: omissible(
      Type.Boolean({ description: 'The container has no network. Not with awsvpc. Default: false.' }),
      false,
    ),
    dockerSecurityOptions: set(
      text(
        '^(no-new-privileges|(apparmor|label|credentialspec):.+)$',
        'must be no-new-privileges, or begin with apparmor:, label: or credentialspec:',
        'A security option.',
      ),
      {
        description:
          'no-new-privileges, and labels of SELinux (label:…) and AppArmor (apparmor:…). Not on Fargate.',
      },
    ),
    interactive: omissible(
      Type.Boolean({ description: 'Keep its standard input open. Default: false.' }),
      false,
    ),
    pseudoTerminal: omissible(Type.Boolean({ description: 'Give it a terminal. Default: false.' }), false),
    credentialSpecs: list(
      text(
        '^credentialspec(domainless)?:arn:[a-z-]+:(s3|ssm):.+$',
        'must be credentialspec: or credentialspecdomainless: and the ARN of a file in S3 or of a parameter',
        'Where the specification is.',
      ),
      'Credential specifications for Active Directory: credentialspec:ARN or credentialspecdomainless:ARN.',
    ),
    versionConsistency: omissible(
      Type.Enum(['enabled', 'disabled'], {
        description:
          'Whether all tasks of a deployment run the digest that the tag had at its start. Default: enabled.',
      }),
      'enabled',
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
