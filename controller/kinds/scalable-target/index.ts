import type { Kind } from '../kind.ts';
import { scalableTargetDriver } from './driver.ts';
import { scalableTargetModel } from './model.ts';
import type { ScalableTargetSpec } from './spec.ts';
import type { ScalableTargetState } from './state.ts';

export const scalableTargetKind: Kind<ScalableTargetSpec, ScalableTargetState> = {
  model: scalableTargetModel,
  driver: scalableTargetDriver,
};
