import { describe, expect, it } from 'vitest';
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
      reason: 'AWS has not answered for 10 s; it is still being asked',
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
