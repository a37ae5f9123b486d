import type { Kind } from '../kind.ts';
import { logGroupDriver } from './driver.ts';
import { logGroupModel } from './model.ts';
import type { LogGroupSpec, LogGroupState } from './model.ts';

export const logGroupKind: Kind<LogGroupSpec, LogGroupState> = {
  model: logGroupModel,
  driver: logGroupDriver,
};
