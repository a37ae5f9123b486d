import type { Kind } from '../kind.ts';
import { taskDefinitionDriver } from './driver.ts';
import { taskDefinitionModel } from './model.ts';
import type { TaskDefinitionSpec } from './spec.ts';
import type { TaskDefinitionState } from './state.ts';

export const taskDefinitionKind: Kind<TaskDefinitionSpec, TaskDefinitionState> = {
  model: taskDefinitionModel,
  driver: taskDefinitionDriver,
};
