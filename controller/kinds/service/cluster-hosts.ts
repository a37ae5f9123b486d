import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import { taskNeeds } from './task-needs.ts';
import type { TaskNeeds } from './task-needs.ts';

/** Most that one page and one DescribeContainerInstances hold (ECS API reference). */
const HOSTS_AT_ONCE = 100;
const CONCURRENT_READS = 5;

/** What was read, or why it could not be. */
export type Read<Found> = { readonly found: Found } | { readonly unknown: string };

/** All container instances of a cluster. One that goes meanwhile is none; of what else is not described, nothing is known. */
export function hostsIn(ecs: Aws['ecs'], cluster: string): Promise<Read<readonly ContainerInstance[]>> {
  return reading(async () => {
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
      (containerInstances) =>
        ecs.describeContainerInstances({
          cluster,
          containerInstances: [...containerInstances],
          include: ['CONTAINER_INSTANCE_HEALTH'],
        }),
    );
    const failure = answers
      .flatMap(({ failures = [] }) => failures)
      .find(({ reason }) => reason !== 'MISSING');
    if (failure !== undefined) {
      return { unknown: `ecs:DescribeContainerInstances: ${failure.reason ?? 'AWS does not say why'}` };
    }
    return { found: answers.flatMap(({ containerInstances = [] }) => containerInstances) };
  });
}

/** What the tasks of revisions need, each read once: a revision never changes. */
export interface TaskNeedsReader {
  /** By ARN. Those that are not asked for are forgotten. */
  of(revisions: ReadonlySet<string>): Promise<ReadonlyMap<string, Read<TaskNeeds>>>;
}

export function createTaskNeedsReader(ecs: Pick<Aws['ecs'], 'describeTaskDefinition'>): TaskNeedsReader {
  const known = new Map<string, TaskNeeds>();

  function read(taskDefinition: string): Promise<Read<TaskNeeds>> {
    const before = known.get(taskDefinition);
    if (before !== undefined) return Promise.resolve({ found: before });
    return reading(async () => {
      const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition });
      if (definition === undefined) return { unknown: 'ecs:DescribeTaskDefinition told nothing' };
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

async function reading<Found>(read: () => Promise<Read<Found>>): Promise<Read<Found>> {
  try {
    return await read();
  } catch (error) {
    return { unknown: asStationkeeperError(error).message };
  }
}
