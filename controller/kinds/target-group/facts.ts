import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';

/** Beside its ARN nothing is known of one that could not be looked at. */
export interface TargetGroupOutputs {
  readonly arn: string;
  /** `instance`, `ip`, `lambda` or `alb`. */
  readonly targetType?: string;
  /** The VPC whose addresses may be targets; absent of what has none. */
  readonly vpcId?: string;
  /** ARNs of the load balancers that forward to it. */
  readonly loadBalancers?: readonly string[];
}

export const targetGroupFacts: KindFacts<TargetGroupOutputs> = {
  name: 'target-group',
  whereAbsent:
    'create it in this account and Region, with target type ip for awsvpc, else instance, and a listener; or correct loadBalancers where a manifest names it',
  calls: {
    elasticloadbalancing: {
      describeTargetGroups: calls(['observe'], reads('elasticloadbalancing:DescribeTargetGroups')),
    },
  } satisfies ByOperation<Call>,
};
