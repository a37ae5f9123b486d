import { describe, expect, it } from 'vitest';
import type { Metrics } from '../../controller/metrics/metrics.ts';
import type { ObjectStatus } from '../../controller/status/schema.ts';
import { metricsOf } from '../support/reports/metrics.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, refusal } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const CLUSTER = 'xray-daemon-cluster';
const MINUTE_MS = 60_000;
const KILLED = { reason: 'Essential container in task exited', exitCode: 137 };

async function settled(): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  await world.settle();
  return world;
}

/** Ends one task of the daemon, as the kernel does where memory is short. */
async function kill(world: World): Promise<void> {
  const input = { cluster: CLUSTER, serviceName: 'xray' };
  const answer = await world.sandbox.call({
    service: 'ecs',
    operation: 'ListTasks',
    input,
    region: 'us-east-1',
  });
  const [arn = ''] = (answer as { readonly taskArns: readonly string[] }).taskArns;
  world.sandbox.control.stopTask(arn, KILLED);
}

/** What is told of the daemon after each of so many minutes, while something happens in each. */
async function minutes(
  world: World,
  reporter: ReturnType<typeof createReporter>,
  count: number,
  each: () => Promise<void>,
): Promise<readonly ObjectStatus[]> {
  const told: ObjectStatus[] = [];
  for (let minute = 0; minute < count; minute += 1) {
    await each();
    await world.clock.advance(MINUTE_MS);
    told.push(objectIn(reporter.record(await world.pass()), 'xray'));
  }
  return told;
}

describe('a daemon whose tasks are killed every minute', () => {
  it('is Degraded, CrashLooping from the third kill on, whatever ECS counts, until it has been calm', async () => {
    const world = await settled();
    const reporter = createReporter();
    await world.clock.advance(10 * MINUTE_MS);
    const first = await minutes(world, reporter, 2, () => kill(world));
    expect(first.map(({ conditions }) => conditions[0]?.reason)).not.toContain('CrashLooping');
    const loop = await minutes(world, reporter, 8, () => kill(world));
    for (const object of loop.slice(1)) {
      expect(object).toMatchObject({
        health: 'Degraded',
        cause: expect.stringContaining('memory'),
        conditions: [{ type: 'Ready', status: 'False', reason: 'CrashLooping' }, {}, {}],
      });
    }
    expect(loop.at(-1)?.stops).toMatchObject({ count: 10, reason: expect.stringContaining('exit code 137') });
    const calm = await minutes(world, reporter, 25, () => Promise.resolve());
    expect(calm.at(15)?.conditions[0]?.reason).toBe('CrashLooping');
    expect(calm.at(-1)).toMatchObject({ health: 'Healthy', conditions: [{ status: 'True' }, {}, {}] });
  });

  it('is found by a controller that starts in the midst of it', async () => {
    const world = await settled();
    await world.clock.advance(10 * MINUTE_MS);
    await minutes(world, createReporter(), 5, () => kill(world));
    world.restart();
    await world.clock.advance(MINUTE_MS);
    const report = createReporter().record(await world.pass());
    expect(objectIn(report, 'xray').conditions[0]).toMatchObject({ status: 'False', reason: 'CrashLooping' });
  });
});

/** Sum of what a controller has counted. */
async function stopsIn(metrics: Metrics): Promise<number> {
  const lines = (await metrics.text()).split('\n');
  const values = lines.filter((line) => line.startsWith('stationkeeper_task_stops_total{'));
  return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describe('the metric of stopped tasks', () => {
  it('counts each kill once, over failed looks and from one process to the next', async () => {
    const world = await settled();
    await world.clock.advance(10 * MINUTE_MS);
    async function minutesOf(metrics: Metrics, count: number, each: () => Promise<void>): Promise<void> {
      const reporter = createReporter();
      for (let minute = 0; minute < count; minute += 1) {
        await each();
        await world.clock.advance(MINUTE_MS);
        const result = await world.pass();
        const report = reporter.record(result);
        metrics.recordStops({ plan: result.plan, report, now: world.clock.now() });
      }
    }
    const first = metricsOf({ startedAt: world.clock.now() });
    await minutesOf(first, 4, () => kill(world));
    world.intercept(({ name }, perform) =>
      name === 'ecs:ListTasks' ? Promise.reject(refusal('ServerException', { status: 500 })) : perform(),
    );
    await minutesOf(first, 2, () => kill(world));
    world.intercept(undefined);
    await minutesOf(first, 4, () => Promise.resolve());
    expect(await stopsIn(first)).toBe(6);
    world.restart();
    const second = metricsOf({ startedAt: world.clock.now() });
    await minutesOf(second, 3, () => kill(world));
    await minutesOf(second, 4, () => Promise.resolve());
    expect(await stopsIn(second)).toBe(3);
  });
});
