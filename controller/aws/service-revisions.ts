import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { inBatchesOf, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';

/** What one call takes (ECS API reference, DescribeServiceRevisions). */
const REVISIONS_AT_ONCE = 20;
const CONCURRENT_READS = 5;

/** ARNs of the revisions that a service runs, and is to run. */
export function currentRevisions({ currentServiceRevisions = [] }: Service): readonly string[] {
  return currentServiceRevisions.flatMap(({ arn }) => arn ?? []);
}

/** Those of the revisions that there are, by ARN. */
export async function describeRevisions(
  { ecs }: Pick<Aws, 'ecs'>,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  const answers = await mapConcurrently(CONCURRENT_READS, inBatchesOf(REVISIONS_AT_ONCE, arns), (batch) =>
    ecs.describeServiceRevisions({ serviceRevisionArns: batch }),
  );
  const revisions = answers.flatMap(({ serviceRevisions = [] }) => serviceRevisions);
  return new Map(revisions.map((revision) => [revision.serviceRevisionArn ?? '', revision]));
}

/**
 * What a service is to run by its newest deployment, of which a rollout has two. Undefined while not all of them are known: a new one may
 * not be listed yet.
 */
export function newestRevision(
  service: Service,
  known: ReadonlyMap<string, ServiceRevision>,
): ServiceRevision | undefined {
  const current = currentRevisions(service).map((arn) => known.get(arn));
  if (current.length < (service.deployments ?? []).length) return undefined;
  const found = current.filter((revision) => revision !== undefined);
  if (found.length < current.length) return undefined;
  return found.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))[0];
}
