import type {
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  Filter,
  ListSecretsCommandInput,
  ListSecretsCommandOutput,
  ListSecretVersionIdsCommandInput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { startOf, takePage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { checkLength, invalidParameter } from './checks.ts';
import { requireSecret } from './find.ts';
import type { Secret } from './state.ts';

const MAX_RESULTS = 100;

/** What is known of a secret besides its value, also of one that is deleted. Throws ResourceNotFoundException. */
export function describeSecret(
  input: DescribeSecretCommandInput,
  context: CallContext,
): Answer<DescribeSecretCommandOutput> {
  const secret = requireSecret(context, input.SecretId, 'DescribeSecret');
  const stages = stagesOf(secret);
  return { ...described(secret), ...(stages === undefined ? {} : { VersionIdsToStages: stages }) };
}

/** Answers secrets in the order in which they were made, the newest first where that is told. Throws InvalidParameterException, InvalidNextTokenException. */
export function listSecrets(
  input: ListSecretsCommandInput,
  { state }: CallContext,
): Answer<ListSecretsCommandOutput> {
  checkLength(input.Filters, 'filters', { least: 0, most: 10 });
  const tests = (input.Filters ?? []).map(testOf);
  const isDescending = input.SortOrder === 'desc';
  const keyOf = sortKey(input.SortBy);
  const entries = [...state.secretsManager.secrets.values()]
    .map((secret): readonly [string, Secret] => [`${keyOf(secret)} ${secret.name}`, secret])
    .toSorted(([a], [b]) => (a < b === isDescending ? 1 : -1));
  const page = pageOf(
    input,
    (start) => entries.filter(([key]) => start === '' || (isDescending ? key <= start : key >= start)),
    (secret) =>
      (input.IncludePlannedDeletion === true || secret.deletedAt === undefined) &&
      tests.every((test) => test(secret)),
  );
  return {
    SecretList: page.items.map((secret) => {
      const stages = stagesOf(secret);
      return { ...described(secret), ...(stages === undefined ? {} : { SecretVersionsToStages: stages }) };
    }),
    NextToken: page.nextToken,
  };
}

/** Answers versions that have a label; the others where they are asked for too. Throws ResourceNotFoundException, InvalidParameterException, InvalidNextTokenException. */
export function listSecretVersionIds(
  input: ListSecretVersionIdsCommandInput,
  context: CallContext,
): Answer<ListSecretVersionIdsCommandOutput> {
  const { arn, name, versions } = requireSecret(context, input.SecretId, 'ListSecretVersionIds');
  const entries = [...versions].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const page = pageOf(
    input,
    (start) => entries.filter(([id]) => id >= start),
    ({ stages }) => input.IncludeDeprecated === true || stages.size > 0,
  );
  return {
    ARN: arn,
    Name: name,
    Versions: page.items.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      VersionStages: [...stages],
      CreatedDate: createdAt,
    })),
    NextToken: page.nextToken,
  };
}

function described(secret: Secret) {
  const { description, kmsKeyId, deletedAt, tags } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(description === undefined ? {} : { Description: description }),
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    ...(deletedAt === undefined ? {} : { DeletedDate: deletedAt }),
    Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

function stagesOf({ versions }: Secret): Record<string, string[]> | undefined {
  const labelled = [...versions.values()].filter(({ stages }) => stages.size > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}

function sortKey(sortBy: ListSecretsCommandInput['SortBy']): (secret: Secret) => string {
  if (sortBy === 'name') return ({ name }) => name;
  if (sortBy === 'last-changed-date') return ({ changedAt }) => changedAt.toISOString();
  return ({ createdAt }) => createdAt.toISOString();
}

/** What a filter looks at: a prefix of one of these, in these letters but for descriptions. */
const LOOKED_AT: Readonly<Record<string, (secret: Secret) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description = '' }) => wordsOf(description),
  'tag-key': ({ tags }) => [...tags.keys()],
  'tag-value': ({ tags }) => [...tags.values()],
  all: ({ name, description = '', tags }) =>
    wordsOf([name, description, ...tags.keys(), ...tags.values()].join(' ')),
  // Secrets here have neither.
  'primary-region': () => [],
  'owning-service': () => [],
};

function testOf({ Key, Values: values = [] }: Filter): (secret: Secret) => boolean {
  const key = String(Key);
  const lookedAt = Object.hasOwn(LOOKED_AT, key) ? LOOKED_AT[key] : undefined;
  if (lookedAt === undefined) throw invalidParameter(`${key} is not a filter.`);
  checkLength(values, 'filters.member.values', { least: 1, most: 10 });
  const isWords = key === 'description' || key === 'all';
  const matches = (secret: Secret, value: string): boolean => {
    const wanted = isWords ? wordsOf(value) : [value];
    return wanted.every((one) => lookedAt(secret).some((text) => text.startsWith(one)));
  };
  return (secret) =>
    values.some((value) =>
      value.startsWith('!') ? !matches(secret, value.slice(1)) : matches(secret, value),
    );
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function pageOf<Item>(
  {
    MaxResults: size = MAX_RESULTS,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  entriesFrom: (start: string) => Iterable<readonly [string, Item]>,
  keep: (item: Item) => boolean,
): Page<Item> {
  if (size < 1 || size > MAX_RESULTS) throw invalidParameter(`MaxResults must be from 1 to ${MAX_RESULTS}.`);
  const start = startOf(NextToken);
  if (start === undefined) throw new AwsError('InvalidNextTokenException', 'The NextToken is not valid.');
  return takePage(entriesFrom(start), size, keep);
}
