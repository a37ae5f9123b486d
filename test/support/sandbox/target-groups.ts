import type {
  CreateListenerCommandInput,
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandInput,
  CreateLoadBalancerCommandOutput,
  CreateTargetGroupCommandInput,
  CreateTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** The longest that a load balancer is provisioning (sandbox/timing.ts). */
export const LONGEST_PROVISIONING_MS = 150_000;

/** Calls Elastic Load Balancing, whoever does it. */
export type CallsBalancing = (operation: string, input: object) => Promise<object>;

/** ARN of a network load balancer `gateway` that is not open to the internet, where nothing else is said. */
export async function makeBalancer(
  call: CallsBalancing,
  changes: Partial<CreateLoadBalancerCommandInput>,
): Promise<string> {
  const input = { Name: 'gateway', Type: 'network', Scheme: 'internal', ...changes };
  const { LoadBalancers = [] } = (await call('CreateLoadBalancer', input)) as CreateLoadBalancerCommandOutput;
  return LoadBalancers[0]!.LoadBalancerArn!;
}

/** ARN of a group `statsd` of UDP and of addresses, where nothing else is said. */
export async function makeTargetGroup(
  call: CallsBalancing,
  changes: Partial<CreateTargetGroupCommandInput>,
): Promise<string> {
  const input = { Name: 'statsd', Protocol: 'UDP', Port: 8125, TargetType: 'ip', ...changes };
  const { TargetGroups = [] } = (await call('CreateTargetGroup', input)) as CreateTargetGroupCommandOutput;
  return TargetGroups[0]!.TargetGroupArn!;
}

/** ARN of a listener that forwards UDP to a group, where nothing else is said. */
export async function makeListener(
  call: CallsBalancing,
  group: string,
  changes: Partial<CreateListenerCommandInput>,
): Promise<string> {
  const input = {
    Protocol: 'UDP',
    Port: 8125,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    ...changes,
  };
  const { Listeners = [] } = (await call('CreateListener', input)) as CreateListenerCommandOutput;
  return Listeners[0]!.ListenerArn!;
}

type Forwarded = Pick<CreateTargetGroupCommandInput, 'Name' | 'Protocol' | 'Port' | 'TargetType'>;

/** Makes a network load balancer that forwards a port of its own to each of these target groups; ARNs of the groups, in their order. */
export async function makeTargetGroups(
  call: CallsBalancing,
  { vpcId, subnets }: { readonly vpcId: string; readonly subnets: readonly string[] },
  groups: readonly Forwarded[],
): Promise<readonly string[]> {
  const LoadBalancerArn = await makeBalancer(call, { Subnets: [...subnets] });
  const made: string[] = [];
  for (const { Protocol, Port, ...group } of groups) {
    const arn = await makeTargetGroup(call, { ...group, Protocol, Port, VpcId: vpcId });
    await makeListener(call, arn, { LoadBalancerArn, Protocol, Port });
    made.push(arn);
  }
  return made;
}
