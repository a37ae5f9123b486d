import type { CallContext } from '../../call.ts';
import { roleReadiness } from '../../iam/role-store.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { nextProvider } from '../clusters/capacity-strategies.ts';
import { baking, ongoing, startOngoing } from '../deployments/history.ts';
import { breakCircuit, complete, failOnAlarm, rollBackIfAsked } from '../deployments/lifecycle.ts';
import { nextMove } from '../deployments/rollout.ts';
import type { TaskCount } from '../deployments/rollout.ts';
import { primaryOf } from '../state.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';
import { isHealthy, stopTask } from '../tasks/life.ts';
import type { TaskContext } from '../tasks/life.ts';
import type { TaskStop } from '../tasks/state.ts';
import { complainOnce, noLongerSteady, tellSteady, tellTasks } from './events.ts';
import { startServiceTask } from './tasks.ts';

/** AWS's text of a cluster without instances (factorio-spot-pricing#4; developer guide, service event messages). */
const NO_INSTANCES =
  'was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** AWS's text where Fargate has no room (developer guide, service event messages). */
const NO_CAPACITY =
  'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

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
  return { ...context, wake: (service) => wakeScheduler(context, service) };
}

function look(context: TaskContext, service: ServiceRecord): void {
  if (service.status === 'DRAINING') drain(context, service);
  if (service.status !== 'ACTIVE') return;
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
  const { desiredCount, deploymentConfiguration } = service.options;
  const { minimumHealthyPercent, maximumPercent } = deploymentConfiguration;
  const proven = service.deployments.slice(1).find((deployment) => deployment === service.lastCompleted);
  const live = [...service.tasks].filter(isLive);
  const isWanted = (task: TaskRecord) => task.owner?.deployment === primary && task.health !== 'UNHEALTHY';
  const primaryTasks = live.filter(isWanted);
  const oldTasks = live.filter((task) => !isWanted(task));
  const backsOff = world.now() < primary.retryAt;
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
  if (unwanted.length > 0 || move.startPrimary > 0 || move.startOld > 0) noLongerSteady(world, service);
  complain(context, service, primary, move.blocked);
  if (world.now() < primary.retryAt && !primary.stalled) {
    wakeScheduler(context, service, primary.retryAt - world.now());
  }
  if (!move.done) return;
  const bakesMs = baking(world, service);
  if (bakesMs > 0) {
    wakeScheduler(context, service, bakesMs);
    return;
  }
  complete(context, service, primary);
  tellSteady(world, service);
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

/** Launches tasks. Without a role that can be assumed it launches none, and tries again later (reference: hazards). */
function launch(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  amount: number,
): void {
  if (amount === 0) return;
  const { world } = context;
  const role = unassumableRole(context, deployment);
  if (role !== undefined) {
    tryLater(
      context,
      service,
      deployment,
      `failed to launch a task with (error ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).`,
    );
    return;
  }
  // The role is what ECS needs first, then a place; nothing tries again before there are instances.
  if (deployment.rollout.platformVersion === undefined) {
    complainOnce(world, service, NO_INSTANCES);
    return;
  }
  const started: TaskRecord[] = [];
  while (started.length < amount) {
    const provider = nextProvider(deployment.capacityProviderStrategy, [...deployment.tasks].filter(isLive));
    if (provider !== undefined && context.unavailable.obstacleTo([provider]) !== undefined) {
      tryLater(context, service, deployment, NO_CAPACITY);
      break;
    }
    started.push(startServiceTask(context, { service, deployment }, provider));
  }
  tellTasks(world, service, 'has started', started);
}

function tryLater(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  complaint: string,
): void {
  const { world } = context;
  complainOnce(world, service, complaint);
  deployment.retryAt = Math.max(deployment.retryAt, world.now() + world.pick(world.timing.ecs.launchBlocked));
  wakeScheduler(context, service, deployment.retryAt - world.now());
}

function unassumableRole(context: CallContext, { rollout }: DeploymentRecord): string | undefined {
  const { taskRoleArn, executionRoleArn } = rollout.taskDefinition.definition;
  return [executionRoleArn, taskRoleArn].find(
    (arn) => arn !== undefined && arn !== '' && roleReadiness(context, arn) !== 'assumable',
  );
}

function stopAll(
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
function stopOrder(tasks: readonly TaskRecord[]): TaskRecord[] {
  return tasks.toReversed().toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
}

function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

function count(tasks: readonly TaskRecord[]): TaskCount {
  return { live: tasks.length, healthy: tasks.filter(isHealthy).length };
}
