import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { ManagedPolicyOutputs } from '../managed-policy/facts.ts';

/** A resource of a policy statement: literal, or one whose ARN needs the account and region of the environment. */
export type PolicyResource =
  | string
  | LogGroupResource
  /** An SSM parameter given by name. */
  | { readonly ssmParameter: string }
  /** A secret of Secrets Manager given by name. */
  | { readonly secretName: string };

/** The streams of a log group; without a Region in that of the environment. */
export interface LogGroupResource {
  readonly logGroup: string;
  readonly region?: string;
}

/** As IAM has it: operator → key → values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly PolicyResource[];
  readonly conditions?: Conditions;
}

/**
 * An IAM role that ECS tasks assume, with one inline policy. Inside an owned role every inline policy is ours. Managed policies, path and
 * boundary are ours once a manifest has said them; until then a managed policy that somebody attached is theirs: it is told of, as it
 * lets tasks do what git does not say, and only detached where the role is deleted, which IAM demands.
 */
export interface RoleSpec {
  readonly name: string;
  readonly description: string;
  /** Account, partition and region for the statements' ARNs. */
  readonly environment: Reference<EnvironmentOutputs>;
  /** Who may assume it: `ecs-tasks.amazonaws.com`. */
  readonly trustedService: string;
  /** Under which conditions. */
  readonly trustConditions?: Conditions;
  readonly policyName: string;
  /** No statements: no inline policy. */
  readonly statements: readonly PolicyStatement[];
  /** The managed policies that are attached, and no others; absent: nobody says. */
  readonly managedPolicyArns?: readonly string[];
  /** `/teams/platform/`; absent: IAM's own, `/`. */
  readonly path?: string;
  /** ARN of a managed policy; null: there is none; absent: nobody says. */
  readonly permissionsBoundary?: string | null;
  /** The managed policies that it names, without which it cannot be made; absent: it names none. */
  readonly policies?: readonly Reference<ManagedPolicyOutputs>[];
}

/** What of a role is ours only where a manifest says it. */
export type OptionalField = 'managedPolicyArns' | 'path' | 'permissionsBoundary';
export const OPTIONAL_FIELDS: readonly OptionalField[] = ['managedPolicyArns', 'path', 'permissionsBoundary'];
