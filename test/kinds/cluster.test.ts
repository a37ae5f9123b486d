import { beforeEach, describe, expect, test } from 'vitest';
import { createInventory } from '../../controller/aws/inventory.ts';
import { clusterKind } from '../../controller/kinds/cluster/index.ts';
import type { ClusterSpec, ClusterState } from '../../controller/kinds/cluster/model.ts';
import { FACTS, inventoryTypesOf } from '../../controller/kinds/facts.ts';
import type { DriverContext, KindDriver } from '../../controller/kinds/kind.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';

let world: SandboxAws;
let driver: KindDriver<ClusterSpec, ClusterState>;
beforeEach(() => {
  world = sandboxAws();
  driver = clusterKind.driver(world.context);
});

function cluster(name: string, containerInsights?: ClusterSpec['containerInsights']) {
  const spec = containerInsights === undefined ? { name } : { name, containerInsights };
  return desiredOf<ClusterSpec>({ kind: 'cluster', name }, spec);
}

async function create(desired: ReturnType<typeof cluster>) {
  return driver.create(desired, tagsFor(world, desired), await needsIn(world));
}

function observe(
  desired: readonly ReturnType<typeof cluster>[],
  scope: 'these' | 'all-owned' = 'these',
  from = driver,
) {
  return from.observe({ desired, scope, needs: nothingNeeded, findings: nothingFound });
}

describe('what differs', () => {
  test.each([
    ['the same setting', 'enabled', 'enabled', []],
    ['another setting', 'enhanced', 'disabled', ['containerInsights']],
    ['a cluster that is only used', undefined, 'enabled', []],
    ['a setting that was not returned', 'enabled', undefined, []],
  ] as const)('%s', async (_what, wanted, actual, paths) => {
    const observed = { ...doneOf(await create(cluster('a'))), state: { containerInsights: actual } };
    const changes = clusterKind.model.diff(
      deepFreeze(cluster('a', wanted)),
      deepFreeze(observed),
      nothingNeeded,
    );
    expect(changes.map((change) => change.path)).toEqual(paths);
  });
});

describe('observing', () => {
  test('finds what is ours before the inventory lists it, for two minutes after a start', async () => {
    await create(cluster('ours'));
    await world.aws.ecs.createCluster({ clusterName: 'foreign' });
    const inventory = createInventory(world.aws, 'stationkeeper', world.clock, inventoryTypesOf(FACTS));
    const successor = clusterKind.driver({ ...world.context, inventory });
    const names = async (): Promise<readonly string[]> => {
      inventory.startPass();
      return (await observe([], 'all-owned', successor)).items.map(({ id }) => id.name);
    };
    expect(await names()).toEqual(['ours']);
    await world.clock.advance(120_000);
    world.resetRequests();
    expect(await names()).toEqual(['ours']);
    expect(world.requests.map(({ operation }) => operation)).toEqual(['GetResources', 'DescribeClusters']);
  });

  test('describes a hundred clusters a call', async () => {
    const desired = Array.from({ length: 150 }, (_, index) => cluster(`c${index}`));
    await create(desired[149]!);
    world.resetRequests();
    const { items } = await observe(desired);
    expect(items.map((item) => item.id.name)).toEqual(['c149']);
    expect(world.requests).toHaveLength(2);
  });

  test('takes an INACTIVE cluster for absent', async () => {
    const made = doneOf(await create(cluster('a', 'disabled')));
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
    expect(await observe([cluster('a')])).toEqual({ items: [], unseen: [] });
  });

  test.each([
    ['a failure that is not MISSING', { failures: [{ arn: 'a', reason: 'ACCESS' }] }, /ACCESS/],
    ['no answer at all', {}, /did not answer/],
  ])('%s leaves the cluster unseen, not absent', async (_what, answer, why) => {
    const describeClusters = () => Promise.resolve({ $metadata: {}, ...answer });
    const { aws } = world.context;
    const context: DriverContext = {
      ...world.context,
      aws: { ...aws, ecs: { ...aws.ecs, describeClusters } },
    };
    const { items, unseen } = await observe([cluster('a')], 'these', clusterKind.driver(context));
    expect(items).toEqual([]);
    expect(unseen).toMatchObject([{ id: cluster('a').id, why: expect.stringMatching(why) }]);
  });

  test('a refused read is no observation', async () => {
    world.failNext('ecs:DescribeClusters', 'AccessDeniedException');
    await expect(observe([cluster('a')])).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('finds what is ours and no longer wanted, and nothing of others', async () => {
    await create(cluster('ours', 'disabled'));
    await world.aws.ecs.createCluster({ clusterName: 'foreign' });
    const { items } = await observe([], 'all-owned');
    expect(items.map((item) => [item.id.name, item.owner])).toEqual([['ours', 'us']]);
  });
});

describe('creating', () => {
  test('carries tags and settings, so that nothing differs after it', async () => {
    const desired = cluster('a', 'enhanced');
    const made = doneOf(await create(desired));
    const { items } = await observe([desired]);
    expect(items).toEqual([made]);
    expect(made).toMatchObject({ owner: 'us', manifest: desired.manifest, tags: tagsFor(world, desired) });
    expect(clusterKind.model.diff(desired, made, nothingNeeded)).toEqual([]);
  });

  test('does not claim a cluster that somebody else made meanwhile', async () => {
    await world.aws.ecs.createCluster({ clusterName: 'a' });
    expect(await create(cluster('a'))).toMatchObject({ type: 'started' });
    expect((await observe([cluster('a')])).items[0]?.owner).toBe('nobody');
  });

  test('makes the service-linked role that the first use of ECS lacks', async () => {
    world.failNext('ecs:CreateCluster', 'InvalidParameterException', {
      message:
        'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
    });
    expect(await create(cluster('a'))).toMatchObject({ type: 'started' });
    expect(world.mutations()).toContain('iam:CreateServiceLinkedRole');
    expect(await create(cluster('a'))).toMatchObject({ type: 'done' });
  });

  test('goes on where that role exists and is only not visible yet', async () => {
    const message = 'Unable to assume the service linked role.';
    world.failNext('ecs:CreateCluster', 'InvalidParameterException', { message, times: 2 });
    await create(cluster('a'));
    expect(await create(cluster('a'))).toMatchObject({ type: 'started' });
  });

  test('a refusal for any other reason is an error', async () => {
    world.failNext('ecs:CreateCluster', 'InvalidParameterException', { message: 'bad name' });
    await expect(create(cluster('a'))).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });
});

test('an update changes the setting in place', async () => {
  const made = doneOf(await create(cluster('a', 'disabled')));
  const wanted = cluster('a', 'enabled');
  const changes = clusterKind.model.diff(wanted, made, nothingNeeded);
  const updated = doneOf(
    await driver.update(wanted, made, { changes, upkeep: [] }, made.tags, nothingNeeded),
  );
  expect((await observe([wanted])).items).toEqual([updated]);
  expect(updated.state.containerInsights).toBe('enabled');
});

describe('deleting', () => {
  test.each([
    'ClusterContainsServicesException',
    'ClusterContainsTasksException',
    'UpdateInProgressException',
  ])('waits on %s', async (code) => {
    const made = doneOf(await create(cluster('a')));
    world.failNext('ecs:DeleteCluster', code);
    expect(await driver.delete(made)).toMatchObject({ type: 'started' });
  });

  test('twice is gone both times', async () => {
    const made = doneOf(await create(cluster('a')));
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
  });
});

describe('tagging', () => {
  test('makes only the calls that change something, and keeps what others have set', async () => {
    const made = doneOf(await create(cluster('a')));
    world.resetRequests();
    const same = await driver.tag(made, { ...made.tags }, ['unknown']);
    expect(world.requests).toEqual([]);
    expect(same).toEqual(made);
    const tagged = await driver.tag(made, { team: 'platform' }, []);
    expect((await observe([cluster('a')])).items).toEqual([tagged]);
  });

  test('releasing it leaves it to nobody', async () => {
    const made = doneOf(await create(cluster('a')));
    const released = await driver.tag(made, {}, Object.keys(made.tags));
    expect(released).toMatchObject({ owner: 'nobody', tags: {} });
    expect(released).not.toHaveProperty('manifest');
    expect((await observe([], 'all-owned')).items).toEqual([]);
  });
});
