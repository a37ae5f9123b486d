import type { CallContext } from '../../call.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { baking, ongoing, startOngoing } from '../deployments/history.ts';
import { breakCircuit, complete, failOnAlarm, rollBackIfAsked } from '../deployments/lifecycle.ts';
import { nextMove } from '../deployments/rollout.ts';
import type { TaskCount } from '../deployments/rollout.ts';
import { primaryOf } from '../state.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';
import { isHealthy } from '../tasks/life.ts';
import type { TaskContext } from '../tasks/context.ts';
import { scheduleDaemons } from './daemons.ts';
import type { ScheduleLook } from './daemons.ts';
import { complainOnce, noLongerSteady, tellSteady } from './events.ts';
import { launch } from './launching.ts';
import { stopAll, stopOrder } from './stopping.ts';

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
    look(taskContext(context), service);
  });
}

/** Lets the scheduler look at every service with a deployment under way. */
export function wakeDeployments(context: CallContext): void {
  for (const { services } of context.state.ecs.clusters.values()) {
    for (const service of services.values()) {
      if (ongoing(service) !== undefined) wakeScheduler(context, service);
    }
  }
}

/** Lets the scheduler look at every service that runs, or is to run, on container instances of a cluster. */
export function wakeHostedServices(context: CallContext, { services }: ClusterRecord): void {
  for (const service of services.values()) {
    if (service.status === 'ACTIVE' && service.rollout.platformVersion === undefined)
      wakeScheduler(context, service);
  }
}

/** What befalls a task in it wakes the task's service. */
export function taskContext(context: CallContext): TaskContext {
  return { ...context, wake: (service, delayMs) => wakeScheduler(context, service, delayMs) };
}

function look(context: TaskContext, service: ServiceRecord): void {
  if (service.status === 'DRAINING') drain(context, service);
  if (service.status !== 'ACTIVE') {
    service.cluster.waiting.delete(service);
    return;
  }
  startOngoing(context.world, service);
  rollBackIfAsked(context, service);
  breakCircuit(context, service);
  failOnAlarm(context, service);
  const primary = primaryOf(service);
  if (primary !== undefined) schedule(context, service, primary);
}

/** A deleted service's deployments are forgotten with it (ECS Developer Guide, service deployments). */
function drain(context: TaskContext, service: ServiceRecord): void {
  stopAll(context, service, [...service.tasks].filter(isLive), service.deployments[0]);
  if (service.tasks.size > 0) return;
  service.status = 'INACTIVE';
  tagsChanged(context, service.arn, undefined);
  service.deployments = [];
  service.history.length = 0;
}

function schedule(context: TaskContext, service: ServiceRecord, primary: DeploymentRecord): void {
  const { world } = context;
  service.cluster.waiting.delete(service);
  const { moved, blocked, done } =
    service.schedulingStrategy === 'DAEMON'
      ? scheduleDaemons(context, service, primary)
      : scheduleReplicas(context, service, primary);
  if (moved) noLongerSteady(world, service);
  complain(context, service, primary, blocked);
  if (world.now() < primary.retryAt && !primary.stalled) {
    wakeScheduler(context, service, primary.retryAt - world.now());
  }
  if (!done) return;
  const bakesMs = baking(world, service);
  if (bakesMs > 0) {
    wakeScheduler(context, service, bakesMs);
    return;
  }
  complete(context, service, primary);
  tellSteady(world, service);
}

/** Brings a service of the strategy REPLICA nearer to its desired count. */
function scheduleReplicas(
  context: TaskContext,
  service: ServiceRecord,
  primary: DeploymentRecord,
): ScheduleLook {
  const { desiredCount, deploymentConfiguration } = service.options;
  const { minimumHealthyPercent, maximumPercent } = deploymentConfiguration;
  const proven = service.deployments.slice(1).find((deployment) => deployment === service.lastCompleted);
  const live = [...service.tasks].filter(isLive);
  const isWanted = (task: TaskRecord) =>
    task.owner?.deployment === primary && task.health !== 'UNHEALTHY' && !isDraining(task);
  const primaryTasks = live.filter(isWanted);
  const oldTasks = live.filter((task) => !isWanted(task));
  const backsOff = context.world.now() < primary.retryAt;
  const move = nextMove({
    desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    primary: count(primaryTasks),
    old: count(oldTasks),
    sick: oldTasks.filter(({ health }) => health === 'UNHEALTHY').length,
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
  return {
    moved: unwanted.length > 0 || move.startPrimary > 0 || move.startOld > 0,
    blocked: move.blocked,
    done: move.done,
  };
}

/** Its instance is to be emptied: other tasks take its place, within the percentages (developer guide, container instance draining). */
function isDraining({ host, cluster }: TaskRecord): boolean {
  return host !== undefined && cluster.hosts.get(host.id)?.status === 'DRAINING';
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

function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

function count(tasks: readonly TaskRecord[]): TaskCount {
  return { live: tasks.length, healthy: tasks.filter(isHealthy).length };
}
