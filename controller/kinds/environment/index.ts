import type { Kind } from '../kind.ts';
import { environmentDriver } from './driver.ts';
import { environmentModel } from './model.ts';
import type { EnvironmentSpec, EnvironmentState } from './model.ts';

export const environmentKind: Kind<EnvironmentSpec, EnvironmentState> = {
  model: environmentModel,
  driver: environmentDriver,
};
