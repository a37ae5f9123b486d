import type { Service } from '@aws-sdk/client-ecs';

/** Deployments that are remembered for each service; events tell of them after ECS has dropped them. */
const REMEMBERED = 10;

/**
 * Tells which revision's deployment failed last: its ARN, null where none has. ECS lists a failed deployment only
 * while it still has tasks; after that only an event names it, by a deployment id, so that the ids of every
 * service shown are remembered. Whoever starts anew tries such a revision once more.
 */
export function failedDeployments(): (service: Service) => string | null {
  const revisionsByService = new Map<string, Map<string, string>>();

  function remember({ serviceArn = '', deployments = [] }: Service): ReadonlyMap<string, string> {
    const revisions = revisionsByService.get(serviceArn) ?? new Map<string, string>();
    for (const { id, taskDefinition } of deployments) {
      if (id !== undefined && taskDefinition !== undefined) revisions.set(id, taskDefinition);
    }
    for (const oldest of [...revisions.keys()].slice(0, -REMEMBERED)) revisions.delete(oldest);
    revisionsByService.set(serviceArn, revisions);
    return revisions;
  }

  return (service) => {
    const revisions = remember(service);
    const completed = new Set<string>();
    for (const { message = '' } of service.events ?? []) {
      const [, id = '', outcome] = /\(deployment (\S+)\) deployment (failed|completed)/.exec(message) ?? [];
      const revision = revisions.get(id);
      if (revision === undefined) continue;
      if (outcome === 'completed') completed.add(revision);
      else if (!completed.has(revision)) return revision;
    }
    const listed = service.deployments?.find(({ rolloutState }) => rolloutState === 'FAILED');
    return listed?.taskDefinition ?? null;
  };
}
