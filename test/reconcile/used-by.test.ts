import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { MANIFESTS, createWorld } from '../support/world/world.ts';
import type { World, WorldOptions } from '../support/world/world.ts';

/** Who names a daemon's endpoint in what the services of the account run. */

const ENDPOINT = 'xray.services.dockerinaws.org:2000';
const DAEMON = { 'xray.yaml': MANIFESTS['xray.yaml'] };
const WITHOUT_DAEMON = MANIFESTS['xray.yaml'].split('---\n').slice(0, 2).join('---\n');

/** What looking through the account calls; some of it each pass calls for the daemon's own service too. */
const LOOKING = new Set(
  ['ListClusters', 'ListServices', 'DescribeServices', 'DescribeTaskDefinition'].map((name) => `ecs:${name}`),
);

/** Somebody's service in a cluster of theirs, with these containers. */
async function makeService(
  world: World,
  name: string,
  containers: readonly object[] = [naming(ENDPOINT)],
  desiredCount = 1,
): Promise<void> {
  const call = callsTo(world.sandbox);
  await call('ecs', 'CreateCluster', { clusterName: 'apps' });
  const { taskDefinition } = await call('ecs', 'RegisterTaskDefinition', {
    family: name,
    networkMode: 'bridge',
    containerDefinitions: containers,
  });
  await call('ecs', 'CreateService', {
    cluster: 'apps',
    serviceName: name,
    taskDefinition: (taskDefinition as { taskDefinitionArn: string }).taskDefinitionArn,
    desiredCount,
    launchType: 'EC2',
  });
}

function naming(value: string, variable = 'AWS_XRAY_DAEMON_ADDRESS'): object {
  return { name: 'web', image: 'example.org/web:1', memory: 64, environment: [{ name: variable, value }] };
}

async function settledWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ files: DAEMON, ...options });
  await world.settle();
  return world;
}

async function usedBy(world: World) {
  return objectIn(createReporter().record(await world.pass()), 'xray').usedBy;
}

const WEB = { service: 'apps/web', container: 'web', at: 'environment[AWS_XRAY_DAEMON_ADDRESS]' };

/** Longer than from one look through all to the next. */
const LATER_MS = 660_000;

describe('who uses a daemon', () => {
  test('is found by the endpoint in a variable of what a service runs, and nothing that it says is shown', async () => {
    const world = await settledWorld();
    await makeService(world, 'web', [naming(`udp://user:hunter2@${ENDPOINT}/?token=hunter2`)]);
    await world.clock.advance(LATER_MS);
    expect(await usedBy(world)).toEqual([WEB]);
    const report = createReporter().record(await world.pass());
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  test.each<[string, object, string]>([
    ['a command', { command: ['--daemon', ENDPOINT] }, 'command'],
    ['a label', { dockerLabels: { upstream: ENDPOINT.toUpperCase() } }, 'dockerLabels[upstream]'],
  ])('is found in %s too', async (_where, fields, at) => {
    const world = await settledWorld();
    await makeService(world, 'web', [{ name: 'web', image: 'example.org/web:1', memory: 64, ...fields }]);
    await world.clock.advance(LATER_MS);
    expect(await usedBy(world)).toEqual([{ service: 'apps/web', container: 'web', at }]);
  });

  test.each<[string, () => Parameters<typeof makeService>[2], number]>([
    ['names another host that ends alike', () => [naming(`my-${ENDPOINT}`)], 1],
    ['runs nothing', () => [naming(ENDPOINT)], 0],
  ])('is nobody whose service %s', async (_how, containers, count) => {
    const world = await settledWorld();
    await makeService(world, 'web', containers(), count);
    await world.clock.advance(LATER_MS);
    expect(await usedBy(world)).toEqual([]);
  });

  test('is nobody any more once their service is gone', async () => {
    const world = await settledWorld();
    await makeService(world, 'web');
    await world.clock.advance(LATER_MS);
    expect(await usedBy(world)).toEqual([WEB]);
    await callsTo(world.sandbox)('ecs', 'DeleteService', { cluster: 'apps', service: 'web', force: true });
    for (let passes = 0; passes < 20; passes += 1) {
      await world.clock.advance(LATER_MS);
      await world.pass();
    }
    expect(await usedBy(world)).toEqual([]);
  });

  test('is left out where the account does not say, and nothing else suffers', async () => {
    const world = createWorld({ files: DAEMON });
    world.intercept((call, perform) =>
      call.name === 'ecs:ListClusters'
        ? Promise.reject(Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' }))
        : perform(),
    );
    await world.loopFor(300_000);
    const { plan } = await world.pass();
    expect(plan.steps.find(({ id }) => displayId(id) === 'service/xray')).toMatchObject({ type: 'keep' });
  });

  test('costs a service of the account few requests: a revision is read once, and all is looked through by turns', async () => {
    const world = await settledWorld();
    for (let nth = 0; nth < 30; nth += 1) {
      await makeService(world, `web-${nth}`);
      await world.clock.advance(5_000);
    }
    await world.clock.advance(LATER_MS);
    const costs: number[] = [];
    for (let passes = 0; passes < 40; passes += 1) {
      const before = world.calls.length;
      await world.pass();
      costs.push(world.calls.slice(before).filter(({ name }) => LOOKING.has(name)).length);
      await world.clock.advance(60_000);
    }
    expect(await usedBy(world)).toHaveLength(30);
    const read = world.calls.filter(({ name }) => name === 'ecs:DescribeTaskDefinition');
    const revisions = read.map(({ input }) => input['taskDefinition']);
    expect(new Set(revisions).size).toBeGreaterThanOrEqual(30);
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(15);
  });
});

describe('an account with more services than a pass may look through', () => {
  const SERVICES = 450;

  async function crowdedWorld(): Promise<World> {
    const world = createWorld({ files: DAEMON });
    for (let nth = 0; nth < SERVICES; nth += 1) {
      await makeService(world, `web-${nth}`, [naming('elsewhere')]);
      await world.clock.advance(5_000);
    }
    await makeService(world, 'z-last');
    return world;
  }

  function looking(world: World, since: number): number {
    return world.calls.slice(since).filter(({ name }) => LOOKING.has(name)).length;
  }

  test('is looked through at once for its first part, and then at 15 calls a pass', async () => {
    const world = await crowdedWorld();
    await world.settle();
    for (let passes = 0; passes < 5; passes += 1) await world.pass();
    const before = world.calls.length;
    for (let passes = 0; passes < 10; passes += 1) await world.pass();
    expect(looking(world, before) / 10).toBeLessThanOrEqual(20);
    for (let passes = 0; passes < 10; passes += 1) await world.pass();
    expect(await usedBy(world)).toEqual([{ ...WEB, service: 'apps/z-last' }]);
  });

  test('is looked through in a hurry where a removal waits for it, which then waits for its user', async () => {
    const world = await crowdedWorld();
    await world.settle();
    world.restart();
    world.files.set('xray.yaml', WITHOUT_DAEMON);
    const whys: (string | undefined)[] = [];
    for (let passes = 0; passes < 7; passes += 1) {
      const { plan } = await world.pass();
      whys.push(plan.steps.find(({ id }) => displayId(id) === 'service/xray')?.reason);
    }
    expect(whys[0]).toBe('waits until the controller has searched the services of the account for its users');
    expect(whys.at(-1)).toContain('xray is used by service apps/z-last');
  });

  test('costs a command about one daemon nothing', async () => {
    const world = await crowdedWorld();
    await world.settle();
    const before = world.calls.length;
    const another = createWorld({ files: DAEMON, beside: world, scope: 'these' });
    await another.pass({ dryRun: true });
    expect(world.calls.slice(before).filter(({ name }) => name === 'ecs:ListServices')).toEqual([]);
  });
});

describe('removing a daemon that is used', () => {
  test('waits for the confirmation of the plan, with who uses it', async () => {
    const world = await settledWorld({ pruneBudget: { count: 1000 } });
    await makeService(world, 'web');
    await world.clock.advance(LATER_MS);
    await world.pass();
    world.files.set('xray.yaml', WITHOUT_DAEMON);
    const { plan } = await world.pass();
    const step = plan.steps.find(({ id }) => displayId(id) === 'service/xray');
    expect(step).toMatchObject({ type: 'hold', why: 'budget', intent: 'delete' });
    expect(step?.reason).toBe(
      'xray is used by service apps/web (container web, environment[AWS_XRAY_DAEMON_ADDRESS]); remove it there first, or confirm the plan by its hash',
    );
    world.restart();
    const again = (await world.pass()).plan.steps.find(({ id }) => displayId(id) === 'service/xray');
    expect(again).toMatchObject({ type: 'hold', why: 'budget' });
  });

  test('waits no more once nobody uses it', async () => {
    const world = await settledWorld({ pruneBudget: { count: 1000 } });
    world.files.set('xray.yaml', WITHOUT_DAEMON);
    await world.loopFor(1_800_000);
    const { plan } = await world.pass();
    expect(plan.steps.filter(({ manifest }) => manifest.kind === 'DaemonService')).toEqual([]);
  });
});
