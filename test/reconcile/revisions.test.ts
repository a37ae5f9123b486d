import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';
import { listed } from '../../controller/plan/work.ts';

const XRAY = MANIFESTS['xray.yaml'];
const CLUSTER = 'xray-daemon-cluster';

/** The daemon after so many releases, each rolled out. */
async function releasedTimes(count: number): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': XRAY } });
  await world.settle();
  for (let version = 2; version <= count; version += 1) await release(world, `3.${version}`);
  return world;
}

async function release(world: World, tag: string): Promise<void> {
  world.files.set('xray.yaml', XRAY.replace('xray-daemon:3.x', `xray-daemon:${tag}`));
  await world.settle();
}

async function active(world: World, familyPrefix = 'xray'): Promise<readonly string[]> {
  const answer = await callsTo(world.sandbox)('ecs', 'ListTaskDefinitions', {
    status: 'ACTIVE',
    familyPrefix,
  });
  return (answer['taskDefinitionArns'] as string[]).map((arn) => arn.split('/').at(-1)!);
}

/** A copy of a revision, made by somebody, with these tags. */
async function registerByHand(world: World, from: string, tags: object[]): Promise<void> {
  const call = callsTo(world.sandbox);
  const { taskDefinition } = await call('ecs', 'DescribeTaskDefinition', { taskDefinition: from });
  await call('ecs', 'RegisterTaskDefinition', { ...(taskDefinition as object), tags });
}

function changes({ before }: PassResult): readonly string[] {
  return before.steps
    .filter(({ id, type }) => id.kind === 'task-definition' && type === 'update')
    .flatMap((step) => listed(step).map(({ path }) => path));
}

describe('old revisions of a daemon that lives', () => {
  test('are collected but for the last five, and the plan names each', async () => {
    const world = await releasedTimes(8);
    await world.clock.advance(300_000);
    const planned = await world.pass({ dryRun: true });
    const wasLeft = changes(planned);
    await world.loopFor(300_000);
    expect(await active(world)).toEqual(['xray:4', 'xray:5', 'xray:6', 'xray:7', 'xray:8']);
    expect(wasLeft.every((path) => path.startsWith('revisions[xray:'))).toBe(true);
    const deregistered = world.calls.filter(({ name }) => name === 'ecs:DeregisterTaskDefinition');
    expect(deregistered).toHaveLength(3);
  });

  test('are named in a plan beside nothing else, and their service does not wait for them', async () => {
    const world = await releasedTimes(5);
    world.files.set('xray.yaml', XRAY.replace('xray-daemon:3.x', 'xray-daemon:3.6'));
    // Until the service has come to rest on the newest, the oldest may be what it goes back to.
    await world.pass();
    await world.clock.advance(300_000);
    const planned = await world.pass({ dryRun: true });
    expect(stepsOf(planned.plan)).toEqual(['update task-definition/xray']);
    expect(changes(planned)).toEqual(['revisions[xray:1]']);
  });

  test('cost no request once they are gone', async () => {
    const world = await releasedTimes(8);
    await world.loopFor(600_000);
    world.calls.length = 0;
    await world.pass();
    const few = await releasedTimes(1);
    await few.loopFor(600_000);
    few.calls.length = 0;
    await few.pass();
    expect(world.calls.map(({ name }) => name).toSorted()).toEqual(
      few.calls.map(({ name }) => name).toSorted(),
    );
  });

  test('stay where they are not ours', async () => {
    const world = createWorld({ files: { 'xray.yaml': XRAY } });
    await world.settle();
    await registerByHand(world, 'xray:1', []);
    await registerByHand(world, 'xray:1', [{ key: 'stationkeeper:owner', value: 'another' }]);
    for (let version = 2; version <= 8; version += 1) await release(world, `3.${version}`);
    await world.loopFor(600_000);
    expect(await active(world)).toEqual([
      'xray:2',
      'xray:3',
      ...[6, 7, 8, 9, 10].map((revision) => `xray:${revision}`),
    ]);
  });

  test('stay where another source of this owner has registered them, or was just told to have', async () => {
    const world = createWorld({ files: { 'xray.yaml': XRAY } });
    await world.settle();
    const call = callsTo(world.sandbox);
    const { tags } = await call('ecs', 'DescribeTaskDefinition', {
      taskDefinition: 'xray:1',
      include: ['TAGS'],
    });
    const theirs = { key: 'stationkeeper:source', value: 'git.example.org/others' };
    const ofOurs = (tags as { readonly key: string }[]).filter(({ key }) => key !== theirs.key);
    await registerByHand(world, 'xray:1', [...ofOurs, theirs]);
    // A newer one of ours is what the family means from now on.
    await registerByHand(world, 'xray:1', tags as object[]);
    for (let version = 2; version <= 4; version += 1) await release(world, `3.${version}`);
    await call('ecs', 'TagResource', {
      resourceArn: 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:3',
      tags: [theirs],
    });
    for (let version = 5; version <= 7; version += 1) await release(world, `3.${version}`);
    await world.loopFor(600_000);
    expect(await active(world)).toEqual([2, 3, 5, 6, 7, 8, 9].map((revision) => `xray:${revision}`));
  });

  test('stay where the tag that makes them ours has just been taken away', async () => {
    const world = await releasedTimes(6);
    const before = await active(world);
    expect(before).toContain('xray:2');
    world.files.set('xray.yaml', XRAY.replace('xray-daemon:3.x', 'xray-daemon:3.7'));
    const arn = 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:2';
    await callsTo(world.sandbox)('ecs', 'UntagResource', {
      resourceArn: arn,
      tagKeys: ['stationkeeper:owner'],
    });
    await world.loopFor(600_000);
    expect(await active(world)).toContain('xray:2');
  });

  test('are collected once they are ours again, also where that was found out right before they went', async () => {
    const world = await releasedTimes(6);
    const call = callsTo(world.sandbox);
    const resourceArn = 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:2';
    const owner = { key: 'stationkeeper:owner', value: 'stationkeeper' };
    world.intercept(async ({ name, input }, perform) => {
      const isAsked = name === 'ecs:DescribeTaskDefinition' && input['taskDefinition'] === resourceArn;
      if (!isAsked) return perform();
      await call('ecs', 'UntagResource', { resourceArn, tagKeys: [owner.key] });
      const answer = await perform();
      await call('ecs', 'TagResource', { resourceArn, tags: [owner] });
      world.intercept(undefined);
      return answer;
    });
    world.files.set('xray.yaml', XRAY.replace('xray-daemon:3.x', 'xray-daemon:3.7'));
    await world.loopFor(600_000);
    expect(await active(world)).toEqual(['xray:3', 'xray:4', 'xray:5', 'xray:6', 'xray:7']);
  });

  test.each([
    ['a task that somebody started', CLUSTER],
    ['a task in a cluster of others', 'others'],
  ])('stay while %s runs from them', async (_what, cluster) => {
    const world = await releasedTimes(1);
    const call = callsTo(world.sandbox);
    if (cluster !== CLUSTER) await call('ecs', 'CreateCluster', { clusterName: cluster });
    const { services } = await call('ecs', 'DescribeServices', { cluster: CLUSTER, services: ['xray'] });
    const { networkConfiguration } = (services as { networkConfiguration: object }[])[0]!;
    await call('ecs', 'CreateService', {
      cluster,
      serviceName: 'canary',
      taskDefinition: 'xray:1',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration,
    });
    await world.clock.advance(180_000);
    for (let version = 2; version <= 8; version += 1) await release(world, `3.${version}`);
    await world.loopFor(600_000);
    expect(await active(world)).toContain('xray:1');
    expect(await active(world)).not.toContain('xray:2');
    await call('ecs', 'DeleteService', { cluster, service: 'canary', force: true });
    await world.loopFor(1_200_000);
    expect(await active(world)).not.toContain('xray:1');
  });

  test('stay while they are what the service runs, however many newer ones failed', async () => {
    const world = await releasedTimes(1);
    for (let version = 2; version <= 8; version += 1) {
      await release(world, `fail-pull-${version}`);
      await world.loopFor(900_000);
    }
    const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
      cluster: CLUSTER,
      services: ['xray'],
    });
    const running = (services as { taskDefinition: string }[])[0]!.taskDefinition.split('/').at(-1)!;
    expect(await active(world)).toContain(running);
  });

  test('stay while the tasks of their service cannot be read', async () => {
    const world = await releasedTimes(5);
    world.intercept(async ({ name }, perform) => {
      if (name === 'ecs:ListTasks') throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      return perform();
    });
    for (let version = 6; version <= 8; version += 1) await release(world, `3.${version}`);
    await world.loopFor(600_000);
    expect(await active(world)).toHaveLength(8);
  });

  test('go a few at a time', async () => {
    const world = await releasedTimes(1);
    const tags = [
      { key: 'stationkeeper:owner', value: 'stationkeeper' },
      { key: 'stationkeeper:environment', value: 'default' },
      { key: 'stationkeeper:manifest', value: 'DaemonService/xray' },
    ];
    for (let copy = 0; copy < 40; copy += 1) {
      await registerByHand(world, 'xray:1', tags);
      await world.clock.advance(2_000);
    }
    await world.clock.advance(300_000);
    const result = await world.pass();
    expect(changes(result).filter((path) => path.startsWith('revisions[')).length).toBeLessThanOrEqual(10);
    await world.loopFor(3_600_000);
    expect(await active(world)).toHaveLength(5);
    const results = world.calls.filter(({ name }) => name === 'ecs:DeregisterTaskDefinition');
    expect(results.length).toBeLessThanOrEqual(40);
  });
});

describe('the revisions of a daemon whose manifest has gone', () => {
  test('are all deregistered, and those that are not ours stay', async () => {
    const world = await releasedTimes(4);
    await registerByHand(world, 'xray:1', []);
    world.files.set('xray.yaml', XRAY.split('---').slice(0, 2).join('---'));
    const planned = await world.pass({ dryRun: true });
    const step = planned.plan.steps.find(({ id }) => id.kind === 'task-definition');
    expect(step).toMatchObject({ type: 'hold', intent: 'delete', why: 'waiting' });
    expect(
      step &&
        listed(step)
          .map(({ path }) => path)
          .toSorted(),
    ).toEqual([1, 2, 3, 4].map((revision) => `revisions[xray:${revision}]`));
    const results = await world.loopFor(1_200_000);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(await active(world)).toEqual(['xray:5']);
  });
});
