import { beforeEach, describe, expect, test } from 'vitest';
import { logGroupKind } from '../../controller/kinds/log-group/index.ts';
import type { LogGroupSpec, LogGroupState } from '../../controller/kinds/log-group/model.ts';
import { prefixesFor } from '../../controller/kinds/log-group/prefixes.ts';
import type { KindDriver } from '../../controller/kinds/kind.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';

let world: SandboxAws;
let driver: KindDriver<LogGroupSpec, LogGroupState>;
beforeEach(() => {
  world = sandboxAws();
  driver = logGroupKind.driver(world.context);
});

function logGroup(name: string, retentionInDays: number | null = 7) {
  return desiredOf<LogGroupSpec>({ kind: 'log-group', name }, { name, retentionInDays });
}

async function create(desired: ReturnType<typeof logGroup>) {
  return driver.create(desired, tagsFor(world, desired), await needsIn(world));
}

function observe(desired: readonly ReturnType<typeof logGroup>[], scope: 'these' | 'all-owned' = 'these') {
  return driver.observe({ desired, scope, needs: nothingNeeded, findings: nothingFound });
}

/** Time in which the inventory no longer needs our own writes. */
async function laterPass(): Promise<void> {
  await world.clock.advance(3_600_000);
  world.context.inventory.startPass();
}

describe('what differs', () => {
  test.each([
    [7, 7, []],
    [7, 30, [['retentionInDays', 30, 7]]],
    [7, null, [['retentionInDays', null, 7]]],
    [null, 7, [['retentionInDays', 7, null]]],
    [null, null, []],
  ] as const)('retention %s against %s', async (wanted, actual, expected) => {
    const made = doneOf(await create(logGroup('a')));
    const observed = { ...made, state: { retentionInDays: actual } };
    const changes = logGroupKind.model.diff(
      deepFreeze(logGroup('a', wanted)),
      deepFreeze(observed),
      nothingNeeded,
    );
    expect(changes.map(({ path, from, to }) => [path, from, to])).toEqual(expected);
  });
});

describe('which prefixes are listed', () => {
  test.each([
    ['a folder with three or more', ['/sk/a', '/sk/b', '/sk/c'], ['/sk/']],
    ['each name where a folder has fewer', ['/sk/a', '/sk/b'], ['/sk/a', '/sk/b']],
    ['never the root', ['/a', '/b', '/c'], ['/a', '/b', '/c']],
    ['never everything', ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['the deepest folder', ['/x/y/a', '/x/y/b', '/x/y/c', '/x/d'], ['/x/y/', '/x/d']],
  ])('%s', (_rule, names, expected) => {
    expect(prefixesFor(names)).toEqual(expected);
  });
});

describe('observing', () => {
  test('does not take a longer name for the one that is asked for', async () => {
    await create(logGroup('/stationkeeper/xray-2'));
    expect(await observe([logGroup('/stationkeeper/xray')])).toEqual({ items: [], unseen: [] });
  });

  test('reads a folder page by page, and tags in a batch', async () => {
    const desired = Array.from({ length: 120 }, (_, index) => logGroup(`/stationkeeper/d${index}`));
    for (const each of desired) await create(each);
    await laterPass();
    world.resetRequests();
    const { items } = await observe(desired, 'all-owned');
    expect(items).toHaveLength(120);
    expect(items.every((item) => item.owner === 'us')).toBe(true);
    expect(world.requests.filter((each) => each.operation === 'DescribeLogGroups')).toHaveLength(3);
    expect(world.requests.filter((each) => each.operation === 'ListTagsForResource')).toEqual([]);
  });

  test('an ARN is the one that tags and policies know, without the trailing :*', async () => {
    await create(logGroup('/stationkeeper/xray'));
    const { items } = await observe([logGroup('/stationkeeper/xray')]);
    const arn = 'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray';
    expect(items[0]).toMatchObject({ arn, outputs: { arn, name: '/stationkeeper/xray' } });
  });

  test('finds what is ours and no longer wanted, and nothing of others', async () => {
    await create(logGroup('/stationkeeper/ours'));
    await world.aws.logs.createLogGroup({ logGroupName: '/stationkeeper/foreign' });
    await laterPass();
    const { items } = await observe([], 'all-owned');
    expect(items.map((item) => [item.id.name, item.owner])).toEqual([['/stationkeeper/ours', 'us']]);
  });

  test('a wanted group of somebody else is seen as theirs', async () => {
    await world.aws.logs.createLogGroup({ logGroupName: 'x', tags: { 'stationkeeper:owner': 'other' } });
    expect((await observe([logGroup('x')])).items[0]?.owner).toBe('another');
  });

  test('a group whose tags cannot be read is unseen, and the others are not', async () => {
    await create(logGroup('a'));
    await world.aws.logs.createLogGroup({ logGroupName: 'b' });
    world.failNext('logs:ListTagsForResource', 'AccessDeniedException');
    const { items, unseen } = await observe([logGroup('a'), logGroup('b')]);
    expect(items.map((item) => item.id.name)).toEqual(['a']);
    expect(unseen).toMatchObject([
      { id: { name: 'b' }, why: expect.stringContaining('logs:ListTagsForResource') },
    ]);
  });

  test('a refused listing is no observation', async () => {
    world.failNext('logs:DescribeLogGroups', 'AccessDeniedException');
    await expect(observe([logGroup('a')])).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('creating', () => {
  test.each([7, null])('with retention %s leaves nothing that differs', async (retentionInDays) => {
    const desired = logGroup('/stationkeeper/xray', retentionInDays);
    const made = doneOf(await create(desired));
    await laterPass();
    const { items } = await observe([desired]);
    expect(items).toEqual([{ ...made, createdAt: expect.any(Number) }]);
    expect(made).toMatchObject({ owner: 'us', tags: tagsFor(world, desired) });
    expect(logGroupKind.model.diff(desired, made, nothingNeeded)).toEqual([]);
  });

  test('what exists already is looked at again, and not touched', async () => {
    await world.aws.logs.createLogGroup({ logGroupName: 'a' });
    world.resetRequests();
    expect(await create(logGroup('a'))).toMatchObject({ type: 'started' });
    expect(world.mutations()).toEqual(['logs:CreateLogGroup']);
  });

  test('a retention that could not be set is set by the next pass', async () => {
    world.failNext('logs:PutRetentionPolicy', 'AccessDeniedException');
    await expect(create(logGroup('a'))).rejects.toMatchObject({ code: 'AccessDeniedException' });
    const [half] = (await observe([logGroup('a')])).items;
    expect(half?.owner).toBe('us');
    const changes = logGroupKind.model.diff(logGroup('a'), half!, nothingNeeded);
    expect(changes).toMatchObject([{ path: 'retentionInDays', from: null, to: 7 }]);
  });
});

test.each([
  [7, null],
  [null, 7],
  [7, 30],
])('an update changes retention %s to %s', async (before, after) => {
  const made = doneOf(await create(logGroup('a', before)));
  const wanted = logGroup('a', after);
  const changes = logGroupKind.model.diff(wanted, made, nothingNeeded);
  const updated = doneOf(
    await driver.update(wanted, made, { changes, upkeep: [] }, made.tags, nothingNeeded),
  );
  expect((await observe([wanted])).items).toEqual([{ ...updated, createdAt: expect.any(Number) }]);
});

describe('deleting', () => {
  test('twice is gone both times', async () => {
    const made = doneOf(await create(logGroup('a')));
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
  });

  test('waits for another change that is under way', async () => {
    const made = doneOf(await create(logGroup('a')));
    world.failNext('logs:DeleteLogGroup', 'OperationAbortedException');
    expect(await driver.delete(made)).toMatchObject({ type: 'started' });
  });

  test('does not leave its tags to a namesake that somebody makes afterwards', async () => {
    const made = doneOf(await create(logGroup('a')));
    await driver.delete(made);
    await world.aws.logs.createLogGroup({ logGroupName: 'a' });
    expect((await observe([logGroup('a')])).items[0]?.owner).toBe('nobody');
  });
});

test('releasing it leaves it to nobody', async () => {
  const made = doneOf(await create(logGroup('a')));
  const released = await driver.tag(made, {}, Object.keys(made.tags));
  expect(released).toMatchObject({ owner: 'nobody', tags: {} });
  expect((await observe([logGroup('a')])).items).toEqual([{ ...released, createdAt: expect.any(Number) }]);
  expect((await observe([], 'all-owned')).items).toEqual([]);
});
