import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError, hasCode, isDenial } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Desired, Health, Observed, UnseenResource } from '../../core/resource.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { neverChanged } from '../looked-up.ts';
import type { TargetGroupOutputs } from './facts.ts';
import type { TargetGroupSpec, TargetGroupState } from './model.ts';

/** An answer holds this many and more; a page of all of them has 400 (API reference, DescribeTargetGroups). */
const GROUPS_AT_ONCE = 20;
const CONCURRENT_READS = 5;
/** Elastic Load Balancing deletes no group that a listener forwards to, so that one that was behind a load balancer most often still is. */
const KNOWN_FOR_MS = 300_000;
const DENIAL = 'denial';

type Wanted = Desired<TargetGroupSpec>;

/**
 * Looks up the target groups that services name: each once, whatever the number of services, and again after five minutes; in every pass
 * those that are not there, or that no load balancer forwards to. A controller that may not look takes them for what they are to be.
 */
export function targetGroupDriver({
  aws,
  clock,
}: DriverContext): KindDriver<TargetGroupSpec, TargetGroupState> {
  const known = createRemembered<TargetGroupOutputs>(clock, KNOWN_FOR_MS);
  const denied = createRemembered<string>(clock, KNOWN_FOR_MS);

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

  async function lookUp(batch: readonly Wanted[]): Promise<{
    readonly found: readonly TargetGroupOutputs[];
    readonly unseen: readonly UnseenResource[];
  }> {
    const arns = batch.map(({ spec }) => spec.arn);
    try {
      const found = denied.of(DENIAL) === undefined ? await described(arns) : arns.map((arn) => ({ arn }));
      return { found, unseen: [] };
    } catch (thrown) {
      const { code, message } = asStationkeeperError(thrown);
      if (!isDenial(code)) return { found: [], unseen: batch.map(({ id }) => ({ id, why: message })) };
      denied.note(DENIAL, message);
      return { found: arns.map((arn) => ({ arn })), unseen: [] };
    }
  }

  return {
    async observe({ desired, needs }) {
      const possible = desired.filter(({ spec: { arn, environment } }) => {
        // ECS takes target groups of its own account and Region.
        const { accountId, region } = requireOutputs(needs, environment);
        const [, , , where, whose] = arn.split(':');
        return where === region && whose === accountId;
      });
      const asked = possible.filter(({ spec }) => known.of(spec.arn) === undefined);
      const looks = await mapConcurrently(CONCURRENT_READS, inBatchesOf(GROUPS_AT_ONCE, asked), lookUp);
      const found = new Map(looks.flatMap((look) => look.found).map((outputs) => [outputs.arn, outputs]));
      for (const outputs of found.values()) {
        if ((outputs.loadBalancers ?? []).length > 0) known.note(outputs.arn, outputs);
      }
      const seen = possible.flatMap(({ id, spec: { arn } }) => {
        const outputs = found.get(arn) ?? known.of(arn)?.value;
        return outputs === undefined ? [] : [{ id, outputs }];
      });
      const unchecked = seen.find(({ outputs }) => outputs.targetType === undefined);
      const items = seen.map(
        ({ id, outputs }): Observed<TargetGroupState> => ({
          id,
          owner: 'nobody',
          arn: outputs.arn,
          tags: {},
          state: {},
          outputs: { ...outputs },
          health: id === unchecked?.id ? notLookedAt(denied.of(DENIAL)?.value) : HEALTHY,
        }),
      );
      return { items, unseen: looks.flatMap(({ unseen }) => unseen) };
    },
    ...neverChanged('a target group'),
  };
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

/** Said of one, for all of them. */
function notLookedAt(refusal = ''): Health {
  return { ...HEALTHY, message: `target groups are not looked at: ${refusal}` };
}
