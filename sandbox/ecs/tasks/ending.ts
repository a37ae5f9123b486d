import type { CallContext } from '../../call.ts';
import { tagsChanged } from '../../tagging/state.ts';
import type { Range } from '../../timing.ts';
import { allEnded, killContainers, stopReady } from '../containers/containers.ts';
import { countFailedTask } from '../deployments/lifecycle.ts';
import { release } from '../instances/reservations.ts';
import type { ClusterRecord, TaskRecord } from '../state.ts';
import { move, wakeOwner } from './context.ts';
import type { TaskContext } from './context.ts';
import { deregisterTask } from './discovery.ts';
import { detachTask } from './network.ts';
import type { Descent, TaskStop } from './state.ts';
import { deregisterTaskTargets } from './targets.ts';

/** How many stopped tasks a cluster remembers. */
const STOPPED_TASKS_REMEMBERED = 1000;

/** Takes a task down to STOPPED, out of service discovery too. Does nothing where it is on its way already. */
export function stopTask(context: TaskContext, task: TaskRecord, stop: TaskStop): void {
  if (task.desiredStatus === 'STOPPED') return;
  const { world } = context;
  const hasRun = task.lastStatus === 'RUNNING';
  if (hasRun && stop.code === 'EssentialContainerExited') countExit(context, task);
  task.desiredStatus = 'STOPPED';
  task.stop = stop;
  task.times.stoppingAt = world.date();
  deregisterTask(context, task);
  const drainsMs = deregisterTaskTargets(context, task);
  const { deactivating, stopping, deprovisioning } = world.timing.ecs;
  sink(context, task, [
    ...(hasRun ? ([['DEACTIVATING', longer(deactivating, drainsMs)]] as const) : []),
    ['STOPPING', stopping],
    ...(task.subnetId === undefined ? [] : ([['DEPROVISIONING', deprovisioning]] as const)),
  ]);
  wakeOwner(context, task);
}

/** Ends a task at once, as nobody is left to take it down. */
export function loseTask(context: TaskContext, task: TaskRecord, stop: TaskStop): void {
  if (task.lastStatus === 'STOPPED') return;
  if (task.desiredStatus === 'RUNNING') {
    task.stop = stop;
    task.desiredStatus = 'STOPPED';
    task.times.stoppingAt = context.world.date();
    deregisterTask(context, task);
    deregisterTaskTargets(context, task);
  }
  end(context, task);
}

function longer({ least, most }: Range, ms: number): Range {
  return { least: least + ms, most: most + ms };
}

/** A task that ends by itself before it was healthy is a failed one, as the sandbox is set. */
function countExit(context: TaskContext, { owner, health, outlivedStart }: TaskRecord): void {
  const wasHealthy = health !== 'UNKNOWN' || outlivedStart;
  if (owner === undefined || wasHealthy || context.world.breaker === 'running') return;
  countFailedTask(context, owner.deployment);
}

function sink(context: TaskContext, task: TaskRecord, down: Descent): void {
  if (task.lastStatus === 'STOPPED') return;
  const [next, ...rest] = down;
  if (next === undefined) {
    end(context, task);
    return;
  }
  move(task, next[0]);
  if (next[0] === 'STOPPING') stopReady(context, task);
  if (next[0] === 'DEPROVISIONING') task.times.executionStoppedAt = context.world.date();
  context.world.after(context.world.pick(next[1]), () => {
    task.descent = rest;
    sinkOn(context, task);
  });
}

/** Goes on with what a stopped task's containers held up. Each that ends lets those stop that it needed. */
export function sinkOn(context: TaskContext, task: TaskRecord): void {
  const { descent } = task;
  if (task.lastStatus === 'STOPPING') stopReady(context, task);
  if (descent === undefined || (task.lastStatus === 'STOPPING' && !allEnded(task))) return;
  task.descent = undefined;
  sink(context, task, descent);
}

function end(context: TaskContext, task: TaskRecord): void {
  killContainers(context, task);
  move(task, 'STOPPED');
  task.times.executionStoppedAt ??= context.world.date();
  task.times.stoppedAt = context.world.date();
  tagsChanged(context, task.arn, undefined);
  detachTask(context, task);
  leaveHost(context, task);
  task.owner?.service.tasks.delete(task);
  task.owner?.deployment.tasks.delete(task);
  task.cluster.stoppedTasks.push(task);
  forgetStopped(context, task.cluster);
  wakeOwner(context, task);
}

/** What the task had of its container instance is free again, for services that wait for a place. */
function leaveHost(context: TaskContext, { id, cluster, host }: TaskRecord): void {
  const record = host === undefined ? undefined : cluster.hosts.get(host.id);
  if (host === undefined || record?.taskIds.delete(id) !== true) return;
  release(record, host.reservation);
  for (const service of cluster.waiting) context.wake(service);
}

/** Forgets what stopped long ago, and the oldest where there are too many. */
export function forgetStopped(context: CallContext, cluster: ClusterRecord): void {
  const { stoppedTasks, tasks } = cluster;
  const since = context.world.now() - context.world.timing.ecs.stoppedTaskVisible.least;
  while (
    stoppedTasks.length > STOPPED_TASKS_REMEMBERED ||
    (stoppedTasks[0]?.times.stoppedAt?.getTime() ?? Number.POSITIVE_INFINITY) < since
  ) {
    const forgotten = stoppedTasks.shift();
    if (forgotten !== undefined) tasks.delete(forgotten.id);
  }
}

/** Stops a task of any cluster of the region, by id or ARN. Undefined where none of them runs. */
export function stopAnyTask(context: TaskContext, idOrArn: string, stop: TaskStop): TaskRecord | undefined {
  const id = idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
  for (const { tasks } of context.state.ecs.clusters.values()) {
    const task = tasks.get(id);
    if (task === undefined || (idOrArn !== id && idOrArn !== task.arn)) continue;
    if (task.desiredStatus === 'STOPPED') continue;
    stopTask(context, task, stop);
    return task;
  }
  return undefined;
}
