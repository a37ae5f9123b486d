import { describe, expect, test } from 'vitest';
import { describeAccount } from '../support/world/account.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const XRAY = MANIFESTS['xray.yaml'];
const OTEL = MANIFESTS['otel-collector.yaml'];
const HOUR_MS = 3_600_000;

async function converged(): Promise<World> {
  const world = createWorld({ files: { 'daemons/xray.yaml': XRAY, 'daemons/otel.yaml': OTEL } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

function setFiles(world: World, files: Readonly<Record<string, string>>): void {
  world.files.clear();
  for (const [file, text] of Object.entries(files)) world.files.set(file, text);
}

describe('manifests that move and stay the same', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['to other files', { 'daemons/tracing.yaml': XRAY, 'daemons/collector.yaml': OTEL }],
    ['with a folder that is renamed', { 'services/xray.yaml': XRAY, 'services/otel.yaml': OTEL }],
    ['into one file', { 'all.yaml': `${XRAY}---\n${OTEL}` }],
    [
      'to a file each',
      Object.fromEntries(
        [...XRAY.split('---\n'), ...OTEL.split('---\n')].map((text, index) => [`${index}.yaml`, text]),
      ),
    ],
  ])('%s, change nothing', async (_how, files) => {
    const world = await converged();
    setFiles(world, files);
    const results = await world.loopFor(300_000);
    expect(stepsOf(results[0]!.before)).toEqual([]);
    expect(world.mutations()).toEqual([]);
  });
});

describe('a source that lost what it had deletes nothing', () => {
  test.each<[string, (world: World) => void]>([
    ['the folder is empty', (world) => world.files.clear()],
    ['git cannot be reached', (world) => world.sourceFails('SourceUnreachable')],
    ['the branch is rewound', (world) => world.sourceFails('SourceInvalid')],
    [
      'one of two documents is no manifest any more',
      (world) =>
        setFiles(world, { 'daemons/xray.yaml': XRAY.replace('kind: DaemonService', 'kind: Daemon') }),
    ],
    [
      'a file is cut off',
      (world) =>
        setFiles(world, { 'daemons/xray.yaml': XRAY.slice(0, XRAY.indexOf('    - name: xray') + 12) }),
    ],
  ])('%s', async (_how, lose) => {
    const world = await converged();
    const before = await describeAccount(world.sandbox);
    lose(world);
    await world.loopFor(HOUR_MS);
    expect(world.mutations()).toEqual([]);
    world.restart();
    await world.loopFor(HOUR_MS);
    expect(world.mutations()).toEqual([]);
    expect(await describeAccount(world.sandbox)).toEqual(before);
  });
});

describe('a manifest that is renamed', () => {
  const RENAMED = OTEL.replace('  name: otel-collector\n', '  name: collector\n').replaceAll(
    'otel-collector',
    'collector',
  );

  test('is another: made, and the former deleted, one object of the prune budget', async () => {
    const world = await converged();
    setFiles(world, { 'daemons/xray.yaml': XRAY, 'daemons/otel.yaml': RENAMED });
    const first = await world.pass({ dryRun: true });
    expect(stepsOf(first.plan)).toContain('delete service/otel-collector');
    const results = await world.loopFor(HOUR_MS);
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    const { services } = await describeAccount(world.sandbox);
    expect(services.map((service) => (service as { serviceName: string }).serviceName).toSorted()).toEqual([
      'collector',
      'xray',
    ]);
  });
});

test('with a budget of none, what is renamed is made, and the former held for a confirmation', async () => {
  const world = createWorld({ files: { 'xray.yaml': XRAY, 'otel.yaml': OTEL }, pruneBudget: { count: 0 } });
  await world.settle();
  world.calls.length = 0;
  world.files.set('otel.yaml', OTEL.replaceAll('otel-collector', 'collector'));
  const results = await world.loopFor(HOUR_MS);
  expect(stepsOf(results.at(-1)!.plan)).toContain('hold budget service/otel-collector');
  expect(world.mutations()).toContain('ecs:CreateService');
  expect(world.mutations().filter((name) => /Delete|Deregister/.test(name))).toEqual([]);
});
