import { describe, expect, test } from 'vitest';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import {
  LONGEST_PROVISIONING_MS,
  makeBalancer,
  makeListener,
  makeTargetGroup,
} from '../support/sandbox/target-groups.ts';
import { balancingIn, networkOf, otherTool } from '../support/world/other-tools.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const PORT = 4317;
const DESCRIBES = 'elasticloadbalancing:DescribeTargetGroups';
const ARN = (id: string, account = '385605022855', region = 'us-east-1') =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${id}/0123456789abcdef`;

type Written = DocumentOverrides<'DaemonService'>;

function behind(...arns: readonly string[]): Written {
  return {
    desiredCount: 0,
    containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings: [{ containerPort: PORT }] }],
    loadBalancers: arns.map((targetGroupArn) => ({
      targetGroupArn,
      containerName: 'main',
      containerPort: PORT,
    })),
  };
}

const ON_HOSTS = { launchType: 'EC2', networkMode: 'bridge' } as const;

function write(world: World, ...daemons: readonly Written[]): void {
  world.files.set('all.yaml', yamlOf(cluster(), ...daemons.map((one) => daemonService(one))));
}

function empty(): World {
  return createWorld({ files: { 'all.yaml': yamlOf(cluster()) } });
}

interface Made {
  readonly Name?: string;
  readonly TargetType?: 'ip' | 'instance';
  readonly VpcId?: string;
}

/** ARN of a target group that nothing forwards to. */
async function targetGroup(world: World, made: Made = {}): Promise<string> {
  const { vpc } = await networkOf(world);
  const group = { Name: 'gateway', Protocol: 'TCP', Port: PORT, VpcId: vpc, ...made } as const;
  return makeTargetGroup(balancingIn(world), group);
}

async function forwardTo(world: World, ...groups: readonly string[]): Promise<void> {
  await forwardFrom(world, (await networkOf(world)).subnets, groups);
}

/** Of a load balancer in these subnets. */
async function forwardFrom(
  world: World,
  subnets: readonly string[],
  groups: readonly string[],
): Promise<void> {
  const call = balancingIn(world);
  const LoadBalancerArn = await makeBalancer(call, { Subnets: [...subnets] });
  for (const [nth, group] of groups.entries()) {
    await makeListener(call, group, { LoadBalancerArn, Protocol: 'TCP', Port: PORT + nth });
  }
  await world.clock.advance(LONGEST_PROVISIONING_MS);
}

async function planned(world: World) {
  const { plan } = await world.pass({ dryRun: true });
  const reasonOf = (kind: string) => plan.steps.find(({ id }) => id.kind === kind)?.reason;
  return { steps: stepsOf(plan), reasonOf };
}

const asked = (world: World) => world.calls.filter(({ name }) => name === DESCRIBES);

describe('a target group that is not there', () => {
  test.each([
    ['the account does not have', ARN('no-such')],
    ['another account may have', ARN('theirs', '111122223333')],
    ['another Region may have', ARN('elsewhere', '385605022855', 'eu-west-1')],
  ])('and that %s is told by name before anything is made, and the service waits', async (_case, arn) => {
    const world = empty();
    write(world, behind(arn));
    const { steps, reasonOf } = await planned(world);
    expect(steps).toContain(`hold missing target-group/${arn}`);
    expect(reasonOf('target-group')).toBe(
      `the target-group "${arn}" does not exist; create it in this account and Region, with target type ip for awsvpc, else instance, and a listener; or correct loadBalancers where a manifest names it`,
    );
    await world.settle();
    expect(world.mutations()).not.toContain('ecs:CreateService');
    const report = createReporter().record(await world.pass());
    const [daemon] = report.objects.filter(({ kind }) => kind === 'DaemonService');
    expect(daemon?.conditions.find(({ type }) => type === 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'DependencyMissing',
      message: expect.stringContaining(arn),
    });
  });

  test('is told beside those that are there, and looked for in every pass until it is', async () => {
    const world = empty();
    const there = await targetGroup(world);
    await forwardTo(world, there);
    write(world, behind(there, ARN('no-such')));
    const { steps } = await planned(world);
    expect(steps.filter((step) => step.includes('target-group/'))).toEqual([
      `hold missing target-group/${ARN('no-such')}`,
    ]);
    await planned(world);
    expect(asked(world).at(-1)?.input).toEqual({ TargetGroupArns: [ARN('no-such')] });
  });
});

describe('a target group that does not fit its service', () => {
  test.each([
    [
      'of another target type than awsvpc needs',
      { TargetType: 'instance' },
      {},
      'has target type instance, and tasks with awsvpc need ip; name another target group, for none changes its type',
    ],
    [
      'of another target type than hosts need',
      { TargetType: 'ip' },
      ON_HOSTS,
      "has target type ip, and tasks with their host's network need instance; name another target group, for none changes its type",
    ],
    [
      'that no load balancer forwards to',
      {},
      {},
      'has no load balancer that forwards to it, and ECS refuses such a one; give it a listener',
    ],
  ] as const)('%s is told by the first plan, and nothing is tried', async (_case, made, on, why) => {
    const world = empty();
    const arn = await targetGroup(world, made);
    write(world, { ...behind(arn), ...on });
    const { steps, reasonOf } = await planned(world);
    expect(steps).toContain('hold missing service/xray');
    expect(reasonOf('service')).toBe(`target group ${arn} of loadBalancers ${why}`);
    await world.settle();
    expect(world.mutations()).not.toContain('ecs:CreateService');
  });

  test('for its VPC is told where tasks have a network interface of their own, and not on hosts', async () => {
    const world = empty();
    const { Vpc } = await otherTool(world).call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', {
      CidrBlock: '10.7.0.0/16',
    });
    const { Subnet } = await otherTool(world).call<{ Subnet: { SubnetId: string } }>('ec2', 'CreateSubnet', {
      VpcId: Vpc.VpcId,
      CidrBlock: '10.7.1.0/24',
    });
    const [ip, instance] = [
      await targetGroup(world, { Name: 'ip', VpcId: Vpc.VpcId }),
      await targetGroup(world, { Name: 'instance', VpcId: Vpc.VpcId, TargetType: 'instance' }),
    ];
    await forwardFrom(world, [Subnet.SubnetId], [ip, instance]);
    write(world, behind(ip), { name: 'on-hosts', ...behind(instance), ...ON_HOSTS });
    const { plan } = await world.pass({ dryRun: true });
    const { vpc } = await networkOf(world);
    const held = plan.steps.filter(
      (step) => step.id.kind === 'service' && step.type === 'hold' && step.why === 'missing',
    );
    expect(held.map(({ id, reason }) => [id.name, reason])).toEqual([
      [
        'xray',
        `target group ${ip} of loadBalancers is of ${Vpc.VpcId}, and the subnets of the Environment are of ${vpc}; name a target group of ${vpc}`,
      ],
    ]);
  });

  test('is taken in the next pass after it was given a listener', async () => {
    const world = empty();
    const arn = await targetGroup(world);
    write(world, behind(arn));
    await world.settle();
    await forwardTo(world, arn);
    await world.settle();
    expect((await planned(world)).steps).toEqual([]);
  });

  test('keeps a running service from being put behind it, and from nothing else', async () => {
    const world = empty();
    const arn = await targetGroup(world);
    await forwardTo(world, arn);
    write(world, behind(arn));
    await world.settle();
    const other = await targetGroup(world, { Name: 'other', TargetType: 'instance' });
    write(world, behind(other));
    const { steps, reasonOf } = await planned(world);
    expect(steps).toContain('hold missing service/xray');
    expect(reasonOf('service')).toContain(other);
    const report = createReporter().record(await world.pass({ dryRun: true }));
    expect(resourceIn(report, 'service/xray')).toMatchObject({ state: 'Changed' });
    write(world, { ...behind(arn), enableExecuteCommand: true, taskRole: {} });
    await world.settle();
    expect((await planned(world)).steps).toEqual([]);
  });
});

describe('target groups are looked at', () => {
  test('twenty a call, however many services name them, and not again for minutes', async () => {
    const world = empty();
    const groups: string[] = [];
    for (let nth = 0; nth < 25; nth += 1) groups.push(await targetGroup(world, { Name: `group-${nth}` }));
    await forwardTo(world, ...groups);
    const daemons = groups.flatMap((arn, nth) =>
      ['a', 'b'].map((which) => ({ name: `daemon-${nth}-${which}`, ...behind(arn) })),
    );
    write(world, ...daemons);
    await planned(world);
    expect(asked(world)).toHaveLength(2);
    await planned(world);
    expect(asked(world)).toHaveLength(2);
    await world.clock.advance(300_000);
    await planned(world);
    expect(asked(world)).toHaveLength(4);
  });

  test('only where a manifest names one, and the policy asks for it only there and for daemons to come', async () => {
    const world = empty();
    write(world, behind());
    await planned(world);
    expect(asked(world)).toEqual([]);
    const actions = (daemon: Written, anyName?: string) => {
      const text = yamlOf(environment(), cluster(), daemonService(daemon));
      const policies = policiesFor({ 'all.yaml': text }, 'converge', anyName);
      return policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    };
    expect(actions(behind())).not.toContain(DESCRIBES);
    expect(actions(behind(ARN('gateway')))).toContain(DESCRIBES);
    expect(actions(behind(), 'team-')).toContain(DESCRIBES);
  });

  test('not by a controller that may not, which hinders nothing and is said of one of them', async () => {
    const world = empty();
    const [one, two] = [await targetGroup(world, { Name: 'one' }), await targetGroup(world, { Name: 'two' })];
    await forwardTo(world, one, two);
    world.files.set(
      'all.yaml',
      yamlOf(environment({ region: 'us-east-1' }), cluster(), daemonService(behind(one, two))),
    );
    const iam = guard(world);
    const files = Object.fromEntries(world.files);
    iam.grant(
      policiesFor(files).map((policy) => ({
        ...policy,
        Statement: policy.Statement.map((statement) => ({
          ...statement,
          Action: [statement.Action].flat().filter((action) => action !== DESCRIBES),
        })),
      })),
    );
    await world.settle();
    expect((await planned(world)).steps).toEqual([]);
    expect(iam.denied.filter((what) => !what.startsWith(DESCRIBES))).toEqual([]);
    const { plan } = await world.pass({ dryRun: true });
    const reasons = plan.steps.flatMap(({ id, reason }) => (id.kind === 'target-group' ? [reason] : []));
    expect(reasons.toSorted()).toEqual([
      'used, not managed here',
      expect.stringMatching(
        /^used, not managed here; target groups are not checked: AWS denies elasticloadbalancing:DescribeTargetGroups: .*add \{/,
      ),
    ]);
  });

  test('and while that fails for another reason nothing is made behind them', async () => {
    const world = empty();
    const arn = await targetGroup(world);
    await forwardTo(world, arn);
    write(world, behind(arn));
    world.intercept(async ({ name }, perform) => {
      if (name !== DESCRIBES) return perform();
      throw Object.assign(new Error('no'), {
        name: 'ServiceUnavailable',
        $metadata: { httpStatusCode: 503 },
      });
    });
    await world.settle();
    expect(world.mutations()).not.toContain('ecs:CreateService');
    expect((await planned(world)).steps).toContain(`hold unseen target-group/${arn}`);
    world.intercept(undefined);
    await world.settle();
    expect((await planned(world)).steps).toEqual([]);
  });
});
