import type { Repository } from '@aws-sdk/client-ecr';
import { hasCode } from '../core/errors.ts';
import { inBatchesOf, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';

/** What DescribeRepositories takes (ECR API reference). */
const NAMES_PER_CALL = 100;
const READS_AT_ONCE = 5;

/** Looks repositories up by name; those that there are not are left out. */
export type LookUpRepositories = (names: readonly string[]) => Promise<readonly Repository[]>;

/**
 * DescribeRepositories answers for all names or for none, so that one that is not there spoils the others: they are asked for one by one
 * then. What was not there is asked for apart the next time.
 */
export function createRepositoryLookup({ ecr }: Pick<Aws, 'ecr'>): LookUpRepositories {
  const absent = new Set<string>();

  async function describe(repositoryNames: string[]): Promise<readonly Repository[]> {
    try {
      const { repositories = [] } = await ecr.describeRepositories({ repositoryNames });
      for (const name of repositoryNames) absent.delete(name);
      return repositories;
    } catch (thrown) {
      if (!hasCode(thrown, 'RepositoryNotFoundException')) throw thrown;
      if (repositoryNames.length > 1) return describeAll(repositoryNames.map((name) => [name]));
      for (const name of repositoryNames) absent.add(name);
      return [];
    }
  }

  async function describeAll(batches: readonly string[][]): Promise<readonly Repository[]> {
    return (await mapConcurrently(READS_AT_ONCE, batches, describe)).flat();
  }

  return (names) =>
    describeAll([
      ...inBatchesOf(
        NAMES_PER_CALL,
        names.filter((name) => !absent.has(name)),
      ),
      ...names.filter((name) => absent.has(name)).map((name) => [name]),
    ]);
}

/** The text of a repository's lifecycle policy; undefined where it has none. */
export function readLifecyclePolicy({ ecr }: Pick<Aws, 'ecr'>, repositoryName: string) {
  return unlessNotFound('LifecyclePolicyNotFoundException', async () => {
    return (await ecr.getLifecyclePolicy({ repositoryName })).lifecyclePolicyText;
  });
}

/** The text of a repository's policy; undefined where it has none. */
export function readRepositoryPolicy({ ecr }: Pick<Aws, 'ecr'>, repositoryName: string) {
  return unlessNotFound('RepositoryPolicyNotFoundException', async () => {
    return (await ecr.getRepositoryPolicy({ repositoryName })).policyText;
  });
}

async function unlessNotFound(
  code: string,
  read: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (!hasCode(thrown, code)) throw thrown;
    return undefined;
  }
}
