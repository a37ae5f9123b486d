import type { Repository } from '@aws-sdk/client-ecr';
import { ecrImage } from '../core/ecr-image.ts';
import { OWNER_TAG } from '../core/ownership.ts';
import type { Tags } from '../core/resource.ts';
import { collect, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';
import { createRepositoryLookup, readLifecyclePolicy, readRepositoryPolicy } from './repositories.ts';
import { fromTagList } from './tags.ts';

/** A repository with the texts of its policies; undefined where it has none. */
export interface AccountRepository {
  readonly repository: Repository;
  readonly lifecyclePolicyText: string | undefined;
  readonly policyText: string | undefined;
}

const CONCURRENT_READS = 5;

interface Repositories {
  readonly repositories: readonly AccountRepository[];
  readonly repositoryTags: readonly (readonly [arn: string, tags: Tags])[];
}

/** Which repositories are meant: those of images, and where anything in the account has an owner, those that have one. */
interface Meant {
  readonly accountId: string;
  readonly images: readonly string[];
  readonly hasOwners: boolean;
}

export async function readRepositories(
  aws: Aws,
  { accountId, images, hasOwners }: Meant,
): Promise<Repositories> {
  const named = images.map(ecrImage).flatMap((image) => (image?.registryId === accountId ? [image] : []));
  const owned = hasOwners ? await readOwned(aws) : [];
  const names = new Set([
    ...named.map(({ repository }) => repository),
    ...owned.map((arn) => arn.slice(arn.indexOf('/') + 1)),
  ]);
  const found = await createRepositoryLookup(aws)([...names].toSorted());
  const repositories = await mapConcurrently(CONCURRENT_READS, found, async (repository) => {
    const { repositoryName = '' } = repository;
    return {
      repository,
      lifecyclePolicyText: await readLifecyclePolicy(aws, repositoryName),
      policyText: await readRepositoryPolicy(aws, repositoryName),
    };
  });
  const repositoryTags = await mapConcurrently(
    CONCURRENT_READS,
    found,
    async ({ repositoryArn: resourceArn = '' }) => {
      const { tags } = await aws.ecr.listTagsForResource({ resourceArn });
      return [resourceArn, fromTagList(tags)] as const;
    },
  );
  return { repositories, repositoryTags };
}

/** ARNs of repositories that somebody owns. */
function readOwned({ tagging }: Aws): Promise<readonly string[]> {
  return collect(async (PaginationToken) => {
    const page = await tagging.getResources({
      TagFilters: [{ Key: OWNER_TAG }],
      ResourceTypeFilters: ['ecr:repository'],
      PaginationToken,
    });
    return {
      items: page.ResourceTagMappingList?.map(({ ResourceARN = '' }) => ResourceARN),
      next: page.PaginationToken,
    };
  });
}
