import type { Task as ApiTask } from '@aws-sdk/client-ecs';
import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { groupBy } from '../../core/order.ts';
import { resourceKey } from '../../core/resource.ts';
import type { ResourceId, StoppedTask, Stops, Task } from '../../core/resource.ts';
import { explanationOf } from './explain.ts';
import { hostedTask } from './host.ts';
import type { HostedTask } from './host.ts';
import { fromTask, stopText } from './observed.ts';

/** Most ARNs that one DescribeTasks takes (reference: batches). */
const TASKS_AT_ONCE = 100;
const CONCURRENT_READS = 5;

/** The tasks of a cluster that are meant to run. */
export interface ClusterTasks {
  readonly byService: ReadonlyMap<string, readonly Task[]>;
  /** ARNs of the revisions of a family that they run from, whoseever they are. */
  readonly revisions: (family: string) => readonly string[];
  /** Those on a host, by the ARN of the container instance. */
  readonly tasksOn: (host: string) => readonly HostedTask[];
}

export async function tasksInCluster(ecs: Aws['ecs'], cluster: string): Promise<ClusterTasks> {
  const byService = new Map<string, Task[]>();
  const revisions = new Map<string, Set<string>>();
  const onHosts = new Map<string, HostedTask[]>();
  const arns = await collect(async (nextToken) => {
    const page = await ecs.listTasks({
      cluster,
      maxResults: TASKS_AT_ONCE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.taskArns, next: page.nextToken };
  });
  for (const { revision, host, hosted, service, task } of await describeTasks(ecs, cluster, arns, keptOf)) {
    if (revision !== undefined) {
      revisions.set(familyOf(revision), (revisions.get(familyOf(revision)) ?? new Set()).add(revision));
    }
    if (host !== undefined) listUnder(onHosts, host, hosted);
    if (service !== undefined) listUnder(byService, service, task);
  }
  return {
    byService,
    revisions: (family) => [...(revisions.get(family) ?? [])],
    tasksOn: (host) => onHosts.get(host) ?? [],
  };
}

function keptOf(task: ApiTask) {
  const [kind, service = ''] = task.group?.split(':') ?? [];
  return {
    revision: task.taskDefinitionArn,
    host: task.containerInstanceArn,
    hosted: hostedTask(task),
    service: kind === 'service' ? service : undefined,
    task: fromTask(task),
  };
}

/** `xray` of `arn:aws:ecs:…:task-definition/xray:7`. */
export function familyOf(taskDefinition: string): string {
  return (taskDefinition.split('/').at(-1) ?? '').replace(/:\d+$/, '');
}

/** A service, and the revision whose stopped tasks tell what is wrong with it. */
export interface Stopping {
  readonly id: ResourceId;
  /** ARN. */
  readonly revision: string;
}

/**
 * Of each service the tasks of its revision that stopped, other than because somebody or the scheduler wanted them to, or their capacity
 * went, by resource key; without those where none did. ECS shows stopped tasks for about an hour, and one look takes in a hundred of
 * a service. It lists them service by service, and describes a hundred of a cluster at once, whoever's they are.
 */
export async function stopsOf(
  ecs: Aws['ecs'],
  services: readonly Stopping[],
): Promise<ReadonlyMap<string, Stops>> {
  const listed = await mapConcurrently(CONCURRENT_READS, services, async (one) => ({
    ...one,
    arns: await stoppedTasks(ecs, one.id),
  }));
  const found: (readonly [string, Stops])[] = [];
  for (const [cluster, ofCluster] of groupBy(listed, ({ id: { scope = '' } }) => scope)) {
    const tasks = await describedOrNone(
      ecs,
      cluster,
      ofCluster.flatMap(({ arns }) => arns),
    );
    for (const { id, revision, arns } of ofCluster) {
      const own = new Set(arns);
      const stops = stopsAmong(
        tasks.filter(({ taskArn = '' }) => own.has(taskArn)),
        revision,
      );
      if (stops !== undefined) found.push([resourceKey(id), stops]);
    }
  }
  return new Map(found);
}

/** ARNs; an explanation is worth less than what is known already, so that what cannot be listed is none. */
async function stoppedTasks(ecs: Aws['ecs'], { scope, name }: ResourceId): Promise<readonly string[]> {
  try {
    const { taskArns = [] } = await ecs.listTasks({
      cluster: scope,
      serviceName: name,
      desiredStatus: 'STOPPED',
      maxResults: TASKS_AT_ONCE,
    });
    return taskArns;
  } catch {
    return [];
  }
}

async function describedOrNone(
  ecs: Aws['ecs'],
  cluster: string,
  arns: readonly string[],
): Promise<readonly ApiTask[]> {
  try {
    return await describeTasks(ecs, cluster, arns, (task) => task);
  } catch {
    return [];
  }
}

function stopsAmong(tasks: readonly ApiTask[], revision: string): Stops | undefined {
  const failed = tasks
    .filter(
      (task) =>
        task.lastStatus === 'STOPPED' &&
        !wasAskedToStop(task) &&
        (task.taskDefinitionArn ?? revision) === revision,
    )
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
  const reason = failed.map(stopText).find((text) => text !== '');
  const lastAt = failed[0]?.stoppedAt?.getTime();
  if (reason === undefined) return undefined;
  const onHosts = lastOnHosts(failed);
  return {
    count: failed.length,
    reason,
    ...(lastAt === undefined ? {} : { lastAt }),
    ...(Object.keys(onHosts).length === 0 ? {} : { onHosts }),
    tasks: failed.flatMap(stoppedTask),
  };
}

function stoppedTask(task: ApiTask): readonly StoppedTask[] {
  const { taskArn, stoppedAt } = task;
  const id = taskArn?.split('/').at(-1);
  if (id === undefined) return [];
  const reason = explanationOf(stopText(task))?.reason ?? 'Other';
  return [{ id, reason, ...(stoppedAt === undefined ? {} : { at: stoppedAt.getTime() }) }];
}

/** `failed`: the newest first. */
function lastOnHosts(failed: readonly ApiTask[]): NonNullable<Stops['onHosts']> {
  const last = failed.toReversed().flatMap((task) => {
    const { containerInstanceArn: host, stoppedAt } = task;
    const at = stoppedAt === undefined ? {} : { at: stoppedAt.getTime() };
    return host === undefined ? [] : [[host, { reason: stopText(task), ...at }] as const];
  });
  return Object.fromEntries(last);
}

/** Reasons to stop that say nothing about the daemon. */
const ASKED_OR_MOVED: ReadonlySet<string> = new Set([
  'UserInitiated',
  'SpotInterruption',
  'TerminationNotice',
]);

function wasAskedToStop({ stopCode, stoppedReason }: ApiTask): boolean {
  return ASKED_OR_MOVED.has(stopCode ?? '') || /^Scaling activity initiated by/i.test(stoppedReason ?? '');
}

function listUnder<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** What is kept of each task, in their order. What AWS answers is many times as large, so that no answer waits for the others. */
async function describeTasks<Kept>(
  ecs: Aws['ecs'],
  cluster: string,
  arns: readonly string[],
  keep: (task: ApiTask) => Kept,
): Promise<readonly Kept[]> {
  const kept = await mapConcurrently(CONCURRENT_READS, inBatchesOf(TASKS_AT_ONCE, arns), async (batch) => {
    const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: batch });
    return tasks.map(keep);
  });
  return kept.flat();
}
