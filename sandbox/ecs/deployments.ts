import type { CallContext } from '../sandbox.ts';
import { addEvent } from './events.ts';
import { breakerThreshold } from './rollout.ts';
import { primaryOf } from './state.ts';
import type { DeploymentRecord, Rollout, ServiceRecord } from './state.ts';

/** Puts a new PRIMARY deployment before the others; those without any task are forgotten. */
export function deploy(context: CallContext, service: ServiceRecord, rollout: Rollout): DeploymentRecord {
  const { world } = context;
  const id = `ecs-svc/${world.randomText(1, '123456789')}${world.randomText(18, '0123456789')}`;
  const deployment: DeploymentRecord = {
    id,
    rollout,
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
  service.rollout = rollout;
  service.deployments = [deployment, ...service.deployments.filter(({ tasks }) => tasks.size > 0)];
  service.steady = false;
  return deployment;
}

/** The primary has everything running; what it replaced is over. */
export function complete(context: CallContext, service: ServiceRecord, deployment: DeploymentRecord): void {
  if (deployment.rolloutState !== 'COMPLETED') {
    deployment.rolloutState = 'COMPLETED';
    deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
    deployment.updatedAt = context.world.date();
    addEvent(context.world, service, `(deployment ${deployment.id}) deployment completed.`);
  }
  service.deployments = [deployment];
  service.lastCompleted = deployment;
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
  const { world } = context;
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  failed.updatedAt = world.date();
  failed.stalled = true;
  addEvent(world, service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`);
  const target = service.lastCompleted;
  if (breaker.rollback !== true || target === undefined || target === failed) return;
  addEvent(world, service, `rolling back to deployment ${target.id}.`);
  rollBack(context, service, target);
}

/** The former deployment is primary again, with those of its tasks that still run. */
function rollBack(context: CallContext, service: ServiceRecord, target: DeploymentRecord): void {
  target.rolloutState = 'IN_PROGRESS';
  target.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${target.id}.`;
  target.updatedAt = context.world.date();
  target.failedTasks = 0;
  target.failedRounds = 0;
  target.retryAt = 0;
  service.rollout = target.rollout;
  service.deployments = [target, ...service.deployments.filter((deployment) => deployment !== target)];
}
