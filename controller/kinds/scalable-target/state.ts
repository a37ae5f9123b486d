import type { ScalableTarget, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { AwsOf, StateOf } from '../../core/fields/field.ts';
import { knownStateOf } from '../../core/fields/table.ts';
import { SCALABLE_TARGET_FIELDS } from './fields.ts';

/** The fields of a scalable target as AWS carries them, which it does in two places. */
export type AwsScaling = Partial<AwsOf<typeof SCALABLE_TARGET_FIELDS>>;

/** A scalable target as it is compared; what the API did not return is not there. */
export type ScalableTargetState = Partial<StateOf<typeof SCALABLE_TARGET_FIELDS>> & {
  /** As AWS has it: AWS takes policies whole, so that what is not to change in one is sent again. */
  readonly aws: AwsScaling;
};

/** A described scalable target with its scaling policies as one; only target tracking is in it. */
export function scalingOf(
  { MinCapacity, MaxCapacity }: Pick<ScalableTarget, 'MinCapacity' | 'MaxCapacity'>,
  policies: readonly ScalingPolicy[],
): AwsScaling {
  const targetTracking = policies.flatMap(
    ({ PolicyName, TargetTrackingScalingPolicyConfiguration: configuration }) =>
      configuration === undefined ? [] : [{ PolicyName, ...configuration }],
  );
  return { MinCapacity, MaxCapacity, targetTracking } as AwsScaling;
}

/** In our words. */
export function stateOfScaling(aws: AwsScaling): ScalableTargetState {
  return { ...knownStateOf(SCALABLE_TARGET_FIELDS, aws), aws };
}
