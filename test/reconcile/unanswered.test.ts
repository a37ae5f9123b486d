import { describe, expect, it } from 'vitest';
import { callsTo } from '../support/world/account.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const XRAY = MANIFESTS['xray.yaml'];
const OTEL = MANIFESTS['otel-collector.yaml'];

/** A world with one daemon, to which another is added whose registry AWS does not answer for until `answer`. */
async function hanging(): Promise<{
  readonly world: World;
  readonly asked: () => number;
  readonly answer: () => void;
}> {
  const world = createWorld({ files: { 'xray.yaml': XRAY } });
  await world.settle();
  world.files.set('otel-collector.yaml', OTEL);
  let asked = 0;
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  world.intercept(async ({ name }, perform) => {
    if (name === 'servicediscovery:CreateService') {
      asked += 1;
      await answered;
    }
    return perform();
  });
  return { world, asked: () => asked, answer };
}

/** Two daemons that are well; from then on AWS does not answer one operation until `answer`. */
async function silentOn(operation: string): Promise<{ readonly world: World; readonly answer: () => void }> {
  const world = createWorld({ files: { 'xray.yaml': XRAY, 'otel-collector.yaml': OTEL } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  world.intercept(async ({ name }, perform) => {
    if (name === operation) await answered;
    return perform();
  });
  return { world, answer };
}

async function setCount(world: World, desiredCount: number): Promise<void> {
  await callsTo(world.sandbox)('ecs', 'UpdateService', {
    cluster: 'xray-daemon-cluster',
    service: 'xray',
    desiredCount,
  });
}

async function countOf(world: World): Promise<number | undefined> {
  const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
    cluster: 'xray-daemon-cluster',
    services: ['xray'],
  });
  return (services as { desiredCount: number }[])[0]?.desiredCount;
}

describe('a read that AWS does not answer', () => {
  it('leaves unknown what it reads, and everything else is looked after', async () => {
    const { world } = await silentOn('logs:DescribeLogGroups');
    await setCount(world, 1);
    const results = await world.loopFor(60_000);
    expect(await countOf(world)).toBe(2);
    const report = createReporter().record(results.at(-1)!);
    const { resources } = objectIn(report, 'xray');
    expect(resources.filter(({ state }) => state === 'Unknown').map(({ id }) => id)).toEqual([
      'log-group/stationkeeper/xray',
    ]);
    expect(resources.find(({ state }) => state === 'Unknown')?.reason).toMatch(
      /^logs:DescribeLogGroups has had no answer since \S+ in environment "default"; check the network/,
    );
    expect(report.objects.map(({ kind, sync }) => `${kind} ${sync}`)).toEqual([
      'Cluster Synced',
      'Namespace Synced',
      'DaemonService Unknown',
      'DaemonService Unknown',
    ]);
  });

  it('holds up no pass while it hangs, but for the one in which it began', async () => {
    const { world } = await silentOn('servicediscovery:ListServices');
    const results = await world.loopFor(60_000);
    const tookMs = results.map(({ durationMs }) => durationMs);
    expect(Math.max(...tookMs)).toBeLessThan(15_000);
    expect(tookMs.filter((ms) => ms > 5_000)).toHaveLength(1);
  });

  it('deletes nothing that may be built on by what it reads', async () => {
    const { world } = await silentOn('servicediscovery:ListServices');
    world.files.delete('otel-collector.yaml');
    const before = world.mutations().length;
    await world.loopFor(60_000);
    expect(world.mutations().slice(before)).toEqual([]);
  });

  it('is made anew once it is answered: what it found is older than what is wanted by then', async () => {
    const { world, answer } = await silentOn('servicediscovery:ListServices');
    await world.loopFor(30_000);
    world.files.delete('otel-collector.yaml');
    world.intercept(undefined);
    answer();
    const results = await world.loopFor(900_000);
    const report = createReporter().record(results.at(-1)!);
    expect(report.objects.map(({ name, sync }) => `${name} ${sync}`)).toEqual([
      'xray-daemon-cluster Synced',
      'services.dockerinaws.org Synced',
      'xray Synced',
    ]);
  });

  it('is waited for by who waits for the whole Environment, as plan and apply do', async () => {
    const { world } = await silentOn('logs:DescribeLogGroups');
    world.intercept(async ({ name }, perform) => {
      if (name === 'logs:DescribeLogGroups') await world.clock.sleep(14_000);
      return perform();
    });
    const { plan } = await world.pass({ dryRun: true });
    expect(plan.steps.filter(({ type }) => type !== 'keep')).toEqual([]);
  });
});

describe('the list of what is ours, where AWS does not answer for it', () => {
  /** Two daemons that are well; from then on the sandbox hangs on these. */
  async function hangingOn(...operations: readonly string[]): Promise<World> {
    const { world } = await silentOn('');
    for (const operation of operations) {
      world.sandbox.control.inject({ operation, effect: 'hang', times: 'always' });
    }
    return world;
  }

  const LIST = 'tagging:GetResources';

  it('holds up no pass but the one in which it began, and what git wants is healed', async () => {
    const world = await hangingOn(LIST);
    await setCount(world, 1);
    const results = await world.loopFor(60_000);
    const tookMs = results.map(({ durationMs }) => durationMs);
    expect(Math.max(...tookMs)).toBeLessThan(15_000);
    expect(tookMs.filter((ms) => ms > 5_000)).toHaveLength(1);
    expect(await countOf(world)).toBe(2);
    const report = createReporter().record(results.at(-1)!);
    expect(report.objects.map(({ kind, sync, health }) => `${kind} ${sync} ${health}`)).toEqual([
      'Cluster Synced Healthy',
      'Namespace Synced Healthy',
      'DaemonService Synced Healthy',
      'DaemonService Synced Healthy',
    ]);
  });

  it('lets nothing go that git wants no more, and status says why', async () => {
    const world = await hangingOn(LIST);
    world.files.delete('otel-collector.yaml');
    const before = world.mutations().length;
    const results = await world.loopFor(60_000);
    expect(world.mutations().slice(before)).toEqual([]);
    const report = createReporter().record(results.at(-1)!);
    expect(objectIn(report, 'xray')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    const { sync, resources } = objectIn(report, 'otel-collector');
    expect(sync).toBe('Unknown');
    expect(resources.find(({ id }) => id === 'service/otel-collector')).toMatchObject({
      step: 'hold',
      reason: expect.stringMatching(/could be read: tagging:GetResources has had no answer since /),
    });
  });

  it('is asked for again once it is answered, and what git dropped goes', async () => {
    const world = await hangingOn(LIST);
    world.files.delete('otel-collector.yaml');
    await world.loopFor(60_000);
    world.sandbox.control.clearFaults();
    const results = await world.loopFor(900_000);
    expect(
      createReporter()
        .record(results.at(-1)!)
        .objects.map(({ name }) => name),
    ).toEqual(['xray-daemon-cluster', 'services.dockerinaws.org', 'xray']);
  });

  it('costs a pass little more where other reads hang as well, one after the other', async () => {
    const world = await hangingOn(LIST, 'logs:DescribeLogGroups', 'ecs:DescribeTaskDefinition');
    world.sandbox.control.inject({
      operation: 'servicediscovery:ListServices',
      effect: 'hang',
      times: 'always',
    });
    const results = await world.loopFor(60_000);
    expect(Math.max(...results.map(({ durationMs }) => durationMs))).toBeLessThan(20_000);
  });

  it('is waited for by who waits for the whole Environment, as plan and apply do', async () => {
    const { world } = await silentOn('');
    world.files.delete('otel-collector.yaml');
    world.intercept(async ({ name }, perform) => {
      if (name === LIST) await world.clock.sleep(14_000);
      return perform();
    });
    const { plan } = await world.pass({ dryRun: true });
    expect(plan.steps.filter((step) => step.type === 'hold' && step.why === 'unseen')).toEqual([]);
  });
});

describe('a call that AWS does not answer', () => {
  it('holds up its own daemon and nobody else, whose drift is healed meanwhile', async () => {
    const { world } = await hanging();
    const reporter = createReporter();
    reporter.record(await world.pass());
    await world.sandbox.call({
      service: 'ecs',
      operation: 'UpdateService',
      input: { cluster: 'xray-daemon-cluster', service: 'xray', desiredCount: 1 },
      region: 'us-east-1',
    });
    await world.clock.advance(60_000);
    reporter.record(await world.pass());
    await world.clock.advance(60_000);
    const report = reporter.record(await world.pass());
    expect(objectIn(report, 'xray')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    const waiting = objectIn(report, 'otel-collector');
    expect(waiting.resources.find(({ id }) => id === 'discovery-service/otel-collector')).toMatchObject({
      step: 'hold',
      reason: 'AWS has not answered for 10 s; the controller still waits for the answer',
    });
  });

  it('is not made twice, and what waited goes on once it is answered', async () => {
    const { world, asked, answer } = await hanging();
    await world.pass();
    await world.pass();
    expect(asked()).toBe(1);
    answer();
    world.intercept(undefined);
    await world.settle();
    const report = createReporter().record(await world.pass());
    expect(objectIn(report, 'otel-collector')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    const made = world.calls.filter(({ name }) => name === 'servicediscovery:CreateService');
    expect(made.length).toBeLessThanOrEqual(2);
  });

  it('changes nothing once its pass has ended, where only whose it is was asked for by then', async () => {
    const world = createWorld({ files: { 'xray.yaml': XRAY } });
    await world.settle();
    world.files.set('xray.yaml', XRAY.replace('desiredCount: 2', 'desiredCount: 3'));
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const before = world.mutations().length;
    const since = () => world.mutations().slice(before);
    let reads = 0;
    world.intercept(async ({ name }, perform) => {
      // The second in a pass asks for the tags right before the update.
      if (name === 'ecs:DescribeServices') {
        reads += 1;
        if (reads === 2) await answered;
      }
      return perform();
    });
    await world.pass();
    expect(since()).toEqual([]);
    answer();
    await world.clock.advance(1_000);
    expect(since()).toEqual([]);
    world.intercept(undefined);
    await world.settle();
    expect(since()).toEqual(['ecs:UpdateService', 'ecs:TagResource']);
  });
});
