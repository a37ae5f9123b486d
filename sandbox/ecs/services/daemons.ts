import { nextDaemonMove } from '../deployments/daemon-rollout.ts';
import type { TaskCount } from '../deployments/rollout.ts';
import { demandOf } from '../instances/demand.ts';
import { settle, subnetOn } from '../placement/place.ts';
import type { Rejection } from '../placement/place.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts';
import { isHealthy } from '../tasks/life.ts';
import type { TaskContext } from '../tasks/context.ts';
import { daemonHosts } from './daemon-hosts.ts';
import type { DaemonHost } from './daemon-hosts.ts';
import { addEvent, tellTasks } from './events.ts';
import { mayLaunch, tellUnplaced } from './launching.ts';
import { stopAll, stopOrder } from './stopping.ts';
import { startServiceTask } from './tasks.ts';

/** What came of a look at a service. */
export interface ScheduleLook {
  /** Tasks were started or stopped. */
  readonly moved: boolean;
  /** The percentages allow neither a start nor a stop. */
  readonly blocked: boolean;
  /** Everything runs, and nothing old is left. */
  readonly done: boolean;
}

/**
 * Brings a service of the strategy DAEMON nearer to one task on each instance that is ACTIVE and meets its constraints, and counts those as its
 * desired count. What runs anywhere else is stopped at once, whatever the minimum (developer guide, daemon; container instance draining).
 */
export function scheduleDaemons(
  context: TaskContext,
  service: ServiceRecord,
  primary: DeploymentRecord,
): ScheduleLook {
  const { options } = service;
  const eligible = daemonHosts(context, service, primary).filter(
    ({ host, isMeant }) => isMeant && host.status === 'ACTIVE',
  );
  const isEligible = new Set(eligible.map(({ host }) => host.id));
  options.desiredCount = eligible.length;
  const live = [...service.tasks].filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  const strays = live.filter(({ host }) => host === undefined || !isEligible.has(host.id));
  const placed = live.filter(({ host }) => host !== undefined && isEligible.has(host.id));
  const isWanted = (task: TaskRecord) => task.owner?.deployment === primary && task.health !== 'UNHEALTHY';
  const old = placed.filter((task) => !isWanted(task));
  const mayStart = !primary.stalled && context.world.now() >= primary.retryAt;
  const move = nextDaemonMove({
    desiredCount: eligible.length,
    minimumHealthyPercent: options.deploymentConfiguration.minimumHealthyPercent,
    primary: count(placed.filter(isWanted)),
    old: count(old),
    mayStart,
  });
  tellViolators(context, service, strays);
  const unwanted = [...strays, ...stopOrder(old).slice(0, move.stopUnhealthy + move.stopHealthy)];
  stopAll(context, service, unwanted, primary);
  const started = mayStart ? startMissing(context, service, primary, eligible) : 0;
  return {
    moved: unwanted.length > 0 || started > 0,
    blocked: move.blocked && started === 0,
    done: move.done && strays.length === 0,
  };
}

/** Tells of tasks on instances that are as they were, and are not meant any more; the text is the sandbox's. */
function tellViolators({ world }: TaskContext, service: ServiceRecord, strays: readonly TaskRecord[]): void {
  for (const { id, host } of strays) {
    if (host === undefined || service.cluster.hosts.get(host.id)?.status !== 'ACTIVE') continue;
    addEvent(world, service, `(task ${id}) no longer meets the placement constraints of the service.`);
  }
}

/** Starts a task on each instance that has none, not even one that is on its way down; answers how many. */
function startMissing(
  context: TaskContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  eligible: readonly DaemonHost[],
): number {
  const free = eligible.filter(({ tasks }) => tasks.length === 0);
  if (free.length === 0 || !mayLaunch(context, service, deployment)) return 0;
  const { network, taskDefinition } = deployment.rollout;
  const demand = demandOf(taskDefinition.definition);
  const started: TaskRecord[] = [];
  const rejections: Rejection[] = [];
  for (const daemonHost of free) {
    const { host } = daemonHost;
    const [misfit] = daemonHost.misfits();
    if (misfit !== undefined) {
      rejections.push({ host, misfit });
      continue;
    }
    const subnetId = demand.hasInterface ? subnetOn(context, host, network) : undefined;
    const where = { provider: undefined, subnetId, host: settle(host, demand) };
    started.push(startServiceTask(context, { service, deployment }, where));
  }
  tellTasks(context.world, service, 'has started', started);
  if (rejections.length > 0) tellUnplaced(context, service, rejections, undefined);
  return started.length;
}

function count(tasks: readonly TaskRecord[]): TaskCount {
  return { live: tasks.length, healthy: tasks.filter(isHealthy).length };
}
