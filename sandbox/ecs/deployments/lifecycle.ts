import type { CallContext } from '../../call.ts';
import { addEvent, noLongerSteady } from '../services/events.ts';
import { primaryOf } from '../state.ts';
import type { DeploymentRecord, Rollout, ServiceRecord } from '../state.ts';
import { finish, ongoing, recordDeployment, startRollback } from './history.ts';
import { breakerThreshold } from './rollout.ts';

const NO_CANDIDATE = 'No rollback candidate was found to run the rollback.';

/** Puts a new PRIMARY deployment before the others; those without any task are forgotten. */
export function deploy(context: CallContext, service: ServiceRecord, rollout: Rollout): DeploymentRecord {
  const { world } = context;
  const id = `ecs-svc/${world.randomText(1, '123456789')}${world.randomText(18, '0123456789')}`;
  const deployment: DeploymentRecord = {
    id,
    rollout,
    capacityProviderStrategy: service.options.capacityProviderStrategy,
    createdAt: world.date(),
    updatedAt: world.date(),
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    failedRounds: 0,
    retryAt: 0,
    stalled: false,
    tasks: new Set(),
  };
  const replaced = service.deployments.filter(({ tasks }) => tasks.size > 0);
  service.rollout = rollout;
  service.deployments = [deployment, ...replaced];
  recordDeployment(context, service, deployment, replaced);
  noLongerSteady(world, service);
  return deployment;
}

/** The primary has everything running; what it replaced is over. One that has failed stays so. */
export function complete(context: CallContext, service: ServiceRecord, deployment: DeploymentRecord): void {
  const { world } = context;
  service.deployments = [deployment];
  if (deployment.rolloutState === 'FAILED') return;
  if (deployment.rolloutState !== 'COMPLETED') {
    deployment.rolloutState = 'COMPLETED';
    deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
    deployment.updatedAt = world.date();
    addEvent(world, service, `(deployment ${deployment.id}) deployment completed.`);
    const wentBack = ongoing(service)?.rollback !== undefined;
    finish(world, service, wentBack ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL');
  }
  service.lastCompleted = deployment;
}

/** Counts a task that did not get to RUNNING, and lets launches back off (reference: deployments). */
export function countFailedLaunch({ world }: CallContext, deployment: DeploymentRecord): void {
  countFailure(deployment, world.date());
  if (world.now() < deployment.retryAt) return;
  const { launchRetry, launchRetryMost } = world.timing.ecs;
  const pause = Math.min(launchRetryMost.least, launchRetry.least * 2 ** deployment.failedRounds);
  deployment.retryAt = world.now() + pause;
  deployment.failedRounds += 1;
}

/** Counts a task that ran and was not, or not any more, healthy. */
export function countFailedTask({ world }: CallContext, deployment: DeploymentRecord): void {
  countFailure(deployment, world.date());
}

/** Once a deployment has succeeded, nothing is counted any more (API reference, Deployment). */
function countFailure(deployment: DeploymentRecord, at: Date): void {
  if (deployment.rolloutState !== 'IN_PROGRESS') return;
  deployment.failedTasks += 1;
  deployment.updatedAt = at;
}

/** A task counts as healthy (API reference, DeploymentCircuitBreaker). */
export function countHealthy(service: ServiceRecord, deployment: DeploymentRecord): void {
  const breaker = service.options.deploymentConfiguration.deploymentCircuitBreaker;
  if (breaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
}

/**
 * Opens the circuit breaker on a primary that failed often enough: rolls back to the last completed deployment
 * where that is asked for and there is one, else launches nothing more (reference: deployments).
 */
export function breakCircuit(context: CallContext, service: ServiceRecord): void {
  const failed = primaryOf(service);
  const breaker = service.options.deploymentConfiguration.deploymentCircuitBreaker;
  if (failed === undefined || failed.rolloutState !== 'IN_PROGRESS' || breaker?.enable !== true) return;
  const threshold = breakerThreshold(service.options.desiredCount, breaker.thresholdConfiguration);
  if (failed.failedTasks < threshold) return;
  const entry = ongoing(service);
  if (entry !== undefined) entry.broken = true;
  fail(context, service, failed, {
    why: 'ECS deployment circuit breaker: tasks failed to start.',
    event: 'tasks failed to start',
    by: 'ECS deployment circuit breaker',
    because: 'the circuit breaker threshold was exceeded',
    rollback: breaker.rollback === true,
  });
}

/**
 * Fails a primary for an alarm of its service, until its bake time is over; not where an alarm was in ALARM at its start (developer guide,
 * CloudWatch alarms detect deployment failures).
 */
export function failOnAlarm(context: CallContext, service: ServiceRecord): void {
  const failed = primaryOf(service);
  const entry = ongoing(service);
  const alarms = entry?.configuration.alarms;
  if (entry === undefined || failed?.rolloutState !== 'IN_PROGRESS' || alarms?.enable !== true) return;
  if (entry.rollback !== undefined || entry.alarmsAtStart.length > 0) return;
  const triggered = context.alarms.among(alarms.alarmNames ?? []);
  if (triggered.length === 0) return;
  entry.triggeredAlarms = triggered;
  fail(context, service, failed, {
    why: 'ECS deployment failed: alarm detected.',
    event: 'alarm detected',
    by: 'ECS deployment alarms',
    because: `an alarm was triggered: ${triggered.join(', ')}`,
    rollback: alarms.rollback === true,
  });
}

interface DeploymentFailure {
  readonly why: string;
  readonly event: string;
  readonly by: string;
  readonly because: string;
  readonly rollback: boolean;
}

function fail(
  context: CallContext,
  service: ServiceRecord,
  failed: DeploymentRecord,
  { why, event, by, because, rollback }: DeploymentFailure,
): void {
  abandon(context, failed, why);
  addEvent(context.world, service, `(deployment ${failed.id}) deployment failed: ${event}.`);
  if (rollback) rollBack(context, service, failed, { by, because });
  else finish(context.world, service, 'STOPPED', `Service deployment stopped because ${because}.`);
}

/** Rolls back where StopServiceDeployment asked for it. */
export function rollBackIfAsked(context: CallContext, service: ServiceRecord): void {
  const entry = ongoing(service);
  if (entry?.status !== 'ROLLBACK_REQUESTED') return;
  abandon(context, entry.target, 'ECS deployment was stopped by a user.');
  rollBack(context, service, entry.target, { by: 'Stopped by a user', because: 'a user stopped it' });
}

/** Launches nothing of a deployment any more. */
function abandon(context: CallContext, failed: DeploymentRecord, why: string): void {
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = why;
  failed.updatedAt = context.world.date();
  failed.stalled = true;
}

/** The last completed deployment is primary again, with those of its tasks that still run. */
function rollBack(
  context: CallContext,
  service: ServiceRecord,
  failed: DeploymentRecord,
  { by, because }: { readonly by: string; readonly because: string },
): void {
  const { world } = context;
  const target = service.lastCompleted;
  if (target === undefined || target === failed) {
    finish(world, service, 'ROLLBACK_FAILED', NO_CANDIDATE);
    return;
  }
  addEvent(world, service, `rolling back to deployment ${target.id}.`);
  startRollback(world, service, target, `Service deployment rolled back because ${because}.`);
  target.rolloutState = 'IN_PROGRESS';
  target.rolloutStateReason = `${by}: rolling back to deploymentId ${target.id}.`;
  target.updatedAt = world.date();
  target.failedTasks = 0;
  target.failedRounds = 0;
  target.retryAt = 0;
  target.stalled = false;
  service.rollout = target.rollout;
  service.deployments = [target, ...service.deployments.filter((deployment) => deployment !== target)];
}
