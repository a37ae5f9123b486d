import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';
import type { TaskContext } from '../tasks/context.ts';
import { stopTask } from '../tasks/ending.ts';
import { isHealthy } from '../tasks/life.ts';
import type { TaskStop } from '../tasks/state.ts';
import { tellTasks } from './events.ts';

/** Stops tasks of a service, as the scheduler does it. */
export function stopAll(
  context: TaskContext,
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  initiator: DeploymentRecord | undefined,
): void {
  tellTasks(context.world, service, 'has stopped', tasks);
  for (const task of tasks) stopTask(context, task, stopBy(initiator ?? task.owner?.deployment, task));
}

function stopBy(initiator: DeploymentRecord | undefined, { health }: TaskRecord): TaskStop {
  const reason =
    health === 'UNHEALTHY'
      ? 'Task failed container health checks'
      : `Scaling activity initiated by (deployment ${initiator?.id})`;
  return { code: 'ServiceSchedulerInitiated', reason, exitCode: 0 };
}

/** Unhealthy ones first, then the youngest. */
export function stopOrder(tasks: readonly TaskRecord[]): TaskRecord[] {
  return tasks.toReversed().toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
}
