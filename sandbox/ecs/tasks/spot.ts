import type { TaskRecord } from '../state.ts';
import type { TaskContext } from './context.ts';
import { stopTask } from './ending.ts';
import type { TaskStop } from './state.ts';

/** AWS's words (ECS Developer Guide, Fargate Spot termination notices); the container is killed where it does not end by itself. */
const SPOT_INTERRUPTION: TaskStop = {
  code: 'SpotInterruption',
  reason: 'Your Spot Task was interrupted.',
  exitCode: 137,
};

/** Takes the capacity of running Spot tasks of the region back, as AWS does after its notice: of one by id or ARN, or of all. */
export function reclaimSpotTasks(context: TaskContext, idOrArn: string | undefined): TaskRecord[] {
  const reclaimed: TaskRecord[] = [];
  for (const { tasks } of context.state.ecs.clusters.values()) {
    for (const task of tasks.values()) {
      const isMeant = idOrArn === undefined || idOrArn === task.id || idOrArn === task.arn;
      if (!isMeant || task.capacityProvider !== 'FARGATE_SPOT' || task.desiredStatus === 'STOPPED') continue;
      stopTask(context, task, SPOT_INTERRUPTION);
      reclaimed.push(task);
    }
  }
  return reclaimed;
}
