import { describe, expect, test } from 'vitest';
import { planOf } from '../../controller/plan/assemble.ts';
import { callsTo } from '../support/world/account.ts';
import { createReporter, objectIn, resourceIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, isRead } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const LOG_GROUP = '/stationkeeper/xray';
const PLAIN = MANIFESTS['xray.yaml'];

/** The daemon's own manifest with an annotation; the cluster and the namespace stay as they are. */
function annotated(annotation: string, manifest = PLAIN): string {
  return manifest.replace(
    'name: xray\n  labels',
    `name: xray\n  annotations: { stationkeeper.dev/${annotation} }\n  labels`,
  );
}

async function settled(): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': PLAIN } });
  await world.settle();
  await world.clock.advance(20_000);
  world.calls.length = 0;
  return world;
}

async function meddle({ sandbox }: World): Promise<void> {
  const call = callsTo(sandbox);
  await call('logs', 'PutRetentionPolicy', { logGroupName: LOG_GROUP, retentionInDays: 30 });
  await call('ecs', 'UpdateService', { cluster: 'xray-daemon-cluster', service: 'xray', desiredCount: 1 });
}

function report(result: Awaited<ReturnType<World['pass']>>) {
  return createReporter().record(result);
}

describe('reconcile: observe', () => {
  test('costs reads only, and reports what somebody changed in AWS as Drifted', async () => {
    const world = await settled();
    world.files.set('xray.yaml', annotated('reconcile: observe'));
    await meddle(world);
    const results = await world.loopFor(600_000);
    expect(world.mutations()).toEqual([]);
    const last = report(results.at(-1)!);
    expect(resourceIn(last, `log-group${LOG_GROUP}`)).toMatchObject({
      state: 'Drifted',
      step: 'hold',
      reason: 'stationkeeper.dev/reconcile: observe',
      drift: [{ path: 'retentionInDays', desired: 7, actual: 30 }],
    });
    expect(resourceIn(last, 'service/xray')).toMatchObject({
      state: 'Drifted',
      drift: [{ path: 'desiredCount', desired: 2, actual: 1 }],
    });
    expect(objectIn(last, 'xray').conditions[0]).toMatchObject({ status: 'False', reason: 'DriftDetected' });
    expect(last.summary).toMatchObject({ total: 3, ready: 2, outOfSync: 1, progressing: 0, stalled: 0 });
    expect(results.at(-1)!.plan.summary).toMatchObject({ update: 0, hold: 2 });
  });

  test('reports what git changed as Changed, and looks no more often than of what it keeps', async () => {
    const world = await settled();
    await world.loopFor(120_000);
    const enabled = (await world.loopFor(600_000)).length;
    world.files.set(
      'xray.yaml',
      annotated('reconcile: observe', PLAIN.replace('retentionInDays: 7', 'retentionInDays: 14')),
    );
    const results = await world.loopFor(600_000);
    expect(results.length).toBeLessThanOrEqual(enabled);
    expect(world.mutations()).toEqual([]);
    expect(resourceIn(report(results.at(-1)!), `log-group${LOG_GROUP}`)).toMatchObject({
      state: 'Changed',
      drift: [{ path: 'retentionInDays', desired: 14, actual: 7 }],
    });
  });

  test('creates nothing of what is not there, and says so', async () => {
    const world = createWorld({ files: { 'xray.yaml': annotated('reconcile: observe') } });
    await world.settle();
    expect(world.mutations().some((name) => /Role|LogGroup|Service$|SecurityGroup/.test(name))).toBe(false);
    const told = report(await world.pass());
    expect(resourceIn(told, 'service/xray').state).toBe('Missing');
    expect(objectIn(told, 'xray')).toMatchObject({ sync: 'OutOfSync', health: 'Missing' });
  });

  test('heals what it has reported as soon as it is enabled', async () => {
    const world = await settled();
    world.files.set('xray.yaml', annotated('reconcile: observe'));
    await meddle(world);
    await world.pass();
    world.files.set('xray.yaml', PLAIN);
    const healed = await world.pass();
    expect(healed.outcomes.map(({ changedBy, result }) => `${changedBy} ${result}`)).toEqual([
      'aws done',
      'aws done',
    ]);
  });
});

describe('reconcile: disabled', () => {
  test('leaves alone what it is, Suspended and neither Synced nor OutOfSync', async () => {
    const world = await settled();
    world.files.set('xray.yaml', annotated('reconcile: disabled'));
    await meddle(world);
    const results = await world.loopFor(600_000);
    expect(world.mutations()).toEqual([]);
    const last = report(results.at(-1)!);
    expect(objectIn(last, 'xray')).toMatchObject({ sync: 'Unknown', health: 'Suspended' });
    expect(objectIn(last, 'xray').conditions[0]).toMatchObject({ reason: 'ReconcilePaused' });
    expect(last.summary).toMatchObject({ total: 3, ready: 2, outOfSync: 0, suspended: 1 });
  });
});

describe('ignore-drift', () => {
  test('lists the field with both values, and corrects the others only', async () => {
    const world = await settled();
    world.files.set('xray.yaml', annotated('ignore-drift: "desiredCount, ingress"'));
    await meddle(world);
    const results = await world.loopFor(600_000);
    expect(world.mutations().filter((name) => !/Tag/.test(name))).toEqual(['logs:PutRetentionPolicy']);
    const last = report(results.at(-1)!);
    expect(resourceIn(last, 'service/xray')).toMatchObject({
      state: 'InSync',
      step: 'keep',
      reason: 'drift ignored: desiredCount',
      drift: [{ path: 'desiredCount', desired: 2, actual: 1 }],
    });
    expect(last.summary).toMatchObject({ total: 3, ready: 3, outOfSync: 0 });
  });
});

describe('--mode observe', () => {
  test('costs reads only, whatever is missing', async () => {
    const observing = createWorld({ mode: 'observe' });
    const results = await observing.loopFor(600_000);
    expect(observing.calls.filter(({ name }) => !isRead(name))).toEqual([]);
    expect(results.at(-1)!.plan.summary).toMatchObject({ create: 0, hold: 16, keep: 1 });
    const told = report(results.at(-1)!);
    expect(told.summary).toMatchObject({ total: 4, ready: 0, outOfSync: 4, progressing: 0, stalled: 0 });
  });
});

describe("a plan's summary", () => {
  test('counts every step once, held or not', async () => {
    const world = await settled();
    world.files.set('xray.yaml', annotated('reconcile: observe'));
    await meddle(world);
    const { plan } = await world.pass({ dryRun: true });
    const { create, update, replace, keep, hold } = plan.summary;
    expect(create + update + replace + plan.summary.delete + keep + hold).toBe(plan.steps.length);
    expect(planOf(plan.steps)).toEqual(plan);
  });
});
