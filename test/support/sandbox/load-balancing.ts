import type {
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { serviceSandbox } from './service.ts';
import type { ServiceSandbox } from './service.ts';
import { LONGEST_PROVISIONING_MS, makeBalancer, makeListener, makeTargetGroup } from './target-groups.ts';
import type { CallsBalancing } from './target-groups.ts';

/** The longest that a target is registered and then checked once, every 30 s. */
export const LONGEST_REGISTRATION_MS = 50_000;

export interface LoadBalancing {
  readonly elb: ServiceSandbox<'elasticloadbalancing'>;
  readonly vpcId: string;
  /** In zones of their own. */
  readonly subnets: readonly string[];
  /** ARN of a network load balancer `gateway`, which is active, where nothing else is said. */
  readonly balancer: (changes?: Partial<CreateLoadBalancerCommandInput>) => Promise<string>;
  /** ARN of a group `statsd` of UDP and of addresses, where nothing else is said. */
  readonly group: (changes?: Partial<CreateTargetGroupCommandInput>) => Promise<string>;
  /** ARN of a listener that forwards UDP to a group. */
  readonly listener: (
    balancer: string,
    group: string,
    changes?: Partial<CreateListenerCommandInput>,
  ) => Promise<string>;
  /** Id and state of every target of a group. */
  readonly health: (group: string) => Promise<readonly string[]>;
  readonly refusal: ServiceSandbox<'elasticloadbalancing'>['refusal'];
}

/** An Elastic Load Balancing in the default VPC. */
export async function loadBalancing(): Promise<LoadBalancing> {
  const elb = serviceSandbox('elasticloadbalancing');
  const { Subnets = [] } = await elb.other('ec2').call('DescribeSubnets', {});
  const vpcId = Subnets[0]!.VpcId!;
  const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
  const call: CallsBalancing = (operation, input) =>
    elb.call(operation as 'CreateLoadBalancer', input as CreateLoadBalancerCommandInput);
  return {
    elb,
    vpcId,
    subnets,
    async balancer(changes = {}) {
      const arn = await makeBalancer(call, { Subnets: subnets.slice(0, 2), ...changes });
      elb.advance(LONGEST_PROVISIONING_MS);
      return arn;
    },
    group: (changes = {}) => makeTargetGroup(call, { VpcId: vpcId, ...changes }),
    listener: (LoadBalancerArn, group, changes = {}) =>
      makeListener(call, group, { LoadBalancerArn, ...changes }),
    async health(TargetGroupArn) {
      const { TargetHealthDescriptions = [] } = await elb.call('DescribeTargetHealth', { TargetGroupArn });
      return TargetHealthDescriptions.map(
        ({ Target, TargetHealth }) => `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`,
      );
    },
    refusal: (...asked) => elb.refusal(...asked),
  };
}
