import { describe, expect, it } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { createReporter, objectIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World, WorldOptions } from '../support/world/world.ts';

/** Log groups that containers name beside their daemon's own: the daemon's where nobody else has them. */

const GROUP = '/audit/all';
const HERE = 'us-east-1';
const CLUSTER = yamlOf(cluster());

/** A daemon that logs into the group as its container says. */
function naming(
  overrides: DocumentOverrides<'DaemonService'> = {},
  { group = GROUP, region = HERE, ...more }: { group?: string; region?: string; creates?: 'true' } = {},
): string {
  const options = {
    'awslogs-group': group,
    'awslogs-region': region,
    'awslogs-stream-prefix': 'x',
    ...(more.creates !== undefined && { 'awslogs-create-group': more.creates }),
  };
  const containers = [
    {
      name: 'main',
      image: 'example.org/daemon:1',
      logConfiguration: { logDriver: 'awslogs' as const, options },
    },
  ];
  return yamlOf(daemonService({ logs: { retentionInDays: 7 }, ...overrides, containers }));
}

function worldOf(files: Readonly<Record<string, string>>, options: WorldOptions = {}): World {
  return createWorld({ ...options, files: { 'cluster.yaml': CLUSTER, ...files } });
}

interface Group {
  readonly retentionInDays: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The group as CloudWatch Logs has it; undefined where it has none. */
async function groupOf({ sandbox }: World, name = GROUP): Promise<Group | undefined> {
  const call = callsTo(sandbox);
  const { logGroups } = (await call('logs', 'DescribeLogGroups', { logGroupNamePrefix: name })) as {
    readonly logGroups: readonly {
      readonly logGroupName: string;
      readonly logGroupArn: string;
      readonly retentionInDays?: number;
    }[];
  };
  const found = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (found === undefined) return undefined;
  const { tags } = await call('logs', 'ListTagsForResource', { resourceArn: found.logGroupArn });
  return { retentionInDays: found.retentionInDays, tags: tags as Group['tags'] };
}

async function ownerOf(world: World, name = GROUP): Promise<string | undefined> {
  return (await groupOf(world, name))?.tags['stationkeeper:manifest'];
}

/** Calls of the controller that change the group. */
function changesOf(world: World, name = GROUP): readonly string[] {
  return world.calls.flatMap(({ name: call, input }) => {
    const { logGroupName, resourceArn } = input as { logGroupName?: string; resourceArn?: string };
    const isAbout = logGroupName === name || resourceArn?.endsWith(`:log-group:${name}`) === true;
    return isAbout && !/:(List|Describe)/.test(call) ? [call] : [];
  });
}

/** Passes until nothing is left to do, and says what would still be. */
async function endsAt(world: World): Promise<readonly string[]> {
  await world.settle();
  return stepsOf((await world.pass()).plan);
}

async function stepOf(world: World, name = GROUP) {
  const { plan } = await world.pass();
  return plan.steps.find(
    ({ id }) => displayId(id) === displayId({ environment: 'default', kind: 'log-group', name }),
  );
}

const XRAY = 'DaemonService/xray';

describe('a log group that a container names and nobody has', () => {
  it('is made with the retention and the tags of the daemon, so that it runs', async () => {
    const world = worldOf({ 'xray.yaml': naming({ labels: { team: 'platform' } }) });
    expect(await endsAt(world)).toEqual([]);
    expect(await groupOf(world)).toEqual({
      retentionInDays: 7,
      tags: expect.objectContaining({
        team: 'platform',
        'stationkeeper:owner': 'stationkeeper',
        'stationkeeper:manifest': XRAY,
        'stationkeeper:deletion-policy': 'retain',
      }) as unknown,
    });
    const { plan } = await world.pass();
    const service = plan.steps.find(({ id }) => id.kind === 'service');
    expect(service).toMatchObject({ type: 'keep', observed: { health: { status: 'Healthy' } } });
  });

  it('has its retention corrected', async () => {
    const world = worldOf({ 'xray.yaml': naming() });
    await world.settle();
    await callsTo(world.sandbox)('logs', 'PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 365 });
    const { before } = await world.pass();
    expect(stepsOf(before)).toEqual([`update log-group${GROUP}`]);
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 7 });
  });

  it('is made again where somebody deleted it by hand', async () => {
    const world = worldOf({ 'xray.yaml': naming() });
    await world.settle();
    await callsTo(world.sandbox)('logs', 'DeleteLogGroup', { logGroupName: GROUP });
    expect(await endsAt(world)).toEqual([]);
    expect(await ownerOf(world)).toBe(XRAY);
  });

  it('gets its retention after all where the controller dies between', async () => {
    const world = worldOf({ 'xray.yaml': naming() });
    world.intercept(({ name, input }, perform) =>
      name === 'logs:PutRetentionPolicy' && input['logGroupName'] === GROUP
        ? new Promise<never>(() => undefined)
        : perform(),
    );
    await world.pass();
    expect(await groupOf(world)).toMatchObject({ retentionInDays: undefined });
    world.restart();
    world.intercept(undefined);
    expect(await endsAt(world)).toEqual([]);
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 7 });
    expect(await ownerOf(world)).toBe(XRAY);
  });

  it.each([
    ['in another Region', naming({}, { region: 'eu-west-1' })],
    ['which its driver makes', naming({}, { creates: 'true' })],
  ])('is left alone %s', async (_where, text) => {
    const world = worldOf({ 'xray.yaml': text });
    await world.settle();
    expect(changesOf(world)).toEqual([]);
    expect(await stepOf(world)).toBeUndefined();
  });

  it('is only shown by a controller that observes', async () => {
    const world = worldOf({ 'xray.yaml': naming() }, { mode: 'observe' });
    expect(await stepOf(world)).toMatchObject({ type: 'hold', why: 'policy', intent: 'create' });
    expect(await groupOf(world)).toBeUndefined();
  });
});

describe('a log group of the daemon that its containers name no more', () => {
  it('is released, and taken back where they name it again', async () => {
    const world = worldOf({ 'xray.yaml': naming() });
    await world.settle();
    world.files.set('xray.yaml', naming({}, { group: '/audit/other' }));
    expect(await endsAt(world)).toEqual([]);
    expect((await groupOf(world))?.tags).toEqual({
      'stationkeeper:released-from': `stationkeeper/default/${XRAY}`,
    });
    expect(await ownerOf(world, '/audit/other')).toBe(XRAY);
    world.files.set('xray.yaml', naming());
    expect(await endsAt(world)).toEqual([]);
    expect(await ownerOf(world)).toBe(XRAY);
  });

  it('goes with its daemon, as that says', async () => {
    const world = worldOf({
      'a.yaml': naming({ name: 'a', logs: { deletionPolicy: 'delete' } }),
      'b.yaml': naming({ name: 'b' }, { group: '/audit/b' }),
    });
    await world.settle();
    world.files.delete('a.yaml');
    world.files.delete('b.yaml');
    await world.settle();
    expect(await groupOf(world)).toBeUndefined();
    expect((await groupOf(world, '/audit/b'))?.tags).toEqual({
      'stationkeeper:released-from': 'stationkeeper/default/DaemonService/b',
    });
  });

  it('waits for the confirmation that more than the budget needs', async () => {
    const deletes = { deletionPolicy: 'delete' } as const;
    const world = worldOf({ 'a.yaml': naming({ logs: deletes }) }, { pruneBudget: { count: 0 } });
    await world.settle();
    world.files.set('a.yaml', naming({ logs: deletes }, { group: '/audit/other' }));
    await world.settle();
    expect(await stepOf(world)).toMatchObject({ type: 'hold', why: 'budget', intent: 'delete' });
    expect(await ownerOf(world)).toBe(XRAY);
  });
});

describe('a log group that somebody has', () => {
  const ADOPTING = { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' };

  it.each([
    ['nobody that says so', {}, {}],
    ['nobody that says so, of a daemon that adopts', {}, ADOPTING],
    ['another owner', { 'stationkeeper:owner': 'somebody', 'stationkeeper:manifest': XRAY }, {}],
    [
      'another Environment',
      {
        'stationkeeper:owner': 'stationkeeper',
        'stationkeeper:manifest': XRAY,
        'stationkeeper:environment': 'else',
      },
      {},
    ],
    [
      'another source',
      {
        'stationkeeper:owner': 'stationkeeper',
        'stationkeeper:manifest': XRAY,
        'stationkeeper:environment': 'default',
        'stationkeeper:source': 'git.example.org/else',
      },
      {},
    ],
  ])('is used and never changed: %s', async (_whose, tags, annotations) => {
    const world = worldOf({ 'xray.yaml': naming({ annotations }) });
    await callsTo(world.sandbox)('logs', 'CreateLogGroup', {
      logGroupName: GROUP,
      ...(Object.keys(tags).length > 0 && { tags }),
    });
    expect(await endsAt(world)).toEqual([]);
    expect(changesOf(world)).toEqual([]);
    expect(await stepOf(world)).toMatchObject({ type: 'keep', reason: 'used, not managed here' });
    const report = createReporter().record(await world.pass());
    expect(objectIn(report, 'xray').conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });
    world.files.delete('xray.yaml');
    await world.settle();
    expect(await groupOf(world)).toEqual({ retentionInDays: undefined, tags });
  });

  it("is another daemon's own, whichever is made first", async () => {
    const world = worldOf({
      'a.yaml': naming({ name: 'a' }, { group: '/stationkeeper/b' }),
      'b.yaml': naming({ name: 'b', logs: { retentionInDays: 30 } }, { group: '/stationkeeper/b' }),
    });
    expect(await endsAt(world)).toEqual([]);
    expect(await ownerOf(world, '/stationkeeper/b')).toBe('DaemonService/b');
    expect(await groupOf(world, '/stationkeeper/b')).toMatchObject({ retentionInDays: 30 });
    // It is not deleted under the other, nor does that take it.
    world.files.delete('b.yaml');
    expect(await endsAt(world)).toEqual([]);
    expect(await ownerOf(world, '/stationkeeper/b')).toBe('DaemonService/b');
  });

  it("is made as its daemon's own in another Environment of the Region, not by who names it", async () => {
    const world = createWorld({
      files: {
        'all.yaml': [
          yamlOf(environment({ name: 'one', region: HERE }), environment({ name: 'two', region: HERE })),
          yamlOf(cluster({ name: 'one', environment: 'one' }), cluster({ name: 'two', environment: 'two' })),
          naming({ name: 'a', environment: 'one', cluster: 'one' }, { group: '/stationkeeper/b' }),
          yamlOf(daemonService({ name: 'b', environment: 'two', cluster: 'two' })),
        ].join('---\n'),
      },
    });
    expect(await endsAt(world)).toEqual([]);
    expect((await groupOf(world, '/stationkeeper/b'))?.tags).toMatchObject({
      'stationkeeper:environment': 'two',
      'stationkeeper:manifest': 'DaemonService/b',
    });
  });
});

describe('a log group that two daemons name', () => {
  const BOTH = {
    'a.yaml': naming({ name: 'a', logs: { retentionInDays: 3 } }),
    'b.yaml': naming({ name: 'b', logs: { retentionInDays: 30 } }),
  };

  it('is made once, by the first by name, and stays its own over many passes', async () => {
    const world = worldOf(BOTH);
    expect(await endsAt(world)).toEqual([]);
    for (let passes = 0; passes < 50; passes += 1) {
      if (passes % 10 === 9) world.restart();
      const { plan } = await world.pass();
      expect(stepsOf(plan)).toEqual([]);
      await world.clock.advance(60_000);
    }
    expect(changesOf(world)).toEqual(['logs:CreateLogGroup', 'logs:PutRetentionPolicy']);
    expect(await ownerOf(world)).toBe('DaemonService/a');
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 3 });
  });

  it('stays with the one that made it where another comes before it by name', async () => {
    const world = worldOf({ 'b.yaml': BOTH['b.yaml'] });
    await world.settle();
    world.files.set('a.yaml', BOTH['a.yaml']);
    expect(await endsAt(world)).toEqual([]);
    await callsTo(world.sandbox)('logs', 'PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 365 });
    for (let passes = 0; passes < 50; passes += 1) {
      if (passes % 10 === 9) world.restart();
      await world.pass();
      await world.clock.advance(60_000);
    }
    expect(changesOf(world)).toEqual([
      'logs:CreateLogGroup',
      'logs:PutRetentionPolicy',
      'logs:PutRetentionPolicy',
    ]);
    expect(await ownerOf(world)).toBe('DaemonService/b');
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 30 });
  });

  it('is not deleted under the other where its owner goes, and goes by its word once nobody names it', async () => {
    const world = worldOf({
      'a.yaml': naming({ name: 'a', logs: { retentionInDays: 3, deletionPolicy: 'delete' } }),
      'b.yaml': BOTH['b.yaml'],
    });
    await world.settle();
    world.calls.length = 0;
    world.files.delete('a.yaml');
    for (let passes = 0; passes < 20; passes += 1) {
      await world.settle();
      await world.clock.advance(60_000);
    }
    expect(changesOf(world)).toEqual([]);
    expect(await stepOf(world)).toMatchObject({ type: 'keep', manifest: { name: 'b' } });
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 3 });
    world.files.set('b.yaml', naming({ name: 'b' }, { group: '/audit/b' }));
    await world.settle();
    expect(await groupOf(world)).toBeUndefined();
  });

  it('is taken up again by its owner where that comes back', async () => {
    const world = worldOf(BOTH);
    await world.settle();
    world.files.delete('a.yaml');
    await world.settle();
    world.files.set('a.yaml', naming({ name: 'a', logs: { retentionInDays: 14 } }));
    expect(await endsAt(world)).toEqual([]);
    expect(await ownerOf(world)).toBe('DaemonService/a');
    expect(await groupOf(world)).toMatchObject({ retentionInDays: 14 });
  });

  it("is one's by the tags it has also where two sources name it", async () => {
    const ours = worldOf({ 'a.yaml': BOTH['a.yaml'] }, { sourceId: 'ours' });
    await ours.settle();
    const theirs = createWorld({
      beside: ours,
      sourceId: 'theirs',
      files: {
        'all.yaml': [yamlOf(cluster({ name: 'theirs' })), naming({ name: 'b', cluster: 'theirs' })].join(
          '---\n',
        ),
      },
    });
    await theirs.settle();
    await ours.settle();
    await theirs.settle();
    expect(changesOf(theirs)).toEqual([]);
    expect(changesOf(ours)).toEqual(['logs:CreateLogGroup', 'logs:PutRetentionPolicy']);
    expect(await stepOf(theirs)).toMatchObject({ type: 'keep', reason: 'used, not managed here' });
    expect((await groupOf(ours))?.tags).toMatchObject({ 'stationkeeper:source': 'ours' });
  });
});
