import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { listGoneServices } from '../support/world/gone-services.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const HOUR_MS = 3_600_000;

function cluster(name: string): string {
  return `apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: {}\n`;
}

function left(world: World): Promise<readonly string[]> {
  return world.clock.run(
    world.sandbox
      .call({
        service: 'ecs',
        operation: 'ListClusters',
        input: {},
        region: 'us-east-1',
        accountId: DEFAULT_ACCOUNT_ID,
      })
      .then((answer) =>
        (answer as { clusterArns: string[] }).clusterArns.map((arn) => arn.split('/').at(-1)!).toSorted(),
      ),
  );
}

describe('a budget of three an hour', () => {
  async function eight(): Promise<World> {
    const files = Object.fromEntries([...NAMES, 'stays'].map((name) => [`${name}.yaml`, cluster(name)]));
    const world = createWorld({ files, pruneBudget: { count: 3 } });
    await world.settle();
    return world;
  }

  test('lets three of eight commits go that remove one object each, and the others as the hour passes', async () => {
    const world = await eight();
    for (const name of NAMES) {
      world.files.delete(`${name}.yaml`);
      await world.loopFor(120_000);
    }
    expect(await left(world)).toEqual(['d', 'e', 'f', 'g', 'h', 'stays']);
    const { plan } = (await world.loopFor(60_000)).at(-1)!;
    expect(stepsOf(plan)).toEqual(['d', 'e', 'f', 'g', 'h'].map((name) => `hold budget cluster/${name}`));
    expect(plan.steps.at(-1)?.reason).toMatch(
      /^5 objects would be removed, 3 objects were removed within the last 1h and the prune budget is 3; confirm/,
    );
  });

  test('lets the next go once the first is an hour ago, and says when that is', async () => {
    const world = await eight();
    for (const name of ['a', 'b', 'c', 'd']) {
      world.files.delete(`${name}.yaml`);
      await world.loopFor(120_000);
    }
    const { plan } = (await world.loopFor(60_000)).at(-1)!;
    expect(stepsOf(plan)).toEqual(['hold budget cluster/d']);
    const nextAt = /wait until (\S+),/.exec(plan.steps.at(-1)?.reason ?? '')?.[1] ?? '';
    expect(Date.parse(nextAt) - world.clock.now()).toBeGreaterThan(HOUR_MS - 600_000);
    expect(await left(world)).toContain('d');
    await world.loopFor(Date.parse(nextAt) - world.clock.now() + 120_000);
    expect(await left(world)).not.toContain('d');
  });

  test('counts after a restart the services of ours that AWS still shows as gone', async () => {
    const [CLUSTER = '', NAMESPACE = '', DAEMON = ''] = MANIFESTS['xray.yaml'].split('---\n');
    const daemon = (name: string): string =>
      DAEMON.replace('  name: xray\n', `  name: ${name}\n`).replace(
        /(serviceDiscovery:\n(?: {4}.*\n)*? {4}name: )xray\n/,
        `$1${name}\n`,
      );
    const names = ['one', 'two'];
    const world = createWorld({
      files: {
        'shared.yaml': [CLUSTER, NAMESPACE].join('---\n'),
        ...Object.fromEntries(names.map((name) => [`${name}.yaml`, daemon(name)])),
      },
      pruneBudget: { count: 1 },
    });
    await world.settle();
    listGoneServices(world);
    await world.loopFor(60_000);
    world.files.delete('one.yaml');
    await world.loopFor(900_000);
    world.restart();
    world.files.delete('two.yaml');
    const results = await world.loopFor(120_000);
    const held = results.at(-1)!.plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    expect(held.length).toBeGreaterThan(0);
    expect(held[0]?.reason).toMatch(
      /^1 object would be removed, 1 object were removed within the last 1h and the prune budget is 1; wait until/,
    );
    await world.loopFor(HOUR_MS + 900_000);
    expect(stepsOf((await world.loopFor(60_000)).at(-1)!.plan)).toEqual([]);
  });
});
