import { collect, mapConcurrently } from '../../aws/collect.ts';
import { INVENTORY_LAG_MS } from '../../aws/inventory.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { DriverContext } from '../kind.ts';

const CONCURRENT_READS = 5;

/**
 * Services by their clusters' own lists, whoever's they are; none once the inventory lists all that was there at the start. A service
 * made right before a controller died is missing in the inventory of the next one, which must not take what the service runs on for
 * unused (reference: faults, lagging reads).
 */
export function createUnlistedReader({
  aws: { ecs },
  claim: { environment },
  clock,
}: DriverContext): () => Promise<readonly ResourceId[]> {
  const startedAt = clock.monotonic();

  async function servicesOf(cluster: string): Promise<readonly ResourceId[]> {
    const arns = await collect(async (nextToken) => {
      const page = await ecs.listServices({ cluster, maxResults: 100, nextToken });
      return { items: page.serviceArns, next: page.nextToken };
    });
    return arns.map((arn) => ({
      environment,
      kind: 'service',
      name: lastPart(arn),
      scope: lastPart(cluster),
    }));
  }

  return async () => {
    if (clock.monotonic() - startedAt >= INVENTORY_LAG_MS) return [];
    const clusters = await collect(async (nextToken) => {
      const page = await ecs.listClusters({ maxResults: 100, nextToken });
      return { items: page.clusterArns, next: page.nextToken };
    });
    return (await mapConcurrently(CONCURRENT_READS, clusters, servicesOf)).flat();
  };
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
