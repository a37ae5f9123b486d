import type {
  CreatePullThroughCacheRuleCommandInput,
  CreatePullThroughCacheRuleCommandOutput,
  DeletePullThroughCacheRuleCommandInput,
  DeletePullThroughCacheRuleCommandOutput,
  DescribePullThroughCacheRulesCommandInput,
  DescribePullThroughCacheRulesCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkRegistryId } from './checks.ts';

/**
 * The rules by which ECR fills repositories from another registry when somebody pulls from them; here they are kept, and fetch nothing. Throws
 * InvalidParameterException, PullThroughCacheRuleNotFoundException, PullThroughCacheRuleAlreadyExistsException (ECR API reference).
 */
export function describePullThroughCacheRules(
  { registryId, ecrRepositoryPrefixes }: DescribePullThroughCacheRulesCommandInput,
  { accountId, state }: CallContext,
): Answer<DescribePullThroughCacheRulesCommandOutput> {
  checkRegistryId(registryId ?? accountId, accountId);
  const { pullThroughCacheRules } = state.ecr;
  const rules = ecrRepositoryPrefixes?.map(
    (prefix) => pullThroughCacheRules.get(prefix) ?? notFound(prefix),
  ) ?? [...pullThroughCacheRules.values()];
  return { pullThroughCacheRules: rules };
}

export function createPullThroughCacheRule(
  { ecrRepositoryPrefix = '', upstreamRegistryUrl = '', ...input }: CreatePullThroughCacheRuleCommandInput,
  { accountId, state, world }: CallContext,
): Answer<CreatePullThroughCacheRuleCommandOutput> {
  const registryId = checkRegistryId(input.registryId ?? accountId, accountId);
  if (state.ecr.pullThroughCacheRules.has(ecrRepositoryPrefix)) {
    throw new AwsError(
      'PullThroughCacheRuleAlreadyExistsException',
      `A pull through cache rule with the prefix '${ecrRepositoryPrefix}' already exists in the registry with id '${registryId}'`,
    );
  }
  const rule = { ecrRepositoryPrefix, upstreamRegistryUrl, registryId, createdAt: world.date() };
  state.ecr.pullThroughCacheRules.set(ecrRepositoryPrefix, rule);
  return rule;
}

export function deletePullThroughCacheRule(
  { ecrRepositoryPrefix = '', registryId }: DeletePullThroughCacheRuleCommandInput,
  { accountId, state }: CallContext,
): Answer<DeletePullThroughCacheRuleCommandOutput> {
  checkRegistryId(registryId ?? accountId, accountId);
  const rule = state.ecr.pullThroughCacheRules.get(ecrRepositoryPrefix) ?? notFound(ecrRepositoryPrefix);
  state.ecr.pullThroughCacheRules.delete(ecrRepositoryPrefix);
  return rule;
}

function notFound(prefix: string): never {
  throw new AwsError(
    'PullThroughCacheRuleNotFoundException',
    `The pull through cache rule with the prefix '${prefix}' does not exist`,
  );
}
