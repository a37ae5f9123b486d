import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { LONGEST_REGISTRATION_MS, loadBalancing } from '../support/sandbox/load-balancing.ts';

describe('a target group', () => {
  test('of UDP is checked by TCP, with AWS’s defaults', async () => {
    const aws = await loadBalancing();
    const arn = await aws.group();
    const { TargetGroups } = await aws.elb.call('DescribeTargetGroups', { TargetGroupArns: [arn] });
    expect(TargetGroups).toEqual([
      {
        TargetGroupArn: expect.stringMatching(
          /^arn:aws:elasticloadbalancing:us-east-1:385605022855:targetgroup\/statsd\/[0-9a-f]{16}$/,
        ) as string,
        TargetGroupName: 'statsd',
        Protocol: 'UDP',
        Port: 8125,
        VpcId: aws.vpcId,
        HealthCheckProtocol: 'TCP',
        HealthCheckPort: 'traffic-port',
        HealthCheckEnabled: true,
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 10,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        LoadBalancerArns: [],
        TargetType: 'ip',
        IpAddressType: 'ipv4',
      },
    ]);
  });

  test('can be checked in another way, and forgets what that does not have', async () => {
    const aws = await loadBalancing();
    const TargetGroupArn = await aws.group({ HealthCheckProtocol: 'HTTP', HealthCheckPath: '/health' });
    await aws.elb.call('ModifyTargetGroup', { TargetGroupArn, HealthCheckIntervalSeconds: 10 });
    const before = await aws.elb.call('DescribeTargetGroups', { TargetGroupArns: [TargetGroupArn] });
    expect(before.TargetGroups).toMatchObject([
      { HealthCheckPath: '/health', Matcher: { HttpCode: '200-399' }, HealthCheckIntervalSeconds: 10 },
    ]);
    await aws.elb.call('ModifyTargetGroup', { TargetGroupArn, HealthCheckProtocol: 'TCP' });
    const after = await aws.elb.call('DescribeTargetGroups', { TargetGroupArns: [TargetGroupArn] });
    expect(after.TargetGroups?.[0]).not.toHaveProperty('HealthCheckPath');
    expect(after.TargetGroups?.[0]).not.toHaveProperty('Matcher');
  });

  test.each<[string, Partial<CreateTargetGroupCommandInput>, string]>([
    ['no port', { Port: undefined }, 'A port must be specified'],
    ['an unknown VPC', { VpcId: 'vpc-1' }, "The VPC ID 'vpc-1' is not found"],
    [
      'a path for TCP',
      { HealthCheckPath: '/' },
      'Health check paths are not supported for TCP health checks',
    ],
    [
      'TCP checks of HTTP',
      { Protocol: 'HTTP', HealthCheckProtocol: 'TCP' },
      "Health check protocol 'TCP' is not supported for target groups with the protocol 'HTTP'",
    ],
    [
      'a timeout above the interval',
      { HealthCheckIntervalSeconds: 5 },
      'Health check interval must be greater than or equal to the timeout',
    ],
    [
      'one check',
      { HealthyThresholdCount: 1 },
      "Healthy threshold count '1' must be between '2' and '10' inclusive",
    ],
  ])('with %s is refused', async (_, changes, message) => {
    const aws = await loadBalancing();
    const input = {
      Name: 'statsd',
      Protocol: 'UDP' as const,
      Port: 8125,
      TargetType: 'ip' as const,
      VpcId: aws.vpcId,
      ...changes,
    };
    const refused = await aws.refusal('CreateTargetGroup', input);
    expect(refused.name).toBe('ValidationError');
    expect(refused.message).toContain(message);
  });

  test('is not deleted while a listener forwards to it', async () => {
    const aws = await loadBalancing();
    const TargetGroupArn = await aws.group();
    const balancer = await aws.balancer();
    const ListenerArn = await aws.listener(balancer, TargetGroupArn);
    const used = await aws.elb.call('DescribeTargetGroups', { LoadBalancerArn: balancer });
    expect(used.TargetGroups).toMatchObject([{ TargetGroupArn, LoadBalancerArns: [balancer] }]);
    expect(await aws.refusal('DeleteTargetGroup', { TargetGroupArn })).toMatchObject({
      name: 'ResourceInUse',
      message: `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
    });
    await aws.elb.call('DeleteListener', { ListenerArn });
    await aws.elb.call('DeleteTargetGroup', { TargetGroupArn });
    expect((await aws.refusal('DescribeTargetHealth', { TargetGroupArn })).name).toBe('TargetGroupNotFound');
  });

  test('keeps clients’ addresses by its protocol, and takes what its protocol has', async () => {
    const aws = await loadBalancing();
    const preserved = async (TargetGroupArn: string) => {
      const { Attributes = [] } = await aws.elb.call('DescribeTargetGroupAttributes', { TargetGroupArn });
      return Attributes.find(({ Key }) => Key === 'preserve_client_ip.enabled')?.Value;
    };
    const udp = await aws.group();
    expect(await preserved(udp)).toBe('true');
    expect(await preserved(await aws.group({ Name: 'otlp', Protocol: 'TCP' }))).toBe('false');
    const slow = { TargetGroupArn: udp, Attributes: [{ Key: 'slow_start.duration_seconds', Value: '30' }] };
    expect((await aws.refusal('ModifyTargetGroupAttributes', slow)).message).toBe(
      "Target group attribute key 'slow_start.duration_seconds' is not recognized",
    );
  });
});

describe('a target', () => {
  const TARGET = { Id: '172.31.0.9' };

  test('is unused until something forwards to its group, then initial, then healthy', async () => {
    const aws = await loadBalancing();
    const group = await aws.group();
    await aws.elb.call('RegisterTargets', { TargetGroupArn: group, Targets: [TARGET] });
    expect(await aws.health(group)).toEqual(['172.31.0.9:8125 unused']);
    const ListenerArn = await aws.listener(await aws.balancer(), group);
    expect(await aws.health(group)).toEqual(['172.31.0.9:8125 initial']);
    aws.elb.advance(LONGEST_REGISTRATION_MS);
    expect(await aws.health(group)).toEqual(['172.31.0.9:8125 healthy']);
    await aws.elb.call('DeleteListener', { ListenerArn });
    expect(await aws.health(group)).toEqual(['172.31.0.9:8125 unused']);
  });

  test('drains for as long as its group says', async () => {
    const aws = await loadBalancing();
    const TargetGroupArn = await aws.group();
    await aws.elb.call('ModifyTargetGroupAttributes', {
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
    });
    await aws.elb.call('RegisterTargets', { TargetGroupArn, Targets: [TARGET] });
    await aws.elb.call('DeregisterTargets', { TargetGroupArn, Targets: [TARGET] });
    const { TargetHealthDescriptions } = await aws.elb.call('DescribeTargetHealth', { TargetGroupArn });
    expect(TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: 'draining', Reason: 'Target.DeregistrationInProgress' } },
    ]);
    aws.elb.advance(20_000);
    expect(await aws.health(TargetGroupArn)).toEqual([]);
  });

  test('that is not registered is described as such where it is asked for', async () => {
    const aws = await loadBalancing();
    const asked = { TargetGroupArn: await aws.group(), Targets: [TARGET] };
    const { TargetHealthDescriptions } = await aws.elb.call('DescribeTargetHealth', asked);
    expect(TargetHealthDescriptions).toMatchObject([
      { Target: { Port: 8125 }, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
  });

  test.each([
    ['no address', { TargetType: 'ip' as const }, 'i-1', 'ValidationError'],
    ['no instance', { TargetType: 'instance' as const }, 'i-1', 'InvalidTarget'],
  ])('that is %s is refused', async (_, changes, Id, code) => {
    const aws = await loadBalancing();
    const TargetGroupArn = await aws.group(changes);
    expect((await aws.refusal('RegisterTargets', { TargetGroupArn, Targets: [{ Id }] })).name).toBe(code);
    expect(await aws.health(TargetGroupArn)).toEqual([]);
  });
});
