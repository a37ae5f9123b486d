import type { ResourceId } from '../../core/resource.ts';

/** A resource of a policy statement: literal, or one whose ARN needs the account and region of the environment. */
export type PolicyResource =
  | string
  | { readonly logGroup: string }
  /** An SSM parameter given by name. */
  | { readonly ssmParameter: string };

export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly PolicyResource[];
  /** As IAM has it: operator → key → values. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM role that ECS tasks assume, with one inline policy. Inside an owned role every inline policy is ours. Outputs: `arn`, `name`. */
export interface RoleSpec {
  readonly name: string;
  readonly description: string;
  /** Account, partition and region for the statements' ARNs. */
  readonly environment: ResourceId;
  /** Who may assume it: `ecs-tasks.amazonaws.com`. */
  readonly trustedService: string;
  readonly policyName: string;
  /** No statements: no inline policy. */
  readonly statements: readonly PolicyStatement[];
}
