import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { managedPolicyFacts } from './facts.ts';

/** A managed policy that roles attach, or are bounded by. Always external: it is looked up, never made. */
export interface ManagedPolicySpec {
  readonly arn: string;
  /** Whose account it must be of, where it is not AWS's own. */
  readonly environment: Reference<EnvironmentOutputs>;
}

/** That it is there is all that roles need to know of it. */
export type ManagedPolicyState = Readonly<Record<string, never>>;

export const managedPolicyModel: KindModel<ManagedPolicySpec, ManagedPolicyState> = {
  facts: managedPolicyFacts,
  updateChangesOutputs: false,
  needs: ({ spec }) => [spec.environment],
  diff: () => [],
};
