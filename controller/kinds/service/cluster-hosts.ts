import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { hostOf } from './host.ts';
import type { Host, HostedTask } from './host.ts';
import { taskNeeds } from './task-needs.ts';
import type { TaskNeeds } from './task-needs.ts';

/** Most that one page and one DescribeContainerInstances hold (ECS API reference). */
const HOSTS_AT_ONCE = 100;
const CONCURRENT_READS = 5;

/** What was read, or why it could not be. */
export type Read<Found> = { readonly found: Found } | { readonly unknown: string };

/**
 * All container instances of a cluster. One that goes meanwhile is none; of what else is not described, nothing is known.
 *
 * @param tasksOn what runs on a host, by its ARN
 */
export function hostsIn(
  ecs: Aws['ecs'],
  clock: Clock,
  cluster: string,
  tasksOn: (host: string) => readonly HostedTask[],
): Promise<Read<readonly Host[]>> {
  return reading(clock, async () => {
    const arns = await collect(async (nextToken) => {
      const page = await ecs.listContainerInstances({
        cluster,
        maxResults: HOSTS_AT_ONCE,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      return { items: page.containerInstanceArns, next: page.nextToken };
    });
    const answers = await mapConcurrently(
      CONCURRENT_READS,
      inBatchesOf(HOSTS_AT_ONCE, arns),
      async (batch) => {
        const { containerInstances = [], failures = [] } = await ecs.describeContainerInstances({
          cluster,
          containerInstances: [...batch],
          include: ['CONTAINER_INSTANCE_HEALTH'],
        });
        const hosts = containerInstances.map((instance) =>
          hostOf(instance, tasksOn(instance.containerInstanceArn ?? '')),
        );
        return { hosts, failure: failures.find(({ reason }) => reason !== 'MISSING') };
      },
    );
    const failure = answers.find((answer) => answer.failure !== undefined)?.failure;
    if (failure !== undefined) {
      return { unknown: `ecs:DescribeContainerInstances: ${failure.reason ?? 'AWS does not say why'}` };
    }
    return { found: answers.flatMap(({ hosts }) => hosts) };
  });
}

/** What the tasks of revisions need, each read once: a revision never changes. */
export interface TaskNeedsReader {
  /** By ARN. Those that are not asked for are forgotten. */
  of(revisions: ReadonlySet<string>): Promise<ReadonlyMap<string, Read<TaskNeeds>>>;
}

export function createTaskNeedsReader(
  ecs: Pick<Aws['ecs'], 'describeTaskDefinition'>,
  clock: Clock,
): TaskNeedsReader {
  const known = new Map<string, TaskNeeds>();

  function read(taskDefinition: string): Promise<Read<TaskNeeds>> {
    const before = known.get(taskDefinition);
    if (before !== undefined) return Promise.resolve({ found: before });
    return reading(clock, async () => {
      const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition });
      if (definition === undefined) return { unknown: 'ecs:DescribeTaskDefinition returned nothing' };
      const found = taskNeeds(definition);
      known.set(taskDefinition, found);
      return { found };
    });
  }

  return {
    async of(revisions) {
      for (const revision of known.keys()) if (!revisions.has(revision)) known.delete(revision);
      return new Map(
        await mapConcurrently(
          CONCURRENT_READS,
          [...revisions],
          async (revision) => [revision, await read(revision)] as const,
        ),
      );
    },
  };
}

/** What is not answered until then is not waited for: services are mended whether their hosts are known or not. */
const ANSWERED_WITHIN_MS = 8_000;
/** Without a reason an abort makes a DOMException with a stack, only to say that all is well. */
const ANSWERED = 'answered';

async function reading<Found>(clock: Clock, read: () => Promise<Read<Found>>): Promise<Read<Found>> {
  const ended = new AbortController();
  const late = clock.sleep(ANSWERED_WITHIN_MS, ended.signal).then(() => ({
    unknown: `ECS has not answered within ${ANSWERED_WITHIN_MS / 1000} s; the next pass asks again`,
  }));
  try {
    return await Promise.race([read(), late]);
  } catch (error) {
    return { unknown: asStationkeeperError(error).message };
  } finally {
    ended.abort(ANSWERED);
  }
}
