import { tagsChanged } from '../../tagging/state.ts';
import type { Range } from '../../timing.ts';
import { allStarted, containersFor, endOf, healthOf, startReady } from '../containers/containers.ts';
import { countFailedTask, countFailedLaunch, countHealthy } from '../deployments/lifecycle.ts';
import { uuid } from '../ids.ts';
import { ecsArn } from '../names.ts';
import { addEvent, complainOnce, tellTasks } from '../services/events.ts';
import type { TaskLaunch, TaskRecord } from '../state.ts';
import { move, wakeOwner } from './context.ts';
import type { TaskContext } from './context.ts';
import { DISCOVERY_TIMEOUT, deregisterTask, registerTask, reportHealthy } from './discovery.ts';
import { sinkOn, stopTask } from './ending.ts';
import { failureOf } from './failures.ts';
import { healthChecksOf, planHealth } from './health.ts';
import { lackOf, routerFailure } from './lacks.ts';
import { logsRefusal } from './logs.ts';
import { attachTask } from './network.ts';
import type { TaskStop, TaskTarget } from './state.ts';
import { passesLoadBalancers, registerTaskTargets } from './targets.ts';

type Phase = 'provisioning' | 'pending' | 'activating';

/** Launches a task; it climbs to RUNNING by itself, and wakes the service that it has whenever it counts. */
export function launchTask(context: TaskContext, launch: TaskLaunch): TaskRecord {
  const { world } = context;
  const id = world.randomText(32);
  const { cluster, owner, rollout, tags, subnetId } = launch;
  const task: TaskRecord = {
    ...launch,
    id,
    arn: ecsArn(context, `task/${cluster.name}/${id}`),
    attachmentId: uuid(world),
    failure: failureOf(rollout.taskDefinition, context.region),
    // Without a network of its own there is nothing to provision (developer guide, task lifecycle).
    lastStatus: subnetId === undefined ? 'PENDING' : 'PROVISIONING',
    desiredStatus: 'RUNNING',
    health: 'UNKNOWN',
    outlivedStart: false,
    version: 1,
    times: { createdAt: world.date() },
    networkInterface: undefined,
    targets: [],
    registeredIn: undefined,
    stop: undefined,
    containers: containersFor(context.runtime, id, rollout.taskDefinition.definition),
    descent: undefined,
  };
  cluster.tasks.set(id, task);
  tagsChanged(context, task.arn, tags);
  owner?.service.tasks.add(task);
  owner?.deployment.tasks.add(task);
  if (launch.host !== undefined) cluster.hosts.get(launch.host.id)?.taskIds.add(id);
  if (subnetId === undefined) pend(context, task);
  else climb(context, task, 'provisioning', () => provision(context, task));
  return task;
}

/** Runs the next step up after the phase's time, unless the task was told to stop meanwhile. */
function climb(context: TaskContext, task: TaskRecord, phase: Phase, step: () => void): void {
  later(context, task, context.world.timing.ecs[phase], step);
}

function later({ world }: TaskContext, task: TaskRecord, delay: Range, step: () => void): void {
  world.after(world.pick(delay), () => {
    if (task.desiredStatus === 'RUNNING') step();
  });
}

function provision(context: TaskContext, task: TaskRecord): void {
  const refusal = attachTask(context, task);
  if (refusal !== undefined) {
    failToStart(context, task, { code: 'TaskFailedToStart', reason: refusal });
    return;
  }
  move(task, 'PENDING');
  pend(context, task);
}

function pend(context: TaskContext, task: TaskRecord): void {
  task.times.connectivityAt = context.world.date();
  task.times.pullStartedAt = context.world.date();
  climb(context, task, 'pending', () => activate(context, task));
}

function activate(context: TaskContext, task: TaskRecord): void {
  const failure =
    task.failure?.at === 'pending' ? task.failure : (lackOf(context, task) ?? logsRefusal(context, task));
  if (failure !== undefined) {
    failToStart(context, task, failure.stop);
    return;
  }
  move(task, 'ACTIVATING');
  task.times.pullStoppedAt = context.world.date();
  registerTask(context, task, {
    registered: () => climb(context, task, 'activating', () => containersChanged(context, task)),
    timedOut: () => failToStart(context, task, { code: 'TaskFailedToStart', reason: DISCOVERY_TIMEOUT }),
  });
}

/** Does what follows from how a task's containers are: where none is run for real, they run now. */
function containersChanged(context: TaskContext, task: TaskRecord): void {
  if (task.desiredStatus === 'STOPPED') {
    sinkOn(context, task);
    return;
  }
  const stop = endOf(task);
  if (stop !== undefined) {
    if (task.lastStatus === 'RUNNING') stopTask(context, task, stop);
    else failToStart(context, task, stop);
    return;
  }
  startReady(context, task, () => containersChanged(context, task));
  if (task.lastStatus === 'ACTIVATING' && allStarted(task)) run(context, task);
  if (task.lastStatus === 'RUNNING' && task.containers.size > 0) healthChanged(context, task);
}

function healthChanged(context: TaskContext, task: TaskRecord): void {
  const health = healthChecksOf(task).length === 0 ? 'UNKNOWN' : healthOf(task);
  if (health === 'HEALTHY') becomeHealthy(context, task);
  if (health === 'UNHEALTHY' && task.health !== 'UNHEALTHY') becomeUnhealthy(context, task);
}

/** Launches that reach RUNNING end the backoff, whatever comes of them (reference: deployments). */
function run(context: TaskContext, task: TaskRecord): void {
  move(task, 'RUNNING');
  task.times.startedAt = context.world.date();
  if (task.owner !== undefined) task.owner.deployment.failedRounds = 0;
  registerTaskTargets(context, task, (target) => targetChanged(context, task, target));
  wakeOwner(context, task);
  const failure = task.failure ?? routerFailure(context, task);
  if (failure?.at === 'exit')
    later(context, task, failure.after, () => stopTask(context, task, failure.stop));
  const checks = healthChecksOf(task);
  if (checks.length === 0) {
    later(context, task, context.world.timing.ecs.healthyAfterRunning, () => {
      task.outlivedStart = true;
      becomeSuccess(context, task);
    });
    return;
  }
  // What is run for real is checked for real.
  if (task.containers.size > 0) return;
  const { healthyAt, unhealthyAt } = planHealth(checks, failure?.at === 'health' ? failure.from : undefined);
  if (healthyAt !== undefined) later(context, task, exactly(healthyAt), () => becomeHealthy(context, task));
  if (unhealthyAt !== undefined)
    later(context, task, exactly(unhealthyAt), () => becomeUnhealthy(context, task));
}

function exactly(ms: number): Range {
  return { least: ms, most: ms };
}

function becomeHealthy(context: TaskContext, task: TaskRecord): void {
  if (task.health !== 'UNKNOWN') return;
  task.health = 'HEALTHY';
  task.version += 1;
  reportHealthy(context, task);
  becomeSuccess(context, task);
}

function becomeSuccess(context: TaskContext, task: TaskRecord): void {
  const { owner } = task;
  if (owner === undefined) return;
  if (isHealthy(task)) countHealthy(owner.service, owner.deployment);
  context.wake(owner.service);
}

/** What a load balancer finds wanting is stopped once its grace period is over, and counted against its deployment. */
function targetChanged(context: TaskContext, task: TaskRecord, { groupArn, target }: TaskTarget): void {
  if (target.state !== 'unhealthy') {
    becomeSuccess(context, task);
    return;
  }
  const { owner } = task;
  if (owner === undefined) return;
  const { world } = context;
  const graceMs = (owner.service.options.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const graceEnds = Number(task.times.startedAt) + graceMs;
  later(context, task, exactly(Math.max(0, graceEnds - world.now())), () => {
    if (target.state !== 'unhealthy') return;
    addEvent(
      world,
      owner.service,
      `(task ${task.id}) (port ${target.port}) is unhealthy in (target-group ${groupArn}) due to (reason Health checks failed)`,
    );
    countFailedTask(context, owner.deployment);
    tellTasks(world, owner.service, 'has stopped', [task]);
    stopTask(context, task, {
      code: 'ServiceSchedulerInitiated',
      reason: `Task failed ELB health checks in (target-group ${groupArn})`,
      exitCode: 0,
    });
  });
}

/** Out of service discovery at once; the scheduler replaces and stops it, where a service has it. */
function becomeUnhealthy(context: TaskContext, task: TaskRecord): void {
  task.health = 'UNHEALTHY';
  task.version += 1;
  deregisterTask(context, task);
  if (task.owner === undefined) return;
  const { service, deployment } = task.owner;
  countFailedTask(context, deployment);
  addEvent(context.world, service, `(task ${task.id}) failed container health checks.`);
  context.wake(service);
}

/** Counts towards the minimum healthy percent. */
export function isHealthy(task: TaskRecord): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
  const isWell = task.health === 'HEALTHY' || (task.health === 'UNKNOWN' && task.outlivedStart);
  return isWell && passesLoadBalancers(task);
}

/** Stops a task that has not reached RUNNING, and counts it against its deployment. */
function failToStart(context: TaskContext, task: TaskRecord, stop: TaskStop): void {
  if (task.desiredStatus === 'STOPPED') return;
  if (task.owner !== undefined) {
    const { service, deployment } = task.owner;
    countFailedLaunch(context, deployment);
    const sentence = stop.reason.endsWith('.') ? stop.reason : `${stop.reason}.`;
    complainOnce(context.world, service, `was unable to place a task. Reason: ${sentence}`);
  }
  stopTask(context, task, stop);
}
