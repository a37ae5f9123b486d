import { made } from './rows.ts';
import type { Row } from './rows.ts';
import type { IamRequest } from './statements.ts';
import { request, requestedTags } from './where.ts';
import type { Where } from './where.ts';

const onRepository =
  (action: string): Row =>
  ({ repositoryName, registryId }, where) => [where.repository(repositoryName, registryId)(action)];

const FOR_NEW_KEYED = ['kms:CreateGrant', 'kms:DescribeKey'];
const FOR_GONE_KEYED = ['kms:RetireGrant'];
/** What a call about a repository asks about its key. */
export const KEY_ACTIONS: readonly string[] = [...FOR_NEW_KEYED, ...FOR_GONE_KEYED];

/** A key of one's own is used as whoever asks; that of AWS takes no permission (ECR user guide, encryption at rest, required IAM permissions). */
function onKey(where: Where, key: string | undefined, actions: readonly string[]): readonly IamRequest[] {
  return key === undefined ? [] : actions.map((action) => request(action, where.key(key)));
}

const onRepositoryArn =
  (action: string): Row =>
  (input, where) => {
    const [, , , , registryId, resource = ''] = String(input['resourceArn']).split(':');
    const name = resource.replace(/^repository\//, '');
    return [where.repository(name, registryId, requestedTags(input))(action)];
  };

const onSecret =
  (action: string): Row =>
  (input, where) => [where.secret(input['SecretId'], requestedTags(input))(action)];

const onParameter =
  (action: string): Row =>
  ({ Name }, where) => [where.parameter(Name)(action)];

const onParameters =
  (action: string): Row =>
  ({ Names }, where) =>
    [Names ?? []].flat().map((name) => where.parameter(name)(action));

const onTaggedParameter =
  (action: string): Row =>
  (input, where) => [where.parameter(input['ResourceId'], requestedTags(input))(action)];

/** The calls that are about what tasks fetch before they start. */
export const FETCHED: Readonly<Record<string, Row>> = {
  'ecr:CreateRepository': (input, where) => {
    const { resource } = where.repository(
      input['repositoryName'],
      input['registryId'],
    )('ecr:CreateRepository');
    const { kmsKey } = (input['encryptionConfiguration'] ?? {}) as { readonly kmsKey?: string };
    return [
      ...made('ecr:CreateRepository', 'ecr:TagResource', resource, input),
      ...onKey(where, kmsKey, FOR_NEW_KEYED),
    ];
  },
  'ecr:DeleteRepository': (input, where) => [
    ...onRepository('ecr:DeleteRepository')(input, where),
    ...onKey(where, where.ownKeyOf(input['repositoryName']), FOR_GONE_KEYED),
  ],
  'ecr:DescribeRepositories': ({ repositoryNames, registryId }, where) =>
    [repositoryNames ?? '*']
      .flat()
      .map((name) => where.repository(name, registryId)('ecr:DescribeRepositories')),
  ...rowsOf('ecr', onRepository, [
    'BatchDeleteImage',
    'BatchGetImage',
    'DeleteLifecyclePolicy',
    'DeleteRepositoryPolicy',
    'DescribeImages',
    'GetLifecyclePolicy',
    'GetRepositoryPolicy',
    'ListImages',
    'PutImage',
    'PutImageScanningConfiguration',
    'PutImageTagMutability',
    'PutLifecyclePolicy',
    'SetRepositoryPolicy',
  ]),
  'ssm:PutParameter': (input, where) => {
    const { resource } = where.parameter(input['Name'])('ssm:PutParameter');
    return made('ssm:PutParameter', 'ssm:AddTagsToResource', resource, input);
  },
  'ssm:GetParametersByPath': ({ Path }, where) => [where.parameter(Path)('ssm:GetParametersByPath')],
  ...rowsOf('ssm', onParameter, [
    'DeleteParameter',
    'GetParameter',
    'GetParameterHistory',
    'LabelParameterVersion',
  ]),
  ...rowsOf('ssm', onParameters, ['DeleteParameters', 'GetParameters']),
  ...rowsOf('ssm', onTaggedParameter, ['AddTagsToResource', 'ListTagsForResource', 'RemoveTagsFromResource']),
  'secretsmanager:CreateSecret': (input, where) => {
    const { resource } = where.secret(input['Name'])('secretsmanager:CreateSecret');
    return made('secretsmanager:CreateSecret', 'secretsmanager:TagResource', resource, input);
  },
  ...rowsOf('secretsmanager', onSecret, [
    'DeleteResourcePolicy',
    'DeleteSecret',
    'DescribeSecret',
    'GetResourcePolicy',
    'GetSecretValue',
    'ListSecretVersionIds',
    'PutResourcePolicy',
    'PutSecretValue',
    'RestoreSecret',
    'TagResource',
    'UntagResource',
    'UpdateSecret',
    'UpdateSecretVersionStage',
  ]),
  ...rowsOf('ecr', onRepositoryArn, ['ListTagsForResource', 'TagResource', 'UntagResource']),
};

function rowsOf(
  service: string,
  row: (action: string) => Row,
  operations: readonly string[],
): Readonly<Record<string, Row>> {
  return Object.fromEntries(
    operations.map((operation) => [`${service}:${operation}`, row(`${service}:${operation}`)]),
  );
}
