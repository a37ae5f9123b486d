import type { PolicyResource, PolicyStatement } from '../../kinds/role/model.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { StatementManifest } from '../schema/role.ts';
import { compareText } from '../../core/order.ts';

export function expandStatement(statement: StatementManifest): PolicyStatement {
  const { effect = 'Allow', ...rest } = statement;
  return { ...rest, effect };
}

/** What ECS needs to start these containers, and no more: their images, this log group if there is one, exactly their secrets. */
export function executionStatements(
  containers: DaemonServiceManifestSpec['containers'],
  logGroup: string | undefined,
): readonly PolicyStatement[] {
  const sources = [...new Set(containers.flatMap(({ secrets = {} }) => Object.values(secrets)))].toSorted(
    compareText,
  );
  const isSecret = (source: string) => source.split(':')[2] === 'secretsmanager';
  return [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], ['*']),
    ...(logGroup === undefined ? [] : [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [{ logGroup }])]),
    ...allowAny(['ssm:GetParameters'], sources.filter((source) => !isSecret(source)).map(parameterResource)),
    ...allowAny(['secretsmanager:GetSecretValue'], [...new Set(sources.filter(isSecret).map(secretArn))]),
  ];
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

/** The ARN of a secret without the JSON key, version stage and version id that may follow its name. */
function secretArn(source: string): string {
  return source.split(':').slice(0, 7).join(':');
}
