import type { Conditions, PolicyResource, PolicyStatement } from '../../kinds/role/spec.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { ConditionsManifest, StatementManifest } from '../schema/role.ts';
import { compareText } from '../../core/order.ts';
import { wholeSecretArn } from '../../core/secret-reference.ts';
import { groupsNamed } from '../named-groups.ts';

export function expandStatement(statement: StatementManifest): PolicyStatement {
  const { effect = 'Allow', conditions, ...rest } = statement;
  return { ...rest, ...(conditions !== undefined && { conditions: withTexts(conditions) }), effect };
}

/** IAM takes true for "true", and answers with the text. */
export function withTexts(conditions: ConditionsManifest): Conditions {
  const texts = Object.entries(conditions).map(
    ([operator, tests]) =>
      [
        operator,
        Object.fromEntries(
          Object.entries(tests).map(([key, value]) => [
            key,
            typeof value === 'boolean' ? String(value) : value,
          ]),
        ),
      ] as const,
  );
  return Object.fromEntries(texts);
}

/**
 * What ECS needs to start these containers, and no more: their images, this log group if there is one and those that they name, exactly
 * their secrets and files (ECS developer guide, task execution IAM role).
 */
export function executionStatements(
  containers: DaemonServiceManifestSpec['containers'],
  logGroup: string | undefined,
): readonly PolicyStatement[] {
  const logGroups = [...(logGroup === undefined ? [] : [{ logGroup }]), ...groupsNamed(containers, logGroup)];
  const sources = distinct(containers.flatMap(secretsOf));
  const credentials = distinct(
    containers.flatMap(({ repositoryCredentials }) => repositoryCredentials?.credentialsParameter ?? []),
  );
  const files = distinct(containers.flatMap(filesOf));
  const isParameter = (source: string) => source.split(':')[2] !== 'secretsmanager';
  return [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], ['*']),
    ...allowAny(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroups),
    ...allowAny(['ssm:GetParameters'], sources.filter(isParameter).map(parameterResource)),
    ...allowAny(
      ['secretsmanager:GetSecretValue'],
      [
        ...new Set(sources.filter((source) => !isParameter(source)).map(wholeSecretArn)),
        ...credentials.map((source) =>
          source.startsWith('arn:') ? wholeSecretArn(source) : { secretName: source },
        ),
      ],
    ),
    ...allowAny(['s3:GetObject'], files),
    ...allowAny(['s3:GetBucketLocation'], distinct(files.map((arn) => arn.split('/')[0] ?? arn))),
  ];
}

type Container = DaemonServiceManifestSpec['containers'][number];

function secretsOf({ secrets = {}, logConfiguration }: Container): readonly string[] {
  const options = logConfiguration?.secretOptions ?? [];
  return [...Object.values(secrets), ...options.map(({ valueFrom }) => valueFrom)];
}

/** ARNs of files in S3 that are read before the container starts. */
function filesOf({ environmentFiles = [], firelensConfiguration }: Container): readonly string[] {
  const { 'config-file-type': type, 'config-file-value': file } = firelensConfiguration?.options ?? {};
  return [
    ...environmentFiles.map(({ value }) => value),
    ...(type === 's3' && file !== undefined ? [file] : []),
  ];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted(compareText);
}

function allow(actions: readonly string[], resources: readonly PolicyResource[]): PolicyStatement {
  return { effect: 'Allow', actions, resources };
}

function allowAny(
  actions: readonly string[],
  resources: readonly PolicyResource[],
): readonly PolicyStatement[] {
  return resources.length === 0 ? [] : [allow(actions, resources)];
}

function parameterResource(source: string): PolicyResource {
  return source.startsWith('arn:') ? source : { ssmParameter: source };
}
