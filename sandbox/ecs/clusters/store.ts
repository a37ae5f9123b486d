import type { CallContext } from '../../call.ts';
import { clusterNotFound, invalidParameter } from '../errors.ts';
import { ECS_NAME, identifierPath, pathParts } from '../names.ts';
import type { ClusterRecord, EcsState } from '../state.ts';

/** How many deleted clusters can still be described; AWS forgets them some time later. */
const DELETED_REMEMBERED = 100;

/** The name that a request's optional `cluster` means. Throws InvalidParameterException for what can be none. */
export function clusterName(context: CallContext, cluster: string | undefined): string {
  const [name = ''] = pathParts(identifierPath(context, 'cluster', cluster ?? 'default'), 1);
  if (ECS_NAME.test(name)) return name;
  throw invalidParameter(`Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was ${name}`);
}

/** Throws ClusterNotFoundException. An INACTIVE one is found. */
export function requireCluster(context: CallContext, cluster: string | undefined): ClusterRecord {
  const found = context.state.ecs.clusters.get(clusterName(context, cluster));
  if (found === undefined) throw clusterNotFound();
  return found;
}

/** Throws ClusterNotFoundException for an unknown or INACTIVE cluster. */
export function requireActiveCluster(context: CallContext, cluster: string | undefined): ClusterRecord {
  const found = requireCluster(context, cluster);
  if (found.status !== 'ACTIVE') throw clusterNotFound('The referenced cluster was inactive.');
  return found;
}

/** A deleted cluster stays describable, until too many others were deleted after it. */
export function rememberDeleted(ecs: EcsState, cluster: ClusterRecord): void {
  ecs.deletedClusters.push(cluster);
  if (ecs.deletedClusters.length <= DELETED_REMEMBERED) return;
  const oldest = ecs.deletedClusters.shift();
  if (oldest !== undefined) ecs.clusters.delete(oldest.name);
}
