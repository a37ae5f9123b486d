import type { Kind } from '../kind.ts';
import { taskDefinitionDriver } from './driver.ts';
import { taskDefinitionModel } from './model.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './model.ts';

export const taskDefinitionKind: Kind<TaskDefinitionSpec, TaskDefinitionState> = {
  model: taskDefinitionModel,
  driver: taskDefinitionDriver,
};
