import type { ScalableTarget, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { groupBy } from '../core/order.ts';
import { collect, inBatchesOf, mapConcurrently } from './collect.ts';
import type { Aws } from './operations.ts';

/** What one call takes and gives (API reference, DescribeScalableTargets, DescribeScalingPolicies). */
const AT_ONCE = 50;
const CONCURRENT_READS = 5;
/** From so many on the policies of all services are listed instead of each one's: a call asks for one service, or for all. */
const WORTH_A_LISTING = 10;
const SERVICES = { ServiceNamespace: 'ecs' } as const;

/** The ECS services that are registered as scalable targets: those of these resource ids, or all of the account and Region. */
export async function scalableTargets(
  aws: Pick<Aws, 'application-autoscaling'>,
  resourceIds?: readonly string[],
): Promise<readonly ScalableTarget[]> {
  const batches: readonly { ResourceIds?: string[] }[] =
    resourceIds === undefined
      ? [{}]
      : inBatchesOf(AT_ONCE, resourceIds).map((ResourceIds) => ({ ResourceIds }));
  const pages = await mapConcurrently(CONCURRENT_READS, batches, (batch) =>
    collect(async (NextToken) => {
      const page = await aws['application-autoscaling'].describeScalableTargets({
        ...SERVICES,
        ...batch,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.ScalableTargets, next: page.NextToken };
    }),
  );
  return pages
    .flat()
    .filter(
      ({ ScalableDimension = 'ecs:service:DesiredCount' }) =>
        ScalableDimension === 'ecs:service:DesiredCount',
    );
}

/** The scaling policies of these resource ids, by resource id. */
export async function policiesOf(
  aws: Pick<Aws, 'application-autoscaling'>,
  resourceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ScalingPolicy[]>> {
  const asked: readonly { ResourceId?: string }[] =
    resourceIds.length >= WORTH_A_LISTING ? [{}] : resourceIds.map((ResourceId) => ({ ResourceId }));
  const lists = await mapConcurrently(CONCURRENT_READS, asked, (one) =>
    collect(async (NextToken) => {
      const page = await aws['application-autoscaling'].describeScalingPolicies({
        ...SERVICES,
        ...one,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.ScalingPolicies, next: page.NextToken };
    }),
  );
  return groupBy(lists.flat(), ({ ResourceId = '' }) => ResourceId);
}

/** The cluster and the name of the service that a scalable target is; undefined for what is no service. */
export function serviceIn({
  ResourceId = '',
}: Pick<ScalableTarget, 'ResourceId'>): { readonly scope: string; readonly name: string } | undefined {
  const [, scope, name] = /^service\/([^/]+)\/([^/]+)$/.exec(ResourceId) ?? [];
  return scope === undefined || name === undefined ? undefined : { scope, name };
}
