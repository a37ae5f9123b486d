import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import { hasCode } from '../../core/errors.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';
import type { TargetGroupOutputs } from './facts.ts';

/** An answer holds this many and more; a page of all of them has 400 (API reference, DescribeTargetGroups). */
const GROUPS_AT_ONCE = 20;
const CONCURRENT_READS = 5;
/** Elastic Load Balancing deletes no group that a listener forwards to, so that one that was behind a load balancer most often still is. */
const KNOWN_FOR_MS = 300_000;

/** Looks up the target groups that services name; those that no load balancer forwards to in every pass. */
export function targetGroupDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  /** Those of the groups that there are. One that is not there fails the call for all of them. */
  async function described(arns: readonly string[]): Promise<readonly TargetGroupOutputs[]> {
    try {
      const { TargetGroups = [] } = await aws.elasticloadbalancing.describeTargetGroups({
        TargetGroupArns: [...arns],
      });
      return TargetGroups.map(outputsOf);
    } catch (thrown) {
      if (!hasCode(thrown, 'TargetGroupNotFound')) throw thrown;
      if (arns.length === 1) return [];
      return (await mapConcurrently(CONCURRENT_READS, arns, (arn) => described([arn]))).flat();
    }
  }

  return lookedUpDriver(clock, {
    one: 'a target group',
    all: 'target groups',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'taken',
    onFailure: 'unseen',
    taken: (arn) => ({ arn }) satisfies TargetGroupOutputs,
    withoutAsking(arn, { accountId, region }) {
      // ECS takes target groups of its own account and Region.
      const [, , , where, whose] = arn.split(':');
      return where === region && whose === accountId ? undefined : { type: 'missing' };
    },
    batches: (arns) => inBatchesOf(GROUPS_AT_ONCE, arns),
    async ask(arns) {
      const found = new Map((await described(arns)).map((outputs) => [outputs.arn, outputs]));
      return new Map(arns.map((arn) => [arn, verdictOf(found.get(arn))]));
    },
  });
}

function verdictOf(outputs: TargetGroupOutputs | undefined): Verdict {
  if (outputs === undefined) return { type: 'missing' };
  const isUnsettled = (outputs.loadBalancers ?? []).length === 0;
  return { type: 'found', outputs: { ...outputs }, isUnsettled };
}

function outputsOf({
  TargetGroupArn: arn = '',
  TargetType,
  VpcId,
  LoadBalancerArns,
}: TargetGroup): TargetGroupOutputs {
  return {
    arn,
    ...(TargetType !== undefined && { targetType: TargetType }),
    ...(VpcId !== undefined && { vpcId: VpcId }),
    ...(LoadBalancerArns !== undefined && { loadBalancers: LoadBalancerArns }),
  };
}
