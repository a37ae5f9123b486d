import type {
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryCommandOutput,
  DescribeRepositoriesCommandInput,
  DescribeRepositoriesCommandOutput,
  EncryptionConfiguration,
  Repository as RepositoryShape,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { hostSuffixOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import {
  checkCount,
  checkOneOf,
  checkRegistryId,
  checkRepositoryName,
  checkText,
  ecrPage,
  invalidParameter,
} from './checks.ts';
import { awsKeyArn } from './keys.ts';
import { readMutability } from './mutability.ts';
import { refuseStrangers, registryOf, repositoryArn, requireRepository } from './registries.ts';
import type { Repository } from './state.ts';
import { withTags } from './tag-rules.ts';

/** Registered repositories of a Region (Amazon ECR service quotas). */
const MAX_REPOSITORIES = 100_000;
const MAX_NAMES = 100;

/** Throws InvalidParameterException, InvalidTagParameterException, TooManyTagsException, RepositoryAlreadyExistsException, LimitExceededException. */
export function createRepository(
  input: CreateRepositoryCommandInput,
  context: CallContext,
): Answer<CreateRepositoryCommandOutput> {
  const { accountId, region, world, state } = context;
  const name = checkRepositoryName(input.repositoryName);
  const registryId = checkRegistryId(input.registryId, accountId);
  const mutability = readMutability(input);
  const encryption = readEncryption(input.encryptionConfiguration, context);
  const tags = withTags(new Map(), input.tags);
  refuseStrangers(context, { registryId, name, operation: 'CreateRepository', policy: undefined });
  const { repositories } = state.ecr;
  if (repositories.has(name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
    );
  }
  if (repositories.size >= MAX_REPOSITORIES) {
    throw new AwsError(
      'LimitExceededException',
      `The maximum number of repositories has been reached in the registry with id '${registryId}'`,
    );
  }
  const repository: Repository = {
    name,
    arn: repositoryArn(context, registryId, name),
    registryId,
    uri: `${registryId}.dkr.ecr.${region}.${hostSuffixOf(region)}/${name}`,
    createdAt: world.date(),
    encryption,
    tags,
    mutability,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    lifecyclePolicy: undefined,
    policy: undefined,
    images: new SortedMap(),
    tagged: new SortedMap(),
  };
  repositories.set(name, repository);
  tagsChanged(context, repository.arn, tags);
  return { repository: showRepository(repository) };
}

/** Answers repositories by name, all of which must be there, or page by page. Throws InvalidParameterException, RepositoryNotFoundException. */
export function describeRepositories(
  input: DescribeRepositoriesCommandInput,
  context: CallContext,
): Answer<DescribeRepositoriesCommandOutput> {
  const { repositoryNames: names, maxResults, nextToken } = input;
  const registryId = checkRegistryId(input.registryId, context.accountId);
  if (names === undefined) {
    refuseStrangers(context, { registryId, name: '*', operation: 'DescribeRepositories', policy: undefined });
    const { repositories } = registryOf(context, registryId)!.ecr;
    const page = ecrPage(input, (start) => repositories.from(start));
    return { repositories: page.items.map(showRepository), nextToken: page.nextToken };
  }
  checkCount(names, 'repositoryNames', { least: 1, most: MAX_NAMES });
  if (maxResults !== undefined || nextToken !== undefined) {
    throw invalidParameter('repositoryNames', 'cannot be used together with maxResults or nextToken');
  }
  for (const name of names) checkRepositoryName(name, 'repositoryNames');
  const found = [...new Set(names)].map((repositoryName) =>
    requireRepository(context, { registryId, repositoryName }, 'DescribeRepositories'),
  );
  return { repositories: found.map(showRepository) };
}

/** Deletes a repository, with its images only where that is told. Throws InvalidParameterException, RepositoryNotFoundException, RepositoryNotEmptyException. */
export function deleteRepository(
  input: DeleteRepositoryCommandInput,
  context: CallContext,
): Answer<DeleteRepositoryCommandOutput> {
  const repository = requireRepository(context, input, 'DeleteRepository');
  const { name, registryId } = repository;
  if (repository.images.size > 0 && input.force !== true) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
    );
  }
  const state = registryOf(context, registryId)!;
  state.ecr.repositories.delete(name);
  tagsChanged({ world: context.world, state }, repository.arn, undefined);
  return { repository: showRepository(repository) };
}

export function showRepository(repository: Repository): RepositoryShape {
  const { mutability } = repository;
  return {
    repositoryArn: repository.arn,
    registryId: repository.registryId,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: repository.createdAt,
    imageTagMutability: mutability.setting,
    ...(mutability.exclusions.length === 0
      ? {}
      : {
          imageTagMutabilityExclusionFilters: mutability.exclusions.map((filter) => ({
            filterType: 'WILDCARD' as const,
            filter,
          })),
        }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

/** The sandbox has no keys: any is taken on trust. Without one it is the account's own for ECR. */
function readEncryption(
  configuration: EncryptionConfiguration | undefined,
  context: CallContext,
): EncryptionConfiguration {
  const { encryptionType, kmsKey } = configuration ?? { encryptionType: 'AES256' as const };
  checkOneOf(encryptionType, 'encryptionConfiguration.encryptionType', ['AES256', 'KMS', 'KMS_DSSE']);
  if (encryptionType === 'AES256') {
    if (kmsKey === undefined) return { encryptionType };
    throw invalidParameter('encryptionConfiguration', 'kmsKey is not allowed with encryption type AES256');
  }
  if (kmsKey !== undefined) {
    checkText(kmsKey, 'encryptionConfiguration.kmsKey', { least: 1, most: 2048 });
    return { encryptionType, kmsKey };
  }
  return { encryptionType, kmsKey: awsKeyArn(context) };
}
