import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { addRule, groupNamed, makeGroup, rulesOf, takeRule } from '../support/world/groups.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World, WorldOptions } from '../support/world/world.ts';

/** The rules between daemons and the security groups of those who use them. */

const CLUSTER = yamlOf(cluster());
const EVERYTHING_OUT = 'egress -1 0.0.0.0/0';

type Consumers = NonNullable<DocumentOverrides<'DaemonService'>['consumers']>;

function daemon(consumers: Consumers, overrides: DocumentOverrides<'DaemonService'> = {}): string {
  const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
  return yamlOf(
    daemonService({
      containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings }],
      consumers,
      ...overrides,
    }),
  );
}

const APP: Consumers = [{ name: 'app', securityGroup: { name: 'app' } }];

function worldOf(files: Readonly<Record<string, string>>, options: WorldOptions = {}): World {
  return createWorld({ ...options, files: { 'cluster.yaml': CLUSTER, ...files } });
}

/** Passes until nothing is left to do, and says what would still be. */
async function endsAt(world: World): Promise<readonly string[]> {
  await world.settle();
  await world.clock.advance(60_000);
  await world.settle();
  return stepsOf((await world.pass()).plan);
}

async function textsOf(world: World, groupId: string): Promise<readonly string[]> {
  return (await rulesOf(world, groupId)).map(({ text }) => text);
}

function stepOf({ plan }: PassResult, id: string) {
  return plan.steps.find((step) => displayId(step.id) === id);
}

/** Calls of the controller that change rules or tags of this group, or of rules in it. */
function changesIn(world: World, groupId: string): readonly string[] {
  return world.calls.flatMap(({ name, input }) =>
    /:(Authorize|Revoke|Update|Modify)/.test(name) && input['GroupId'] === groupId ? [name] : [],
  );
}

describe('a consumer', () => {
  test('gets an egress rule in its group and the daemon an ingress rule from it, tagged as ours', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    expect(await endsAt(world)).toEqual([]);
    const xray = await groupNamed(world, 'xray');
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT, `egress udp 2000 ${xray}`]);
    expect(await textsOf(world, xray)).toContain(`ingress udp 2000 ${app}`);
    const [, rule] = await rulesOf(world, app);
    expect(rule?.tags).toMatchObject({
      'stationkeeper:owner': 'stationkeeper',
      'stationkeeper:manifest': 'DaemonService/xray',
      'stationkeeper:rule': 'xray/app/egress/udp-2000',
    });
  });

  test('has its rules made again where they were taken away, and put right where they were changed', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    const xray = await groupNamed(world, 'xray');
    await takeRule(world, app, { direction: 'egress', peer: xray });
    expect(stepsOf((await world.pass()).before)).toEqual([
      'create security-group-rule/xray/app/egress/udp-2000',
    ]);
    await endsAt(world);
    const rule = (await rulesOf(world, app)).find(({ text }) => text === `egress udp 2000 ${xray}`);
    await callsTo(world.sandbox)('ec2', 'ModifySecurityGroupRules', {
      GroupId: app,
      SecurityGroupRules: [
        {
          SecurityGroupRuleId: rule?.id,
          SecurityGroupRule: { IpProtocol: 'udp', FromPort: 22, ToPort: 22, ReferencedGroupId: xray },
        },
      ],
    });
    await world.clock.advance(30_000);
    const { before } = await world.pass();
    const changed = before.steps.find(({ type }) => type === 'update');
    expect(changed).toMatchObject({
      changes: [
        { path: 'fromPort', from: 22, to: 2000 },
        { path: 'toPort', from: 22, to: 2000 },
      ],
      changedBy: 'aws',
    });
    expect(await endsAt(world)).toEqual([]);
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT, `egress udp 2000 ${xray}`]);
  });

  test('keeps every other rule of its group, of which it may have sixty', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    for (let port = 1; port <= 30; port += 1) {
      await addRule(world, app, { direction: 'egress', protocol: 'tcp', port, peer: '10.0.0.0/8' });
      await addRule(world, app, { direction: 'ingress', protocol: 'tcp', port, peer: '10.0.0.0/8' });
    }
    const before = await rulesOf(world, app);
    await endsAt(world);
    const xray = await groupNamed(world, 'xray');
    expect((await rulesOf(world, app)).filter(({ text }) => !text.endsWith(xray))).toEqual(before);
    world.files.set('xray.yaml', daemon([]));
    expect(await endsAt(world)).toEqual([]);
    expect(await rulesOf(world, app)).toEqual(before);
    expect(changesIn(world, app)).toEqual([
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupEgress',
    ]);
  });

  test('whose group has no room for another rule is told so in the words of AWS, and nothing else suffers', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    for (let port = 1; port <= 59; port += 1) {
      await addRule(world, app, { direction: 'egress', protocol: 'tcp', port, peer: '10.0.0.0/8' });
    }
    await world.loopFor(600_000);
    const result = await world.pass();
    expect(stepOf(result, 'security-group-rule/xray/app/egress/udp-2000')?.reason).toContain(
      'The maximum number of rules per security group has been reached',
    );
    expect(stepOf(result, 'service/xray')).toMatchObject({ type: 'keep' });
    expect(stepOf(result, 'security-group-rule/xray/app/ingress/udp-2000')).toMatchObject({ type: 'keep' });
  });

  test('with an equal rule of somebody keeps that, which is used, never tagged and never removed', async () => {
    const world = worldOf({ 'xray.yaml': daemon([]) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    const xray = await groupNamed(world, 'xray');
    await addRule(world, app, { direction: 'egress', peer: xray });
    const before = await rulesOf(world, app);
    world.files.set(
      'xray.yaml',
      daemon(APP, { annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' } }),
    );
    expect(await endsAt(world)).toEqual([]);
    expect(stepOf(await world.pass(), 'security-group-rule/xray/app/egress/udp-2000')).toMatchObject({
      type: 'keep',
      reason: 'used, not managed here',
    });
    world.files.set('xray.yaml', daemon([]));
    expect(await endsAt(world)).toEqual([]);
    expect(await rulesOf(world, app)).toEqual(before);
    expect(changesIn(world, app)).toEqual([]);
  });
});

describe('a consumer is found', () => {
  test.each<[string, Consumers[number]['securityGroup']]>([
    ['by its name', { name: 'app' }],
    ['by its tags', { tags: { Name: 'application', tier: 'web' } }],
  ])('%s', async (_how, securityGroup) => {
    const world = worldOf({ 'xray.yaml': daemon([{ name: 'app', securityGroup }]) });
    const app = await makeGroup(world, 'app', { tags: { Name: 'application', tier: 'web' } });
    await makeGroup(world, 'app2', { tags: { Name: 'application', tier: 'batch' } });
    expect(await endsAt(world)).toEqual([]);
    expect(await textsOf(world, app)).toHaveLength(2);
  });

  test('by its id', async () => {
    const world = worldOf({});
    const id = await makeGroup(world, 'app');
    world.files.set('xray.yaml', daemon([{ name: 'app', securityGroup: { id } }]));
    expect(await endsAt(world)).toEqual([]);
    expect(await textsOf(world, id)).toHaveLength(2);
  });

  test('in a VPC that is peered with that of the Environment', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const { app, peer } = await otherVpc(world);
    await peer();
    expect(await endsAt(world)).toEqual([]);
    const xray = await groupNamed(world, 'xray');
    expect(await textsOf(world, app)).toContain(`egress udp 2000 ${xray}`);
    expect(await textsOf(world, xray)).toContain(`ingress udp 2000 ${app}`);
    world.files.delete('xray.yaml');
    expect(await endsAt(world)).toEqual([]);
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT]);
  });
});

async function otherVpc(world: World) {
  const call = callsTo(world.sandbox);
  const { Vpc } = await call('ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
  const vpcId = (Vpc as { VpcId: string }).VpcId;
  await world.clock.advance(60_000);
  const app = await makeGroup(world, 'app', { vpcId });
  const peer = async (): Promise<void> => {
    const { Vpcs } = await call('ec2', 'DescribeVpcs', {});
    const PeerVpcId = (Vpcs as { VpcId: string; IsDefault: boolean }[]).find(
      ({ IsDefault }) => IsDefault,
    )?.VpcId;
    const { VpcPeeringConnection } = await call('ec2', 'CreateVpcPeeringConnection', {
      VpcId: vpcId,
      PeerVpcId,
    });
    await world.clock.advance(60_000);
    const { VpcPeeringConnectionId } = VpcPeeringConnection as { VpcPeeringConnectionId: string };
    await call('ec2', 'AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
    await world.clock.advance(60_000);
  };
  return { app, vpcId, peer };
}

describe('a consumer that cannot be had is told with what to do, and nothing else suffers:', () => {
  async function toldOf(world: World, consumer = 'given-security-group/app') {
    await world.settle();
    await world.clock.advance(60_000);
    await world.settle();
    const result = await world.pass();
    expect(stepOf(result, 'service/xray')).toMatchObject({ type: 'keep' });
    expect(stepOf(result, 'security-group-rule/xray/app/egress/udp-2000')).toMatchObject({
      type: 'hold',
      why: 'waiting',
    });
    return stepOf(result, consumer)?.reason;
  }

  test('one that is not there', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    expect(await toldOf(world)).toMatch(/"app" does not exist; create it .* or correct consumers/);
    const report = createReporter().record(await world.pass());
    expect(objectIn(report, 'xray').conditions.find(({ type }) => type === 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'DependencyMissing',
    });
    await makeGroup(world, 'app');
    expect(await endsAt(world)).toEqual([]);
  });

  test('an id that this account does not have', async () => {
    const id = 'sg-0123456789abcdef0';
    const world = worldOf({ 'xray.yaml': daemon([{ name: 'app', securityGroup: { id } }]) });
    expect(await toldOf(world, `given-security-group/${id}`)).toMatch(
      /where it is of another account, have the rules made there/,
    );
  });

  test('one in another VPC that is not peered', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const { app, vpcId } = await otherVpc(world);
    expect(await toldOf(world)).toMatch(
      new RegExp(`${app} is in ${vpcId}.*no active peering connection joins; peer`),
    );
  });

  test('one of several with its tags', async () => {
    const tags = { tier: 'web' };
    const world = worldOf({ 'xray.yaml': daemon([{ name: 'app', securityGroup: { tags } }]) });
    await makeGroup(world, 'app', { tags });
    await makeGroup(world, 'app2', { tags });
    expect(await toldOf(world, 'given-security-group/tagged tier=web')).toMatch(
      /^2 security groups are tagged tier=web .*by more tags/,
    );
  });

  test('one that another owner keeps', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app', { tags: { 'stationkeeper:owner': 'theirs' } });
    expect(await toldOf(world)).toMatch(new RegExp(`${app} is kept by the owner "theirs"`));
    expect(changesIn(world, app)).toEqual([]);
  });
});

describe('a daemon and its consumers', () => {
  test('that are each other’s converge, and go together', async () => {
    const files = {
      'a.yaml': daemon([{ name: 'b', securityGroup: { name: 'b' } }], { name: 'a' }),
      'b.yaml': daemon([{ name: 'a', securityGroup: { name: 'a' } }], { name: 'b' }),
    };
    const world = worldOf(files);
    expect(await endsAt(world)).toEqual([]);
    const [a, b] = [await groupNamed(world, 'a'), await groupNamed(world, 'b')];
    expect(await textsOf(world, a)).toEqual(
      expect.arrayContaining([`egress udp 2000 ${b}`, `ingress udp 2000 ${b}`]),
    );
    expect(await textsOf(world, b)).toEqual(
      expect.arrayContaining([`egress udp 2000 ${a}`, `ingress udp 2000 ${a}`]),
    );
    world.files.delete('a.yaml');
    world.files.delete('b.yaml');
    await world.loopFor(1_800_000);
    expect(await endsAt(world)).toEqual([]);
    expect([await groupNamed(world, 'a'), await groupNamed(world, 'b')]).toEqual(['', '']);
  });

  test('go with the daemon, whose rules are out of the consumer’s group first', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    world.files.delete('xray.yaml');
    const held = (await world.pass({ dryRun: true })).plan.steps.filter(({ type }) => type === 'hold');
    expect(held.map(({ reason }) => reason).join('\n')).not.toContain('names it in its rule');
    await world.loopFor(1_800_000);
    expect(await endsAt(world)).toEqual([]);
    expect(await groupNamed(world, 'xray')).toBe('');
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT]);
  });

  test('are untagged and left where the daemon is retained, and taken back', async () => {
    const annotations = { 'stationkeeper.dev/deletion-policy': 'retain' };
    const world = worldOf({ 'xray.yaml': daemon(APP, { annotations }) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    const before = await textsOf(world, app);
    world.files.delete('xray.yaml');
    expect(await endsAt(world)).toEqual([]);
    expect(await textsOf(world, app)).toEqual(before);
    expect((await rulesOf(world, app)).flatMap(({ tags }) => tags['stationkeeper:owner'] ?? [])).toEqual([]);
  });

  test('move where the consumer is another group', async () => {
    const world = worldOf({ 'xray.yaml': daemon(APP) });
    const app = await makeGroup(world, 'app');
    const other = await makeGroup(world, 'other');
    await endsAt(world);
    world.files.set('xray.yaml', daemon([{ name: 'app', securityGroup: { name: 'other' } }]));
    expect(await endsAt(world)).toEqual([]);
    const xray = await groupNamed(world, 'xray');
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT]);
    expect(await textsOf(world, other)).toContain(`egress udp 2000 ${xray}`);
    expect((await textsOf(world, xray)).filter((text) => text.startsWith('ingress'))).toEqual([
      `ingress udp 2000 ${other}`,
    ]);
  });

  test('have their rules with a group that is made anew', async () => {
    const allowing = { 'stationkeeper.dev/allow-replace': 'true' };
    const world = worldOf({ 'xray.yaml': daemon(APP, { annotations: allowing }) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    const before = await groupNamed(world, 'xray');
    world.files.set(
      'xray.yaml',
      daemon(APP, { annotations: allowing, securityGroup: { description: 'another' } }),
    );
    await world.loopFor(3_600_000);
    expect(await endsAt(world)).toEqual([]);
    const after = await groupNamed(world, 'xray');
    expect(after).not.toBe(before);
    expect(await textsOf(world, app)).toEqual([EVERYTHING_OUT, `egress udp 2000 ${after}`]);
    expect(await textsOf(world, after)).toContain(`ingress udp 2000 ${app}`);
  });
});

describe('consumers that EC2 has one rule for', () => {
  const SUBNETS: Consumers = ['app', 'web'].map((name) => ({
    name,
    securityGroup: { name },
    ingress: 'subnets' as const,
  }));

  test.each<[string, Consumers, readonly string[]]>([
    ['are in the same subnets', SUBNETS, ['egress', 'ingress']],
    [
      'are called by two names',
      ['app', 'same'].map((name) => ({ name, securityGroup: { name: 'app' } })),
      ['egress', 'ingress'],
    ],
  ])('and that %s have it, whichever of them goes', async (_how, both, directions) => {
    const world = worldOf({ 'xray.yaml': daemon(both) });
    const groups = [await makeGroup(world, 'app'), await makeGroup(world, 'web')];
    expect(await endsAt(world)).toEqual([]);
    const xray = await groupNamed(world, 'xray');
    const all = async (): Promise<readonly string[]> =>
      (await Promise.all([...groups, xray].map((group) => rulesOf(world, group)))).flat().map(({ id }) => id);
    const whole = await all();
    await world.loopFor(600_000);
    expect(await all()).toEqual(whole);
    for (const left of both) {
      world.files.set('xray.yaml', daemon([left]));
      expect(await endsAt(world)).toEqual([]);
      const texts = (await Promise.all([...groups, xray].map((group) => textsOf(world, group)))).flat();
      const ours = texts.filter((text) => text.includes(' udp 2000 '));
      expect(new Set(ours.map((text) => text.split(' ')[0]))).toEqual(new Set(directions));
      world.files.set('xray.yaml', daemon(both));
      expect(await endsAt(world)).toEqual([]);
    }
  });
});

describe('a consumer that is let in by its subnets', () => {
  const BY_SUBNETS: Consumers = [{ name: 'app', securityGroup: { name: 'app' }, ingress: 'subnets' }];

  test('has a rule for each block, all of its VPC while nobody knows where it will be', async () => {
    const world = worldOf({ 'xray.yaml': daemon(BY_SUBNETS) });
    await makeGroup(world, 'app');
    expect(await endsAt(world)).toEqual([]);
    const { Subnets } = await callsTo(world.sandbox)('ec2', 'DescribeSubnets', {});
    const blocks = (Subnets as { CidrBlock: string }[]).map(
      ({ CidrBlock }) => `ingress udp 2000 ${CidrBlock}`,
    );
    const xray = await groupNamed(world, 'xray');
    expect((await textsOf(world, xray)).filter((text) => text.startsWith('ingress'))).toEqual(
      blocks.toSorted(),
    );
  });

  test('has its group free to be deleted, which is told, and what is left goes with the consumer', async () => {
    const world = worldOf({ 'xray.yaml': daemon(BY_SUBNETS) });
    const app = await makeGroup(world, 'app');
    await endsAt(world);
    await callsTo(world.sandbox)('ec2', 'DeleteSecurityGroup', { GroupId: app });
    await world.clock.advance(180_000);
    await world.settle();
    const result = await world.pass();
    expect(stepOf(result, 'given-security-group/app and its subnets')).toMatchObject({
      type: 'hold',
      why: 'missing',
    });
    expect(stepOf(result, 'service/xray')).toMatchObject({ type: 'keep' });
    world.files.set('xray.yaml', daemon([]));
    expect(await endsAt(world)).toEqual([]);
    const xray = await groupNamed(world, 'xray');
    expect((await textsOf(world, xray)).filter((text) => text.startsWith('ingress'))).toEqual([]);
  });
});

test('who takes our rules away again and again, as Terraform with inline rules does, is told of and not fought for ever', async () => {
  const world = worldOf({ 'xray.yaml': daemon(APP) });
  const app = await makeGroup(world, 'app');
  await endsAt(world);
  const xray = await groupNamed(world, 'xray');
  const told = new Set<string>();
  let applies = 0;
  for (; applies < 30; applies += 1) {
    const rule = { direction: 'egress', peer: xray } as const;
    if ((await textsOf(world, app)).length > 1) await takeRule(world, app, rule);
    for (const result of await world.loopFor(120_000)) {
      const step = stepOf(result, 'security-group-rule/xray/app/egress/udp-2000');
      if (step?.type === 'hold' && step.why === 'failed') told.add(step.reason);
    }
  }
  expect([...told].join('\n')).toMatch(/somebody/);
  expect(changesIn(world, app).length).toBeLessThanOrEqual(applies / 3);
});
