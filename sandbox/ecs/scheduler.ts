import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import { breakCircuit, complete } from './deployments.ts';
import { addEvent, complainOnce, tellTasks } from './events.ts';
import { nextMove } from './rollout.ts';
import type { TaskCount } from './rollout.ts';
import { primaryOf } from './state.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './state.ts';
import { isHealthy, startTask, stopTask } from './task-life.ts';

/** Failed rounds of launches after which ECS says so. */
const ROUNDS_BEFORE_COMPLAINT = 3;

/**
 * Plans the scheduler's next look at a service. It looks only when something happened to the service or a
 * backoff ends, so that a converged service costs nothing.
 */
export function wakeScheduler(context: CallContext, service: ServiceRecord, delayMs?: number): void {
  const { world } = context;
  const at = world.now() + (delayMs ?? world.pick(world.timing.ecs.schedulerReaction));
  if (service.wakesAt !== undefined && service.wakesAt <= at) return;
  service.wakesAt = at;
  world.after(at - world.now(), () => {
    if (service.wakesAt !== at) return;
    service.wakesAt = undefined;
    look(context, service);
  });
}

function look(context: CallContext, service: ServiceRecord): void {
  if (service.status === 'DRAINING') drain(context, service);
  if (service.status !== 'ACTIVE') return;
  breakCircuit(context, service);
  const primary = primaryOf(service);
  if (primary !== undefined) schedule(context, service, primary);
}

function drain(context: CallContext, service: ServiceRecord): void {
  stopAll(context, service, [...service.tasks].filter(isLive), service.deployments[0]);
  if (service.tasks.size > 0) return;
  service.status = 'INACTIVE';
  tagsChanged(context.state.tagging, service.arn, undefined);
  service.deployments = [];
}

function schedule(context: CallContext, service: ServiceRecord, primary: DeploymentRecord): void {
  const { desiredCount, deploymentConfiguration } = service.options;
  const { minimumHealthyPercent, maximumPercent } = deploymentConfiguration;
  const proven = service.deployments.slice(1).find((deployment) => deployment === service.lastCompleted);
  const primaryTasks = [...primary.tasks].filter(isLive);
  const oldTasks = [...service.tasks].filter((task) => isLive(task) && task.deployment !== primary);
  const backsOff = context.world.now() < primary.retryAt;
  const move = nextMove({
    desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    primary: count(primaryTasks),
    old: count(oldTasks),
    mayStart: !primary.stalled && !backsOff,
    oldIsProven: proven !== undefined,
  });
  const unwanted = [
    ...stopOrder(primaryTasks).slice(0, move.stopPrimary),
    ...stopOrder(oldTasks).slice(0, move.stopOld),
  ];
  stopAll(context, service, unwanted, primary);
  launch(context, service, primary, move.startPrimary);
  if (proven !== undefined) launch(context, service, proven, move.startOld);
  if (unwanted.length > 0 || move.startPrimary > 0 || move.startOld > 0) service.steady = false;
  complain(context, service, primary, move.blocked);
  if (backsOff && !primary.stalled) service.wake(primary.retryAt - context.world.now());
  if (!move.done) return;
  complete(context, service, primary);
  if (!service.steady) addEvent(context.world, service, 'has reached a steady state.');
  service.steady = true;
}

function complain(
  context: CallContext,
  service: ServiceRecord,
  primary: DeploymentRecord,
  blocked: boolean,
): void {
  if (primary.failedRounds >= ROUNDS_BEFORE_COMPLAINT && !primary.stalled) {
    complainOnce(context.world, service, 'is unable to consistently start tasks successfully.');
  }
  if (blocked) {
    complainOnce(
      context.world,
      service,
      'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    );
  }
}

function launch(
  context: CallContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  amount: number,
): void {
  const started = Array.from({ length: amount }, () => startTask(context, service, deployment));
  tellTasks(context.world, service, 'has started', started);
}

function stopAll(
  context: CallContext,
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  initiator: DeploymentRecord | undefined,
): void {
  tellTasks(context.world, service, 'has stopped', tasks);
  for (const task of tasks) {
    const reason = `Scaling activity initiated by (deployment ${(initiator ?? task.deployment).id})`;
    stopTask(context, task, { code: 'ServiceSchedulerInitiated', reason, exitCode: 0 });
  }
}

/** Unhealthy ones first, then the youngest. */
function stopOrder(tasks: readonly TaskRecord[]): TaskRecord[] {
  return tasks.toReversed().toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
}

function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

function count(tasks: readonly TaskRecord[]): TaskCount {
  return { live: tasks.length, healthy: tasks.filter(isHealthy).length };
}
