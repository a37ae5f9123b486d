import type { ContainerDefinition, TaskDefinition, Volume } from '@aws-sdk/client-ecs';
import type { Owner } from '../names.ts';
import { partitionOf } from '../../partition.ts';
import { imageReference } from './images.ts';

/** What a task fetches or mounts before its containers start. */
export type NeedKind =
  | 'secret'
  | 'parameter'
  | 'credentials'
  | 'environment-file'
  | 'file-system'
  | 'directory'
  | 'access-point'
  | 's3-file-system'
  | 'image'
  | 'router-file'
  | 'router-init-file';

export interface Need {
  readonly kind: NeedKind;
  /** As AWS names it in what it says. */
  readonly name: string;
  /** By any of these it can be told to be unavailable. */
  readonly references: readonly string[];
  /** Of a secret, with the JSON key and the version that are wanted. */
  readonly valueFrom?: string;
  /** The container that cannot do without it, where it is one container's. */
  readonly container?: string;
}

/** What a task needs, in the order in which it is fetched: secrets, files, file systems, images. */
export function needsOf(definition: TaskDefinition, owner: Owner): Need[] {
  const { containerDefinitions: containers = [], volumes = [] } = definition;
  return [
    ...containers.flatMap((container) => secretsOf(container, owner)),
    ...containers.flatMap(credentialsOf),
    ...containers.flatMap(({ environmentFiles = [] }) =>
      environmentFiles.map(({ value = '' }) => need('environment-file', value)),
    ),
    ...containers.flatMap(routerFileOf),
    ...volumes.flatMap(fileSystemsOf),
    ...containers.map(imageOf),
    ...containers.flatMap(routerInitFilesOf),
  ];
}

function need(kind: NeedKind, name: string, others: readonly string[] = []): Need {
  return { kind, name, references: [name, ...others] };
}

/** Secrets and parameters, of variables and of log drivers. */
function secretsOf({ secrets = [], logConfiguration }: ContainerDefinition, owner: Owner): Need[] {
  return [...secrets, ...(logConfiguration?.secretOptions ?? [])].map(({ valueFrom = '' }) => {
    const [, , service, , , kind, name = ''] = valueFrom.split(':');
    if (service !== 'secretsmanager') return parameterOf(valueFrom, owner);
    const secret = valueFrom.split(':').slice(0, 7).join(':');
    const named =
      kind === 'secret' && name !== '' ? need('secret', secret, [valueFrom]) : need('secret', valueFrom);
    return { ...named, valueFrom };
  });
}

/** By its name and by its ARN, of which one is written. */
function parameterOf(valueFrom: string, { region, accountId }: Owner): Need {
  const path = /^arn:[^:]+:ssm:[^:]+:\d+:parameter(\/.+)$/.exec(valueFrom)?.[1];
  if (path !== undefined) return need('parameter', valueFrom, [path, path.slice(1)]);
  const arn = `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter/${valueFrom.replace(/^\//, '')}`;
  return need('parameter', valueFrom, [arn]);
}

function credentialsOf({ repositoryCredentials }: ContainerDefinition): Need[] {
  const parameter = repositoryCredentials?.credentialsParameter;
  return parameter === undefined ? [] : [need('credentials', parameter)];
}

/** A router's own configuration in S3. */
function routerFileOf({ firelensConfiguration }: ContainerDefinition): Need[] {
  const { 'config-file-type': type, 'config-file-value': file } = firelensConfiguration?.options ?? {};
  return type === 's3' && file !== undefined ? [need('router-file', file)] : [];
}

/** What the `init` images of AWS for Fluent Bit fetch as they start (aws-for-fluent-bit, init process). */
function routerInitFilesOf({
  name,
  essential,
  firelensConfiguration,
  environment = [],
}: ContainerDefinition): Need[] {
  if (firelensConfiguration === undefined || essential === false) return [];
  return environment.flatMap((variable) =>
    /^aws_fluent_bit_init_s3_/i.test(variable.name ?? '')
      ? [
          {
            ...need('router-init-file', variable.value ?? ''),
            ...(name === undefined ? {} : { container: name }),
          },
        ]
      : [],
  );
}

/** A file system, its directory as `fs-01234567:/data`, and its access point. */
function fileSystemsOf({ efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3files }: Volume): Need[] {
  if (s3files !== undefined) {
    return [need('s3-file-system', s3files.fileSystemArn ?? '', [s3files.accessPointArn ?? ''])];
  }
  if (efs === undefined) return [];
  const { fileSystemId = '', rootDirectory = '/', authorizationConfig } = efs;
  const accessPointId = authorizationConfig?.accessPointId;
  return [
    need('file-system', fileSystemId),
    need('directory', `${fileSystemId}:${rootDirectory}`),
    ...(accessPointId === undefined ? [] : [need('access-point', accessPointId)]),
  ];
}

function imageOf({ name = '', image = '' }: ContainerDefinition): Need {
  return { ...need('image', image, [imageReference(image).text]), container: name };
}
