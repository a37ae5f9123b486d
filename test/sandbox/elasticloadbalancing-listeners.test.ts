import type { CreateListenerCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { loadBalancing } from '../support/sandbox/load-balancing.ts';
import type { LoadBalancing } from '../support/sandbox/load-balancing.ts';

async function page(aws: LoadBalancing): Promise<{ listener: string; group: string }> {
  const balancer = await aws.balancer({ Name: 'page', Type: 'application' });
  const group = await aws.group({ Name: 'page', Protocol: 'HTTP', Port: 80 });
  return { listener: await aws.listener(balancer, group, { Protocol: 'HTTP', Port: 80 }), group };
}

describe('a listener', () => {
  test('names the group it forwards to in both places', async () => {
    const aws = await loadBalancing();
    const group = await aws.group();
    const ListenerArn = await aws.listener(await aws.balancer(), group);
    const { Listeners } = await aws.elb.call('DescribeListeners', { ListenerArns: [ListenerArn] });
    expect(Listeners).toMatchObject([
      {
        Port: 8125,
        Protocol: 'UDP',
        DefaultActions: [
          {
            Type: 'forward',
            TargetGroupArn: group,
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: group, Weight: 1 }] },
          },
        ],
      },
    ]);
  });

  test('shares its port with one of the other transport only', async () => {
    const aws = await loadBalancing();
    const balancer = await aws.balancer();
    const both = await aws.group({ Name: 'both', Protocol: 'TCP_UDP' });
    await aws.listener(balancer, both, { Protocol: 'UDP' });
    await aws.listener(balancer, both, { Protocol: 'TCP' });
    const third = {
      LoadBalancerArn: balancer,
      Protocol: 'TCP_UDP' as const,
      Port: 8125,
      DefaultActions: [{ Type: 'forward' as const, TargetGroupArn: both }],
    };
    expect(await aws.refusal('CreateListener', third)).toMatchObject({
      name: 'DuplicateListener',
      message: 'A listener already exists on this port for this load balancer',
    });
  });

  test.each<[string, Partial<CreateListenerCommandInput>, string, string]>([
    [
      'HTTP on a network load balancer',
      { Protocol: 'HTTP' },
      'ValidationError',
      "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'",
    ],
    ['TLS without a certificate', { Protocol: 'TLS' }, 'ValidationError', 'A certificate must be specified'],
    [
      'TCP to a group of UDP',
      { Protocol: 'TCP' },
      'IncompatibleProtocols',
      "incompatible protocols: 'TCP' and 'UDP'",
    ],
    ['no port', { Port: undefined }, 'ValidationError', 'A listener port must be specified'],
    ['no action', { DefaultActions: [] }, 'ValidationError', 'Actions must be specified'],
    [
      'a redirection of datagrams',
      { DefaultActions: [{ Type: 'redirect' }] },
      'ValidationError',
      "Action type 'redirect' is not supported",
    ],
  ])('of %s is refused', async (_, changes, code, message) => {
    const aws = await loadBalancing();
    const [LoadBalancerArn, TargetGroupArn] = [await aws.balancer(), await aws.group()];
    const refused = await aws.refusal('CreateListener', {
      LoadBalancerArn,
      Protocol: 'UDP',
      Port: 8125,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      ...changes,
    });
    expect(refused.name).toBe(code);
    expect(refused.message).toContain(message);
  });

  test('takes no group that another load balancer forwards to', async () => {
    const aws = await loadBalancing();
    const TargetGroupArn = await aws.group();
    await aws.listener(await aws.balancer(), TargetGroupArn);
    const second = {
      LoadBalancerArn: await aws.balancer({ Name: 'second' }),
      Protocol: 'UDP' as const,
      Port: 8125,
      DefaultActions: [{ Type: 'forward' as const, TargetGroupArn }],
    };
    expect((await aws.refusal('CreateListener', second)).name).toBe('TargetGroupAssociationLimit');
  });

  test('keeps what a change leaves out', async () => {
    const aws = await loadBalancing();
    const ListenerArn = await aws.listener(await aws.balancer(), await aws.group());
    const { Listeners } = await aws.elb.call('ModifyListener', { ListenerArn, Port: 9125 });
    expect(Listeners).toMatchObject([{ Port: 9125, Protocol: 'UDP', DefaultActions: [{ Type: 'forward' }] }]);
  });

  test('of TCP has a time of idleness, one of UDP has no attribute', async () => {
    const aws = await loadBalancing();
    const both = await aws.group({ Protocol: 'TCP_UDP' });
    const balancer = await aws.balancer();
    const attributesOf = async (Protocol: 'TCP' | 'UDP') => {
      const ListenerArn = await aws.listener(balancer, both, { Protocol });
      return (await aws.elb.call('DescribeListenerAttributes', { ListenerArn })).Attributes;
    };
    expect(await attributesOf('TCP')).toEqual([{ Key: 'tcp.idle_timeout.seconds', Value: '350' }]);
    expect(await attributesOf('UDP')).toEqual([]);
  });
});

describe('rules', () => {
  const path = (value: string) => [{ Field: 'path-pattern', Values: [value] }];

  test('stand in the order of their priorities before the default one, which is the listener’s', async () => {
    const aws = await loadBalancing();
    const { listener, group } = await page(aws);
    const Actions = [{ Type: 'forward' as const, TargetGroupArn: group }];
    const rule = (Priority: number) => ({ ListenerArn: listener, Priority, Conditions: path('/a'), Actions });
    const { Rules: made = [] } = await aws.elb.call('CreateRule', rule(20));
    await aws.elb.call('CreateRule', rule(10));
    expect((await aws.refusal('CreateRule', rule(10))).name).toBe('PriorityInUse');
    const priorities = async () => {
      const { Rules = [] } = await aws.elb.call('DescribeRules', { ListenerArn: listener });
      return Rules.map(({ Priority }) => Priority);
    };
    expect(await priorities()).toEqual(['10', '20', 'default']);
    await aws.elb.call('SetRulePriorities', { RulePriorities: [{ RuleArn: made[0]!.RuleArn, Priority: 5 }] });
    expect(await priorities()).toEqual(['5', '10', 'default']);
    await aws.elb.call('DeleteRule', { RuleArn: made[0]!.RuleArn });
    expect(await priorities()).toEqual(['10', 'default']);
  });

  test('give conditions back in both forms, and keep what a change leaves out', async () => {
    const aws = await loadBalancing();
    const { listener, group } = await page(aws);
    const Actions = [{ Type: 'forward' as const, TargetGroupArn: group }];
    const input = { ListenerArn: listener, Priority: 1, Conditions: path('/a'), Actions };
    const RuleArn = (await aws.elb.call('CreateRule', input)).Rules?.[0]?.RuleArn;
    const { Rules } = await aws.elb.call('ModifyRule', { RuleArn, Conditions: path('/b') });
    expect(Rules).toMatchObject([
      {
        Conditions: [{ Field: 'path-pattern', Values: ['/b'], PathPatternConfig: { Values: ['/b'] } }],
        Actions: [{ TargetGroupArn: group }],
      },
    ]);
  });

  test('are refused for a network load balancer', async () => {
    const aws = await loadBalancing();
    const group = await aws.group();
    const ListenerArn = await aws.listener(await aws.balancer(), group);
    const Actions = [{ Type: 'forward' as const, TargetGroupArn: group }];
    const input = { ListenerArn, Priority: 1, Conditions: path('/a'), Actions };
    expect((await aws.refusal('CreateRule', input)).name).toBe('InvalidConfigurationRequest');
  });
});

describe('tags', () => {
  test('of each of them can be changed, and show in the tagging API', async () => {
    const aws = await loadBalancing();
    const balancer = await aws.balancer();
    const group = await aws.group({ Tags: [{ Key: 'team', Value: 'platform' }] });
    const listener = await aws.listener(balancer, group);
    await aws.elb.call('AddTags', {
      ResourceArns: [balancer, group, listener],
      Tags: [{ Key: 'stage', Value: 'x' }],
    });
    await aws.elb.call('RemoveTags', { ResourceArns: [group], TagKeys: ['team'] });
    const { TagDescriptions } = await aws.elb.call('DescribeTags', {
      ResourceArns: [balancer, group, listener],
    });
    expect(TagDescriptions?.map(({ Tags }) => Tags)).toEqual(
      Array.from({ length: 3 }, () => [{ Key: 'stage', Value: 'x' }]),
    );
    const tagging = aws.elb.other('tagging');
    await tagging.call('TagResources', { ResourceARNList: [balancer], Tags: { owner: 'us' } });
    aws.elb.advance(30_000);
    const shown = await tagging.call('GetResources', {
      ResourceTypeFilters: ['elasticloadbalancing:loadbalancer', 'elasticloadbalancing:targetgroup'],
    });
    expect(shown.ResourceTagMappingList).toEqual([
      {
        ResourceARN: balancer,
        Tags: [
          { Key: 'stage', Value: 'x' },
          { Key: 'owner', Value: 'us' },
        ],
      },
      { ResourceARN: group, Tags: [{ Key: 'stage', Value: 'x' }] },
    ]);
  });

  test.each([
    ['a key twice', [{ Key: 'a' }, { Key: 'a' }], 'DuplicateTagKeys'],
    ['AWS’s prefix', [{ Key: 'aws:a' }], 'ValidationError'],
    ['51 keys', Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })), 'TooManyTags'],
  ])('with %s are refused', async (_, Tags, code) => {
    const aws = await loadBalancing();
    const ResourceArns = [await aws.group()];
    expect((await aws.refusal('AddTags', { ResourceArns, Tags })).name).toBe(code);
  });
});
