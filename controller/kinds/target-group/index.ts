import type { Kind } from '../kind.ts';
import { targetGroupDriver } from './driver.ts';
import { targetGroupModel } from './model.ts';
import type { TargetGroupSpec, TargetGroupState } from './model.ts';

export const targetGroupKind: Kind<TargetGroupSpec, TargetGroupState> = {
  model: targetGroupModel,
  driver: targetGroupDriver,
};
