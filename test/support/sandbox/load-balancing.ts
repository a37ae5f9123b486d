import type {
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { serviceSandbox } from './service.ts';
import type { ServiceSandbox } from './service.ts';

/** The longest that a load balancer is provisioning (sandbox/timing.ts). */
export const LONGEST_PROVISIONING_MS = 150_000;
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
  return {
    elb,
    vpcId,
    subnets,
    async balancer(changes = {}) {
      const { LoadBalancers = [] } = await elb.call('CreateLoadBalancer', {
        Name: 'gateway',
        Type: 'network',
        Scheme: 'internal',
        Subnets: subnets.slice(0, 2),
        ...changes,
      });
      elb.advance(LONGEST_PROVISIONING_MS);
      return LoadBalancers[0]!.LoadBalancerArn!;
    },
    async group(changes = {}) {
      const { TargetGroups = [] } = await elb.call('CreateTargetGroup', {
        Name: 'statsd',
        Protocol: 'UDP',
        Port: 8125,
        TargetType: 'ip',
        VpcId: vpcId,
        ...changes,
      });
      return TargetGroups[0]!.TargetGroupArn!;
    },
    async listener(LoadBalancerArn, TargetGroupArn, changes = {}) {
      const { Listeners = [] } = await elb.call('CreateListener', {
        LoadBalancerArn,
        Protocol: 'UDP',
        Port: 8125,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        ...changes,
      });
      return Listeners[0]!.ListenerArn!;
    },
    async health(TargetGroupArn) {
      const { TargetHealthDescriptions = [] } = await elb.call('DescribeTargetHealth', { TargetGroupArn });
      return TargetHealthDescriptions.map(
        ({ Target, TargetHealth }) => `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`,
      );
    },
    refusal: (...asked) => elb.refusal(...asked),
  };
}
