import { collect, mapConcurrently } from '../../aws/collect.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { DriverContext } from '../kind.ts';
import { serviceFacts } from './facts.ts';

const CONCURRENT_READS = 5;

/**
 * Services by their clusters' own lists, whoever's they are; none while the inventory lists what there is of ours. A service made
 * right before a controller died is missing in the inventory of the next one, which must not take what the service runs on for
 * unused (reference: faults, lagging reads).
 */
export async function unlistedServices({
  aws,
  claim: { environment },
  inventory,
}: DriverContext): Promise<readonly ResourceId[]> {
  async function servicesOf(cluster: string): Promise<readonly ResourceId[]> {
    const arns = await collect(async (nextToken) => {
      const page = await aws.ecs.listServices({ cluster, maxResults: 100, nextToken });
      return { items: page.serviceArns, next: page.nextToken };
    });
    return arns.map((arn) => ({
      environment,
      kind: serviceFacts.name,
      name: lastPart(arn),
      scope: lastPart(cluster),
    }));
  }

  const clusters = await inventory.unlistedClusters();
  return (await mapConcurrently(CONCURRENT_READS, clusters, servicesOf)).flat();
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
