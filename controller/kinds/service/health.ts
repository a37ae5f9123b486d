import type { Health, Task } from '../../core/resource.ts';
import { explained } from './explain.ts';

/** How a service's deployments go, as DescribeServices tells. */
export interface Rollout {
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly draining: boolean;
  readonly failedTaskDefinition: string | null;
  readonly deployments: readonly {
    readonly isPrimary: boolean;
    /** ARN of the revision. */
    readonly taskDefinition: string;
    /** Undefined where the endpoint does not tell. */
    readonly rolloutState: string | undefined;
    readonly rolloutStateReason: string;
    readonly failedTasks: number;
    /** Undefined where the endpoint does not tell. */
    readonly runningCount: number | undefined;
  }[];
  /** Messages, newest first. */
  readonly events: readonly string[];
}

/**
 * Health of a service. Steady is more than "all running": right after a rollback all tasks run, of the wrong
 * revision, and a crash-looping daemon has all its tasks running at some instant (reference: deployments).
 * `stopReason` is why its tasks stop, where that was looked up.
 */
export function healthOf(rollout: Rollout, tasks: readonly Task[], stopReason: string | undefined): Health {
  const running = runningText(rollout, tasks);
  if (rollout.draining) return { status: 'Progressing', message: drainingText(rollout) };
  const primary = rollout.deployments.find(({ isPrimary }) => isPrimary);
  const because = stopReason === undefined ? '' : `: ${explained(stopReason)}`;
  if (rollout.failedTaskDefinition !== null && isRolledBack(rollout)) {
    const failed = revisionName(rollout.failedTaskDefinition);
    const current = revisionName(primary?.taskDefinition ?? '');
    return {
      status: 'Degraded',
      message: `the deployment of ${failed} failed and was rolled back to ${current} (${running})${because}; it is not tried again: change the manifest to roll out another revision`,
    };
  }
  if (primary?.rolloutState === 'FAILED') {
    const failed = revisionName(primary.taskDefinition);
    const why = because === '' ? `: ${primary.rolloutStateReason.replace(/\.$/, '')}` : because;
    return {
      status: 'Degraded',
      message: `the deployment of ${failed} failed (${running})${why}; ECS starts no more tasks; it is rolled out again when the manifest changes, or after a pause that grows to an hour`,
    };
  }
  if (cannotStart(rollout)) {
    return { status: 'Degraded', message: `${running}; tasks cannot be started consistently${because}` };
  }
  if (isSteady(rollout, tasks)) return { status: 'Healthy', message: running };
  const trouble = because === '' ? troubleOf(rollout) : `; tasks stop${because}`;
  return { status: 'Progressing', message: `${progressText(rollout, running)}${trouble}` };
}

/** Tells of a replacement both sides, since more tasks than are wanted may then run. */
function progressText({ desiredCount, runningCount, deployments }: Rollout, running: string): string {
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  const old = deployments.filter(({ isPrimary }) => !isPrimary);
  const oldCount = old.reduce((sum, deployment) => sum + (deployment.runningCount ?? 0), 0);
  if (primary?.runningCount !== undefined && oldCount > 0) {
    return `${primary.runningCount} of ${desiredCount} new tasks running, and ${oldCount} of the former deployment`;
  }
  return runningCount === desiredCount ? `${running}, deployment in progress` : running;
}

const TROUBLE = /failed to launch a task|unable to assume the role|unable to place a task|being throttled/i;
const RELIEF = /has started \d+ tasks|has reached a steady state/i;

/** What ECS said last about not being able to start tasks, where nothing was started since. */
function troubleOf({ runningCount, desiredCount, events }: Rollout): string {
  const latest = events.find((message) => TROUBLE.test(message) || RELIEF.test(message));
  if (runningCount >= desiredCount || latest === undefined || !TROUBLE.test(latest)) return '';
  return `; ECS says: ${explained(latest.replace(/^\(service [^)]*\) /, ''))}`;
}

function drainingText({ runningCount }: Rollout): string {
  return runningCount === 0
    ? 'draining, its last tasks are stopping'
    : `draining, ${runningCount} tasks still running`;
}

/** Whether it has come to rest as it is wanted. */
function isSteady(rollout: Rollout, tasks: readonly Task[]): boolean {
  const [primary, ...others] = rollout.deployments;
  return (
    !rollout.draining &&
    rollout.runningCount === rollout.desiredCount &&
    others.length === 0 &&
    (primary?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
    !isRolledBack(rollout) &&
    unhealthyCount(tasks) === 0
  );
}

/** How much speaks for looking at its stopped tasks: more is more; 0 where nothing does. */
export function needOfExplanation(rollout: Rollout, tasks: readonly Task[]): number {
  if (rollout.draining || isSteady(rollout, tasks)) return 0;
  if (isRolledBack(rollout) || rollout.deployments.some(({ rolloutState }) => rolloutState === 'FAILED'))
    return 4;
  if (cannotStart(rollout)) return 3;
  if (rollout.deployments.some(({ failedTasks }) => failedTasks > 0)) return 2;
  return rollout.runningCount < rollout.desiredCount ? 1 : 0;
}

/** ARN of the revision whose stopped tasks tell what is wrong. */
export function troubledRevision(rollout: Rollout): string {
  const { failedTaskDefinition, deployments } = rollout;
  if (failedTaskDefinition !== null && isRolledBack(rollout)) return failedTaskDefinition;
  return deployments.find(({ isPrimary }) => isPrimary)?.taskDefinition ?? '';
}

/** Revision numbers only grow, so that a primary older than the failed revision is a rollback from it. */
function isRolledBack({ failedTaskDefinition, deployments }: Rollout): boolean {
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  if (failedTaskDefinition === null || primary === undefined) return false;
  const [failedFamily, failedRevision] = revisionName(failedTaskDefinition).split(':');
  const [family, revision] = revisionName(primary.taskDefinition).split(':');
  return family === failedFamily && Number(revision) < Number(failedRevision);
}

function cannotStart({ events, runningCount, desiredCount }: Rollout): boolean {
  const latest = events.find((message) =>
    /unable to consistently start tasks|has reached a steady state/i.test(message),
  );
  return runningCount < desiredCount && latest !== undefined && /unable to consistently/i.test(latest);
}

function runningText({ runningCount, desiredCount }: Rollout, tasks: readonly Task[]): string {
  const unhealthy = unhealthyCount(tasks);
  const text = `${runningCount} of ${desiredCount} tasks running`;
  return unhealthy === 0 ? text : `${text}, ${unhealthy} unhealthy`;
}

function unhealthyCount(tasks: readonly Task[]): number {
  return tasks.filter((task) => task.lastStatus === 'RUNNING' && task.healthStatus === 'UNHEALTHY').length;
}

/** `xray:7` of `arn:aws:ecs:…:task-definition/xray:7`. */
function revisionName(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}
