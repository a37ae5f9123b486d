import type {
  DeleteLifecyclePolicyCommandInput,
  DeleteLifecyclePolicyCommandOutput,
  DeleteRepositoryPolicyCommandInput,
  DeleteRepositoryPolicyCommandOutput,
  GetLifecyclePolicyCommandInput,
  GetLifecyclePolicyCommandOutput,
  GetRepositoryPolicyCommandInput,
  GetRepositoryPolicyCommandOutput,
  PutLifecyclePolicyCommandInput,
  PutLifecyclePolicyCommandOutput,
  SetRepositoryPolicyCommandInput,
  SetRepositoryPolicyCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkResourcePolicy } from '../iam/policy-document.ts';
import { checkText, invalidParameter } from './checks.ts';
import { checkLifecyclePolicy } from './lifecycle-policy.ts';
import { requireRepository } from './registries.ts';
import type { Repository } from './state.ts';

/** Keeps the policy; no image expires by it. Throws InvalidParameterException, RepositoryNotFoundException. */
export function putLifecyclePolicy(
  input: PutLifecyclePolicyCommandInput,
  context: CallContext,
): Answer<PutLifecyclePolicyCommandOutput> {
  const lifecyclePolicyText = checkLifecyclePolicy(input.lifecyclePolicyText);
  const repository = requireRepository(context, input, 'PutLifecyclePolicy');
  repository.lifecyclePolicy = lifecyclePolicyText;
  return { ...of(repository), lifecyclePolicyText };
}

/** Throws InvalidParameterException, RepositoryNotFoundException, LifecyclePolicyNotFoundException. */
export function getLifecyclePolicy(
  input: GetLifecyclePolicyCommandInput,
  context: CallContext,
): Answer<GetLifecyclePolicyCommandOutput> {
  const repository = requireRepository(context, input, 'GetLifecyclePolicy');
  return { ...of(repository), lifecyclePolicyText: lifecyclePolicyOf(repository) };
}

/** Throws InvalidParameterException, RepositoryNotFoundException, LifecyclePolicyNotFoundException. */
export function deleteLifecyclePolicy(
  input: DeleteLifecyclePolicyCommandInput,
  context: CallContext,
): Answer<DeleteLifecyclePolicyCommandOutput> {
  const repository = requireRepository(context, input, 'DeleteLifecyclePolicy');
  const lifecyclePolicyText = lifecyclePolicyOf(repository);
  repository.lifecyclePolicy = undefined;
  return { ...of(repository), lifecyclePolicyText };
}

/** Throws InvalidParameterException, RepositoryNotFoundException. */
export function setRepositoryPolicy(
  input: SetRepositoryPolicyCommandInput,
  context: CallContext,
): Answer<SetRepositoryPolicyCommandOutput> {
  const policyText = checkText(input.policyText, 'PolicyText', { least: 0, most: 10_240 });
  const repository = requireRepository(context, input, 'SetRepositoryPolicy');
  checkRepositoryPolicy(policyText, context);
  repository.policy = policyText;
  return { ...of(repository), policyText };
}

/** Throws InvalidParameterException, RepositoryNotFoundException, RepositoryPolicyNotFoundException. */
export function getRepositoryPolicy(
  input: GetRepositoryPolicyCommandInput,
  context: CallContext,
): Answer<GetRepositoryPolicyCommandOutput> {
  const repository = requireRepository(context, input, 'GetRepositoryPolicy');
  return { ...of(repository), policyText: policyOf(repository) };
}

/** Throws InvalidParameterException, RepositoryNotFoundException, RepositoryPolicyNotFoundException. */
export function deleteRepositoryPolicy(
  input: DeleteRepositoryPolicyCommandInput,
  context: CallContext,
): Answer<DeleteRepositoryPolicyCommandOutput> {
  const repository = requireRepository(context, input, 'DeleteRepositoryPolicy');
  const policyText = policyOf(repository);
  repository.policy = undefined;
  return { ...of(repository), policyText };
}

function of({ registryId, name }: Repository): {
  readonly registryId: string;
  readonly repositoryName: string;
} {
  return { registryId, repositoryName: name };
}

function lifecyclePolicyOf({ name, registryId, lifecyclePolicy }: Repository): string {
  if (lifecyclePolicy !== undefined) return lifecyclePolicy;
  throw new AwsError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );
}

function policyOf({ name, registryId, policy }: Repository): string {
  if (policy !== undefined) return policy;
  throw new AwsError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );
}

/** What is wrong with it ECR does not tell. */
function checkRepositoryPolicy(text: string, context: CallContext): void {
  try {
    checkResourcePolicy(text, context);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    throw invalidParameter('PolicyText', 'Invalid repository policy provided');
  }
}
