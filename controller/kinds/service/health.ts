import type { Health, Stops, Task } from '../../core/resource.ts';
import { explained, explanationOf } from './explain.ts';

/** How a service's deployments go, as DescribeServices tells. */
export interface Rollout {
  /** With one task on each host that may have it, of which `desiredCount` is ECS's count. */
  readonly isOnEveryHost?: true;
  /** How many hosts there are that it belongs on, where that was found out: ECS counts them a moment later. */
  readonly eligibleHosts?: number;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly draining: boolean;
  readonly failedTaskDefinition: string | null;
  /** Epoch milliseconds by this host's clock: when a rollout that ECS has given up is tried again; absent where it is not. */
  readonly retryAt?: number;
  readonly deployments: readonly {
    readonly id: string;
    readonly isPrimary: boolean;
    /** Epoch milliseconds by AWS's clock; absent where the endpoint does not tell. */
    readonly createdAt?: number;
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

/** So many stops of their own make a crash loop, or a tenth of the tasks where that is more. */
const CRASHES = 3;
/** A loop has ended where nothing has stopped for so long: ECS's pauses between attempts do not grow beyond a quarter of an hour. */
const CALM_MS = 20 * 60_000;

/** What people do about a revision that ECS rolled back; the cause may lie outside of the manifest, which makes a revision of its own all the same. */
export const NOT_AGAIN =
  'ECS does not retry that revision: fix the manifest; or, if the cause is fixed elsewhere (an image pushed since), change any field of a container, such as dockerLabels';

/**
 * Health of a service. Steady is more than "all running": right after a rollback all tasks run, of the wrong
 * revision, and a crash-looping daemon has all its tasks running at some instant (reference: deployments).
 *
 * @param stops where they were looked up
 * @param now epoch milliseconds by AWS's clock
 */
export function healthOf(
  rollout: Rollout,
  tasks: readonly Task[],
  stops: Stops | undefined,
  now: number,
): Health {
  const running = runningText(rollout, tasks);
  if (rollout.draining) return { status: 'Progressing', message: drainingText(rollout) };
  const explanation = stops && explanationOf(stops.reason);
  const cause = explanation === undefined ? {} : { cause: explanation.advice };
  const because = stops === undefined ? '' : `: ${explained(stops.reason)}`;
  const primary = rollout.deployments.find(({ isPrimary }) => isPrimary);
  if (rollout.failedTaskDefinition !== null && isRolledBack(rollout)) {
    const failed = revisionName(rollout.failedTaskDefinition);
    const current = revisionName(primary?.taskDefinition ?? '');
    return {
      status: 'Degraded',
      reason: 'RolledBack',
      needsPeople: true,
      cause: `${failed} was rolled back${explanation === undefined ? '' : `: ${explanation.advice}`}`,
      message: `the deployment of ${failed} failed and was rolled back to ${current} (${running})${because}; ${NOT_AGAIN}`,
    };
  }
  const isGivenUp = primary?.rolloutState === 'FAILED';
  const isLasting = stops !== undefined && (isGivenUp || stops.count >= CRASHES);
  const help = isLasting && explanation?.needsPeople === true ? ({ needsPeople: true } as const) : {};
  if (isGivenUp) {
    const failed = revisionName(primary.taskDefinition);
    const why = because === '' ? `: ${primary.rolloutStateReason.replace(/\.$/, '')}` : because;
    return {
      status: 'Degraded',
      reason: explanation?.reason ?? 'DeploymentFailed',
      ...cause,
      ...help,
      // Nobody else ends what neither ECS nor the controller tries again.
      ...(rollout.retryAt === undefined ? ({ needsPeople: true } as const) : { retryAt: rollout.retryAt }),
      message: `the deployment of ${failed} failed (${ofBoth(rollout) ?? running})${why}; ECS starts no more tasks; ${nextRollout(rollout)}`,
    };
  }
  if (stops !== undefined && isLooping(rollout, stops, now)) {
    const times = `${stops.count} of its tasks stopped within the hour`;
    return {
      status: 'Degraded',
      reason: explanation === undefined || explanation.ran === true ? 'CrashLooping' : explanation.reason,
      ...cause,
      ...help,
      message: `${running}; ${times}, the last one${because}`,
    };
  }
  if (cannotStart(rollout)) {
    const reason = explanation?.reason ?? 'TasksNotStarting';
    const message = `${running}; tasks cannot be started consistently${because}`;
    return { status: 'Degraded', reason, ...cause, ...help, message };
  }
  if (isSteady(rollout, tasks)) return { status: 'Healthy', message: running };
  const trouble = because === '' ? troubleOf(rollout) : `; tasks stop${because}`;
  return { status: 'Progressing', ...cause, message: `${progressText(rollout, running)}${trouble}` };
}

/** What ends a rollout that ECS has given up. */
function nextRollout({ retryAt }: Rollout): string {
  return retryAt === undefined
    ? 'change the manifest to roll it out again'
    : `push a fix to redeploy now; otherwise Stationkeeper retries at ${new Date(retryAt).toISOString()}`;
}

function isLooping({ desiredCount }: Rollout, { count, lastAt }: Stops, now: number): boolean {
  const isRecent = lastAt === undefined || now - lastAt < CALM_MS;
  return isRecent && count >= Math.max(CRASHES, desiredCount / 10);
}

/** Tells of a replacement both sides, since more tasks than are wanted may then run; undefined where there is one side. */
function ofBoth(rollout: Rollout): string | undefined {
  const { desiredCount, deployments, isOnEveryHost } = rollout;
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  const old = deployments.filter(({ isPrimary }) => !isPrimary);
  const oldCount = old.reduce((sum, deployment) => sum + (deployment.runningCount ?? 0), 0);
  if (primary?.runningCount === undefined || oldCount === 0) return undefined;
  const started =
    isOnEveryHost === true
      ? `new tasks running on ${primary.runningCount} of ${hostCount(rollout)} hosts`
      : `${primary.runningCount} of ${desiredCount} new tasks running`;
  return `${started}, and ${oldCount} of the former deployment`;
}

function progressText(rollout: Rollout, running: string): string {
  const { runningCount, desiredCount } = rollout;
  const all = runningCount === desiredCount ? `${running}, deployment in progress` : running;
  return ofBoth(rollout) ?? all;
}

const TROUBLE = /failed to launch a task|unable to assume the role|unable to place a task|being throttled/i;
/** It names one host; a coverage names every one, with what it lacks. */
const UNPLACED = /unable to place a task/i;
const RELIEF = /has started \d+ tasks|has reached a steady state/i;

/** What ECS said last about not being able to start tasks, where nothing was started since. */
function troubleOf({ runningCount, desiredCount, events, eligibleHosts }: Rollout): string {
  const latest = events.find((message) => TROUBLE.test(message) || RELIEF.test(message));
  if (runningCount >= desiredCount || latest === undefined || !TROUBLE.test(latest)) return '';
  if (eligibleHosts !== undefined && UNPLACED.test(latest)) return '';
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

/** The need of a service whose rollout ECS has given up or rolled back. */
export const GIVEN_UP = 4;

/** How much speaks for looking at its stopped tasks: more is more; 0 where nothing does. */
export function needOfExplanation(rollout: Rollout, tasks: readonly Task[], now: number): number {
  if (rollout.draining) return 0;
  if (isSteady(rollout, tasks)) return hasRestarted(rollout, tasks, now) ? 1 : 0;
  if (isRolledBack(rollout) || rollout.deployments.some(({ rolloutState }) => rolloutState === 'FAILED'))
    return GIVEN_UP;
  if (cannotStart(rollout)) return 3;
  if (rollout.deployments.some(({ failedTasks }) => failedTasks > 0)) return 2;
  return rollout.runningCount < rollout.desiredCount || hasRestarted(rollout, tasks, now) ? 1 : 0;
}

/** Tasks of a deployment are made together; one that is made so much later took the place of another, or more were wanted. */
const TOGETHER_MS = 120_000;
/** ECS shows stopped tasks for about so long. */
const SHOWN_MS = 60 * 60_000;

/** Whether a task took the place of one that stopped lately, though ECS counts nothing: in between all of them run. */
function hasRestarted({ deployments }: Rollout, tasks: readonly Task[], now: number): boolean {
  const begun = deployments.find(({ isPrimary }) => isPrimary)?.createdAt;
  return tasks.some(
    ({ createdAt }) =>
      begun !== undefined &&
      createdAt !== undefined &&
      createdAt - begun > TOGETHER_MS &&
      now - createdAt < SHOWN_MS,
  );
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

function runningText(rollout: Rollout, tasks: readonly Task[]): string {
  const unhealthy = unhealthyCount(tasks);
  const text = rollout.isOnEveryHost === true ? onHosts(rollout) : ofWanted(rollout);
  return unhealthy === 0 ? text : `${text}, ${unhealthy} unhealthy`;
}

function ofWanted({ runningCount, desiredCount }: Rollout): string {
  return runningCount > desiredCount
    ? `${runningCount} tasks running, ${desiredCount} wanted`
    : `${runningCount} of ${desiredCount} tasks running`;
}

function onHosts(rollout: Rollout): string {
  const { runningCount, desiredCount, eligibleHosts, deployments } = rollout;
  if (runningCount > desiredCount)
    return `tasks running on ${runningCount} hosts, ${desiredCount} are eligible`;
  if (desiredCount > 0) return `tasks running on ${runningCount} of ${hostCount(rollout)} hosts`;
  if (eligibleHosts !== undefined && eligibleHosts > 0) {
    return `${eligibleHosts} ${eligibleHosts === 1 ? 'host is' : 'hosts are'} eligible, which ECS has not counted yet`;
  }
  const isUnderWay = deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS');
  return eligibleHosts === undefined && isUnderWay
    ? 'ECS has not counted yet how many hosts are eligible'
    : 'no host of the cluster is eligible, so that there is no task';
}

/** With those that ECS does not count, as they drain or have just joined, so that it is the number that gaps are told of. */
function hostCount({ desiredCount, eligibleHosts = 0 }: Rollout): number {
  return Math.max(desiredCount, eligibleHosts);
}

function unhealthyCount(tasks: readonly Task[]): number {
  return tasks.filter((task) => task.lastStatus === 'RUNNING' && task.healthStatus === 'UNHEALTHY').length;
}

/** `xray:7` of `arn:aws:ecs:…:task-definition/xray:7`. */
export function revisionName(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}
