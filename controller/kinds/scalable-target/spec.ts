import type { SpecOf } from '../../core/fields/field.ts';
import type { Reference } from '../../core/reference.ts';
import type { ServiceOutputs } from '../service/facts.ts';
import type { SCALABLE_TARGET_FIELDS } from './fields.ts';

/** What manifests say of how a service is scaled, as the fields have it (fields.ts). */
export type ScalingSettings = SpecOf<typeof SCALABLE_TARGET_FIELDS>;

/** An ECS service that Application Auto Scaling scales, and the policies by which it does; each has its name. */
export type ScalableTargetSpec = ScalingSettings & {
  readonly service: Reference<ServiceOutputs>;
};
