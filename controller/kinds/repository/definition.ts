import type { Repository } from '@aws-sdk/client-ecr';
import type { AwsOf } from '../../core/fields/field.ts';
import { knownStateOf } from '../../core/fields/table.ts';
import { parsePolicy } from '../../core/policy-document.ts';
import { POLICIES, REPOSITORY } from './fields.ts';
import type { RepositoryState } from './state.ts';

/** What DescribeRepositories shows, in our words. */
export function describedState(repository: Repository): RepositoryState {
  return knownStateOf(REPOSITORY.fields, repository);
}

type LifecyclePolicy = NonNullable<AwsOf<typeof POLICIES.fields>['lifecyclePolicy']>;

/** The lifecycle policy that a text is. What no policy is differs from every one. */
export function lifecyclePolicyIn(text: string): LifecyclePolicy {
  try {
    const { rules } = JSON.parse(text) as Partial<LifecyclePolicy>;
    if (Array.isArray(rules)) return { rules };
  } catch {
    // It is told below as what it is.
  }
  return { rules: [{ rulePriority: 0, description: text }] } as unknown as LifecyclePolicy;
}

/** Texts of the policies, undefined where there is none, in our words. */
export function lifecycleState(text: string | undefined): RepositoryState['lifecyclePolicy'] {
  return POLICIES.fields.lifecyclePolicy.observed(text === undefined ? undefined : lifecyclePolicyIn(text));
}

export function policyState(text: string | undefined): RepositoryState['repositoryPolicy'] {
  return text === undefined ? null : parsePolicy(text);
}
