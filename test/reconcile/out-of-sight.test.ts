import { describe, expect, test } from 'vitest';
import { historyOf } from '../../controller/status/history.ts';
import { createReporter, objectIn, resourceIn } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, refusal } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const DAEMON = { kind: 'DaemonService', name: 'xray' } as const;

/** The daemon is removed, its service drains, and what it leaves waits for that. */
async function leaving() {
  const world = createWorld();
  const reporter = createReporter();
  for (const result of await world.settle()) reporter.record(result);
  await world.clock.advance(300_000);
  for (const result of await world.settle()) reporter.record(result);
  world.files.set('xray.yaml', MANIFESTS['xray.yaml'].split('---\n').slice(0, 2).join('---\n'));
  reporter.record(await world.pass());
  return { world, reporter };
}

function refuse(world: World, isRefused: (name: string) => boolean): void {
  world.intercept((call, perform) =>
    isRefused(call.name) ? Promise.reject(refusal('ExpiredToken')) : perform(),
  );
}

describe('an object that is under deletion', () => {
  test('is Unknown while AWS refuses every read, and its history says of nothing that it is done', async () => {
    const { world, reporter } = await leaving();
    refuse(world, () => true);
    await world.clock.advance(60_000);
    const before = historyOf(reporter.store.histories(), DAEMON, 'default')?.transitions;
    const report = reporter.record(await world.pass());
    const object = objectIn(report, 'xray');
    expect(object).toMatchObject({ sync: 'Unknown', health: 'Unknown' });
    expect(object.conditions[0]).toMatchObject({ type: 'Ready', status: 'Unknown' });
    expect(resourceIn(report, 'service/xray')).toMatchObject({ state: 'Unknown', step: 'hold', owner: 'us' });
    expect(resourceIn(report, 'security-group/xray')).toMatchObject({ state: 'Unknown' });
    const begun = historyOf(reporter.store.histories(), DAEMON, 'default')!.transitions.find(
      ({ resource }) => resource === 'service/xray',
    );
    expect(begun).toMatchObject({ why: 'Deleted', result: 'started' });
    expect(before?.length).toBeGreaterThan(0);

    world.intercept(undefined);
    for (const result of await world.settle(200)) reporter.record(result);
    expect(reporter.store.report().objects.map(({ name }) => name)).not.toContain('xray');
    const ended = historyOf(reporter.store.histories(), DAEMON, 'default')!.transitions.find(
      ({ resource }) => resource === 'service/xray',
    );
    expect(ended).toMatchObject({ why: 'Deleted', result: 'done' });
  });

  test('keeps what one service of AWS does not show among its resources, as Unknown', async () => {
    const { world, reporter } = await leaving();
    refuse(world, (name) => name.startsWith('ec2:DescribeSecurityGroup'));
    await world.clock.advance(10_000);
    for (let passes = 0; passes < 3; passes += 1) reporter.record(await world.pass());
    const report = reporter.store.report();
    expect(resourceIn(report, 'security-group/xray')).toMatchObject({ state: 'Unknown', step: 'hold' });
    expect(resourceIn(report, 'role/xray-task').reason).toMatch(
      /^not every security-group could be read: AWS refuses ec2:DescribeSecurityGroup/,
    );
  });
});

describe('an environment that is declared no more', () => {
  test('is looked at for as long as what it held may still be there', async () => {
    const environment = (name: string, region: string) =>
      `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: ${name} }\nspec: { region: ${region}, vpc: default, subnets: default }\n`;
    const cluster =
      'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: far }\nspec: { environment: two, containerInsights: disabled }\n';
    const one = environment('one', 'us-east-1');
    const world = createWorld({
      files: { 'one.yaml': one, 'two.yaml': `${environment('two', 'eu-west-1')}---\n${cluster}` },
    });
    const reporter = createReporter();
    for (const result of await world.settle()) reporter.record(result);
    world.files.delete('two.yaml');
    refuse(world, () => true);
    for (let passes = 0; passes < 3; passes += 1) reporter.record(await world.pass());
    expect(resourceIn(reporter.store.report(), 'cluster/far')).toMatchObject({ state: 'Unknown' });
    world.intercept(undefined);
    expect(resourceIn(reporter.record(await world.pass()), 'cluster/far')).toMatchObject({ state: 'Held' });
  });
});
