import type { Service } from '@aws-sdk/client-ecs';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { fromTagList } from '../../aws/tags.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { ownerOf } from '../../core/ownership.ts';
import type { ResourceId, Tags, UnseenResource } from '../../core/resource.ts';
import type { DriverContext } from '../kind.ts';
import { serviceFacts } from './facts.ts';

/** How services are read: by name, and those of ours that nobody names. */

/** Most services that one DescribeServices takes (reference: batches). */
const SERVICES_AT_ONCE = 10;
const CONCURRENT_READS = 5;

/** A service as ECS describes it. */
export interface Found {
  readonly id: ResourceId;
  readonly service: Service;
  readonly tags: Tags;
}

export interface Reads {
  readonly found: readonly Found[];
  /** Of which AWS says that they are no more. */
  readonly ended: readonly ResourceId[];
  readonly unseen: readonly UnseenResource[];
}

/** Ten at a time. A batch that cannot be read leaves its services unseen; where none can be read, it throws. */
export async function describeServices(context: DriverContext, ids: readonly ResourceId[]): Promise<Reads> {
  const reads = await mapConcurrently(CONCURRENT_READS, batches(ids), (batch) => describe(context, batch));
  const errors = reads.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (errors.length > 0 && errors.length === reads.length) throw errors[0];
  return {
    found: reads.flatMap(({ found }) => found),
    ended: reads.flatMap(({ ended }) => ended),
    unseen: reads.flatMap(({ unseen }) => unseen),
  };
}

/** What a driver's `tagsNow` answers for a service. */
export async function tagsNow(ecs: Aws['ecs'], { scope, name }: ResourceId): Promise<Tags | undefined> {
  try {
    const { services = [] } = await ecs.describeServices({
      cluster: scope,
      services: [name],
      include: ['TAGS'],
    });
    const [service] = services.filter(({ status }) => status !== 'INACTIVE');
    return service && fromTagList(service.tags);
  } catch (error) {
    if (!hasCode(error, 'ClusterNotFoundException')) throw error;
    return undefined;
  }
}

/** Services with our tag, as the inventory lists them; gone ones are among them for a while. */
export async function ownedServices({
  claim,
  inventory,
}: DriverContext): Promise<readonly { readonly id: ResourceId; readonly tags: Tags }[]> {
  return [...(await inventory.owned('ecs'))].flatMap(([arn, tags]) => {
    const [, cluster, name] = /:service\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    return cluster === undefined || name === undefined || ownerOf(claim, tags) !== 'us'
      ? []
      : [{ id: { environment: claim.environment, kind: serviceFacts.name, name, scope: cluster }, tags }];
  });
}

interface Batch {
  readonly cluster: string;
  readonly ids: readonly ResourceId[];
}

function batches(ids: readonly ResourceId[]): readonly Batch[] {
  const byCluster = new Map<string, ResourceId[]>();
  for (const id of ids) {
    const cluster = id.scope ?? '';
    const ofCluster = byCluster.get(cluster);
    if (ofCluster === undefined) byCluster.set(cluster, [id]);
    else ofCluster.push(id);
  }
  return [...byCluster].flatMap(([cluster, ofCluster]) =>
    inBatchesOf(SERVICES_AT_ONCE, ofCluster).map((batch) => ({ cluster, ids: batch })),
  );
}

interface Read extends Reads {
  readonly error?: unknown;
}

/** Absent is what AWS calls missing or inactive; what it says nothing about is unseen (law 2). */
async function describe({ aws }: DriverContext, { cluster, ids }: Batch): Promise<Read> {
  try {
    const { services = [], failures = [] } = await aws.ecs.describeServices({
      cluster,
      services: ids.map(({ name }) => name),
      include: ['TAGS'],
    });
    const byName = new Map(services.map((service) => [service.serviceName, service]));
    const whyByName = new Map(failures.map(({ arn, reason }) => [arn?.split('/').at(-1), reason ?? '']));
    const found = ids.flatMap((id) => {
      const service = byName.get(id.name);
      return service === undefined || service.status === 'INACTIVE'
        ? []
        : [{ id, service, tags: fromTagList(service.tags) }];
    });
    const unseen = ids.flatMap((id) => {
      const why = byName.has(id.name) ? 'MISSING' : (whyByName.get(id.name) ?? 'AWS said nothing about it');
      return why === 'MISSING' ? [] : [{ id, why: `ecs:DescribeServices: ${why}` }];
    });
    const ended = ids.filter(({ name }) => byName.get(name)?.status === 'INACTIVE');
    return { found, ended, unseen };
  } catch (error) {
    // There are no services in a cluster that does not exist.
    if (hasCode(error, 'ClusterNotFoundException')) return { found: [], ended: [], unseen: [] };
    const why = asStationkeeperError(error).message;
    return { found: [], ended: [], unseen: ids.map((id) => ({ id, why })), error };
  }
}
