import type { Service, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';

/** Deployments that are remembered for each service; events tell of them after ECS has dropped them. */
const REMEMBERED = 10;

const ROLLED_BACK: ServiceDeploymentStatus[] = [
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

/**
 * Tells which revision's deployment failed last. ECS lists a failed deployment only while it still has tasks; after that only an
 * event names it, by a deployment id, so that the ids of every service shown are remembered, and what failed before we looked is
 * looked up: or a controller that its own upgrade ended would start that again for ever.
 */
export interface FailedDeployments {
  /** Looks up what the service's events tell of and nobody remembers; once. Rejects where AWS does not tell. */
  learn(service: Service): Promise<void>;
  /** ARN of the revision; null where none has failed. */
  of(service: Service): string | null;
}

export function createFailedDeployments(
  ecs: Pick<Aws['ecs'], 'listServiceDeployments' | 'describeServiceRevisions'>,
): FailedDeployments {
  /** By service and deployment id; null where AWS has forgotten. */
  const revisionsByService = new Map<string, Map<string, string | null>>();

  function remember({ serviceArn = '', deployments = [] }: Service): Map<string, string | null> {
    const revisions = revisionsByService.get(serviceArn) ?? new Map<string, string | null>();
    for (const { id, taskDefinition } of deployments) {
      if (id !== undefined && taskDefinition !== undefined) revisions.set(id, taskDefinition);
    }
    for (const oldest of [...revisions.keys()].slice(0, -REMEMBERED)) revisions.delete(oldest);
    revisionsByService.set(serviceArn, revisions);
    return revisions;
  }

  return {
    async learn(service) {
      const revisions = remember(service);
      const id = lastFailure(service, revisions).unknown;
      if (id !== undefined) revisions.set(id, await lastRolledBack(ecs, service));
    },
    of(service) {
      const { revision } = lastFailure(service, remember(service));
      if (revision !== undefined) return revision;
      const listed = service.deployments?.find(({ rolloutState }) => rolloutState === 'FAILED');
      return listed?.taskDefinition ?? null;
    },
  };
}

/** The newest failure that its events tell of and that no later success of the same revision outdates: its revision, or an id that is not known. */
function lastFailure(
  { events = [] }: Service,
  revisions: ReadonlyMap<string, string | null>,
): { readonly revision?: string; readonly unknown?: string } {
  const completed = new Set<string>();
  let unknown: string | undefined;
  for (const { message = '' } of events) {
    const [, id = '', outcome] = /\(deployment (\S+)\) deployment (failed|completed)/.exec(message) ?? [];
    const revision = revisions.get(id);
    if (outcome === 'failed' && revision === undefined) unknown ??= id;
    if (revision === undefined || revision === null) continue;
    if (outcome === 'completed') completed.add(revision);
    else if (!completed.has(revision)) return { revision, ...(unknown === undefined ? {} : { unknown }) };
  }
  return unknown === undefined ? {} : { unknown };
}

/** The revision that ECS rolled back last; null where it knows of none: it keeps service deployments for ninety days. */
async function lastRolledBack(
  ecs: Pick<Aws['ecs'], 'listServiceDeployments' | 'describeServiceRevisions'>,
  { clusterArn, serviceArn = '' }: Service,
): Promise<string | null> {
  const all = await collect(async (nextToken) => {
    const page = await ecs.listServiceDeployments({
      cluster: clusterArn,
      service: serviceArn,
      status: ROLLED_BACK,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.serviceDeployments, next: page.nextToken };
  });
  const [newest] = all.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt));
  const arn = newest?.targetServiceRevisionArn;
  if (arn === undefined) return null;
  const { serviceRevisions = [] } = await ecs.describeServiceRevisions({ serviceRevisionArns: [arn] });
  return serviceRevisions[0]?.taskDefinition ?? null;
}
