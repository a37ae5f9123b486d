import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { targetGroupFacts } from './facts.ts';

/** A target group that a service registers its tasks in. Always external: it is looked up, never made. */
export interface TargetGroupSpec {
  readonly arn: string;
  /** Whose account and Region it must be of. */
  readonly environment: Reference<EnvironmentOutputs>;
}

/** What services ask of it is among its outputs. */
export type TargetGroupState = Readonly<Record<string, never>>;

export const targetGroupModel: KindModel<TargetGroupSpec, TargetGroupState> = {
  facts: targetGroupFacts,
  updateChangesOutputs: false,
  needs: ({ spec }) => [spec.environment],
  diff: () => [],
};
