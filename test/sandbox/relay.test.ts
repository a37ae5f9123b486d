import { describe, expect, it } from 'vitest';
import type { OutsideConsumer } from '../../sandbox/outside.ts';
import { hiddenBlock } from '../../sandbox/processes/addresses.ts';
import { createFlowTable } from '../../sandbox/processes/relay/flows.ts';
import { lossTold, senderAt } from '../../sandbox/processes/relay/judgement.ts';
import type { Case, Sender } from '../../sandbox/processes/relay/judgement.ts';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { allow, denyAnswers, twoTasks } from '../support/sandbox/relayed.ts';

const TASK_NETWORK = '127.31.0.0/16';

describe('the addresses to which processes are bound', () => {
  it.each([
    ['127.31.0.0/16', '127.159.0.0/16'],
    ['127.159.0.0/16', '127.31.0.0/16'],
    ['127.0.0.0/9', '127.128.0.0/9'],
    ['127.128.0.0/9', '127.0.0.0/9'],
  ])('for tasks in %s they lie in %s', (block, hidden) => {
    expect(hiddenBlock(block)).toBe(hidden);
  });

  it('lie nowhere where tasks take all of 127.0.0.0/8', () => {
    expect(() => hiddenBlock('127.0.0.0/8')).toThrow('127.0.0.0/8 is in no half of 127.0.0.0/8.');
  });
});

it.each<readonly [string, string, Sender]>([
  ['127.31.4.5', TASK_NETWORK, { type: 'task', here: '127.31.4.5' }],
  ['127.159.4.5', TASK_NETWORK, { type: 'task', here: '127.31.4.5' }],
  ['127.0.0.1', TASK_NETWORK, { type: 'outside', here: '127.0.0.1' }],
  ['127.32.4.5', TASK_NETWORK, { type: 'outside', here: '127.32.4.5' }],
  ['192.0.2.1', TASK_NETWORK, { type: 'outside', here: '192.0.2.1' }],
  ['127.0.0.1', '127.128.0.0/9', { type: 'outside', here: '127.0.0.1' }],
])('what comes from %s, with tasks in %s, is of %j', (address, taskNetwork, sender) => {
  expect(senderAt(address, taskNetwork)).toEqual(sender);
});

describe('a table of flows', () => {
  it('forgets, of too many, the one that was used longest ago', () => {
    const flows = createFlowTable<string>({ limit: 2, idleMs: 100 });
    expect(flows.put('a', 'A', 0)).toEqual([]);
    expect(flows.put('b', 'B', 1)).toEqual([]);
    expect(flows.use('a', 2)).toBe('A');
    expect(flows.put('c', 'C', 3)).toEqual(['B']);
    expect([flows.use('a', 4), flows.use('b', 4), flows.use('c', 4)]).toEqual(['A', undefined, 'C']);
    expect(flows.size).toBe(2);
  });

  it('has one flow of a key, and gives back the one before', () => {
    const flows = createFlowTable<string>({ limit: 2, idleMs: 100 });
    flows.put('a', 'A', 0);
    flows.put('b', 'B', 0);
    expect(flows.put('a', 'another', 0)).toEqual(['A']);
    expect(flows.use('b', 0)).toBe('B');
  });

  it('forgets those that nobody has used for long enough', () => {
    const flows = createFlowTable<string>({ limit: 9, idleMs: 100 });
    flows.put('a', 'A', 0);
    flows.put('b', 'B', 0);
    flows.use('b', 50);
    expect(flows.removeIdle(99)).toEqual([]);
    expect(flows.removeIdle(100)).toEqual(['A']);
    expect(flows.removeIdle(150)).toEqual(['B']);
  });

  it('gives back those that match', () => {
    const flows = createFlowTable<string>({ limit: 9, idleMs: 100 });
    flows.put('a', 'A', 0);
    flows.put('b', 'B', 0);
    flows.remove('b');
    expect(flows.removeWhere(() => true)).toEqual(['A']);
    expect(flows.size).toBe(0);
  });
});

describe('whether the network loses what is relayed', () => {
  const EGRESS = "lost at egress rule: no rule of the sender's security groups lets it out";

  async function network() {
    const there = await twoTasks();
    const state = there.ec2.sandbox.places.regions.get(`${DEFAULT_ACCOUNT_ID}/us-east-1`)!.ec2;
    const { addresses } = there;
    const why = (changes: Partial<Case> = {}, consumer?: OutsideConsumer) =>
      lossTold(
        state,
        { taskNetwork: TASK_NETWORK, consumer },
        {
          protocol: 'udp',
          sender: { type: 'task', here: '127.31.0.4' },
          fromPort: 40_000,
          toAddress: addresses[1],
          toPort: 2000,
          isAnswer: false,
          ...changes,
        },
      );
    return { ...there, why };
  }

  const outside: Sender = { type: 'outside', here: '127.0.0.1' };

  it('is asked of the rules of both groups, of which one may be missing', async () => {
    const { why, ec2, groups, addresses } = await network();
    expect(addresses).toEqual(['10.1.0.4', '10.1.1.4']);
    expect(why()).toBe(EGRESS);
    await allow(ec2, 'egress', groups[0]);
    expect(why()).toBe("lost at ingress rule: no rule of the task's security groups lets it in");
    await allow(ec2, 'ingress', groups[1]);
    expect(why()).toBeUndefined();
    expect(why({ toPort: 2001 })).toBe(EGRESS);
    expect(why({ protocol: 'tcp' })).toBe(EGRESS);
  });

  it('is asked of the task that is known, where several have its place on this machine', async () => {
    const { why, ec2, groups } = await network();
    await allow(ec2, 'egress', groups[0]);
    await allow(ec2, 'ingress', groups[1]);
    const sender = { type: 'task', here: '127.31.0.4' } as const;
    expect(why({ sender: { ...sender, address: '10.1.0.4' } })).toBeUndefined();
    expect(why({ sender: { ...sender, address: '10.9.0.4' } })).toBe(
      'lost at nowhere: no network interface has the address',
    );
    expect(why({ sender: { type: 'task', here: '127.31.9.9' } })).toContain('lost at nowhere');
    expect(why({ toAddress: '10.1.9.9' })).toContain('lost at nowhere');
  });

  it('counts what comes from outside as the consumer, and loses it without one', async () => {
    const { why, ec2, groups, subnets } = await network();
    const consumer = { securityGroupIds: [groups[0]], subnetId: subnets[0] };
    expect(why({ sender: outside })).toBe(
      'it comes from no task, and neither --consumer nor PUT /_sandbox/consumer says whose security groups and subnet count',
    );
    expect(why({ sender: outside }, consumer)).toBe(EGRESS);
    await allow(ec2, 'egress', groups[0]);
    await allow(ec2, 'ingress', groups[1]);
    expect(why({ sender: outside }, consumer)).toBeUndefined();
  });

  it('says what of the consumer is not there', async () => {
    const { why, groups, subnets, vpc, ec2 } = await network();
    const [group, subnet] = [groups[0], subnets[0]];
    const none = { sg: 'sg-00000000000000000', subnet: 'subnet-00000000000000000' };
    expect(why({ sender: outside }, { securityGroupIds: [group], subnetId: none.subnet })).toBe(
      `there is no subnet ${none.subnet}, which counts for what comes from outside of tasks`,
    );
    expect(why({ sender: outside }, { securityGroupIds: [group, none.sg], subnetId: subnet })).toBe(
      `there is no security group ${none.sg}, which counts for what comes from outside of tasks`,
    );
    const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', {
      Filters: [{ Name: 'group-name', Values: ['default'] }],
    });
    const other = SecurityGroups.find(({ VpcId }) => VpcId !== vpc)!.GroupId!;
    expect(why({ sender: outside }, { securityGroupIds: [other], subnetId: subnet })).toBe(
      `security group ${other} and subnet ${subnet}, which count for what comes from outside of tasks, are in different VPCs`,
    );
  });

  it('lets answers pass the groups, and asks the network ACLs of both subnets', async () => {
    const { why, ec2, groups, subnets, vpc } = await network();
    for (const protocol of ['udp', 'tcp'] as const) {
      await allow(ec2, 'egress', groups[0], protocol);
      await allow(ec2, 'ingress', groups[1], protocol);
    }
    expect(why({ isAnswer: true })).toBeUndefined();
    expect(why({ protocol: 'tcp' })).toBeUndefined();
    await denyAnswers(ec2, vpc, subnets[1]);
    const lost =
      'lost at network ACL out: the network ACL of the subnet that it, or its answer, leaves does not allow it';
    expect(why()).toBeUndefined();
    expect(why({ isAnswer: true })).toBe(lost);
    expect(why({ protocol: 'tcp' })).toBe(lost);
  });
});
