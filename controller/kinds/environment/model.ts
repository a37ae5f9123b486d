import type { KindModel } from '../../core/kind.ts';
import type { Tags } from '../../core/resource.ts';
import { environmentFacts } from './facts.ts';

/**
 * Where manifests apply: an account, a region, a VPC and its subnets. Always external: it is looked up, never made.
 * Outputs: `accountId`, `partition`, `region`, `vpcId`, `subnetIds`.
 */
export interface EnvironmentSpec {
  /** Undefined: the region of the SDK's own configuration. */
  readonly region?: string;
  /** The one account to act in. */
  readonly account?: string;
  readonly vpc: 'default' | { readonly id: string } | { readonly tags: Tags };
  readonly subnets: 'default' | { readonly ids: readonly string[] } | { readonly tags: Tags };
}

/** The place that was found. */
export interface EnvironmentState {
  readonly accountId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

export const environmentModel: KindModel<EnvironmentSpec, EnvironmentState> = {
  facts: environmentFacts,
  updateChangesOutputs: false,
  needs: () => [],
  diff: () => [],
};
