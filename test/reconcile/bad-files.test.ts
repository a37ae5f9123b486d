import { describe, expect, test } from 'vitest';
import { createWorld, MANIFESTS, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** One file that cannot be used never stops the others (cases 1.4, 1.5). */

const LINK = 'is a symbolic link; links are not followed';
const WORKFLOW = 'on: [push]\njobs: {}\n';
const EUROPE =
  'apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: default }\nspec: { region: eu-west-1 }\n';

async function settled(world: World): Promise<World> {
  await world.settle();
  world.calls.length = 0;
  return world;
}

describe('a file that cannot be read', () => {
  test('is an error of its own, and all others are made, also where no Environment is declared', async () => {
    const world = createWorld();
    world.refused.set('notes/link.yaml', LINK);
    const results = await world.settle();
    const last = results.at(-1)!;
    expect(last.wanted.errors).toEqual([
      { file: 'notes/link.yaml', line: 1, column: 1, path: '', message: LINK },
    ]);
    expect(stepsOf(last.plan)).toEqual([]);
    expect(last.plan.summary.keep).toBeGreaterThan(10);
  });

  test('keeps everything that is removed meanwhile from being deleted, and lets it go afterwards', async () => {
    const world = await settled(createWorld());
    world.refused.set('link.yaml', LINK);
    world.files.delete('otel-collector.yaml');
    const held = (await world.settle()).at(-1)!;
    expect(world.mutations()).toEqual([]);
    expect(held.wanted.frozen).toMatch(/invalid/);
    expect(new Set(stepsOf(held.plan).map((step) => step.split(' ').slice(0, 2).join(' ')))).toEqual(
      new Set(['hold policy']),
    );
    world.refused.clear();
    await world.settle();
    expect(world.mutations()).toContain('ecs:DeleteService');
  });

  test.each([
    ['was the Environment when it was last read', 'where.yaml', 'where.yaml'],
    ['is a folder now that held the Environment', 'where/it/is.yaml', 'where'],
  ])('sends nothing to the implicit Environment where it %s', async (_what, before, now) => {
    const world = await settled(createWorld({ files: { ...MANIFESTS, [before]: EUROPE } }));
    world.files.delete(before);
    world.refused.set(now, LINK);
    for (let pass = 0; pass < 3; pass += 1) {
      const { wanted } = await world.pass();
      expect(wanted.expansion.objects).toEqual([]);
      world.refused.set('another.yaml', LINK);
    }
    expect(world.mutations()).toEqual([]);
  });

  test('sends nothing to the implicit Environment where it is only called one', async () => {
    const world = createWorld();
    world.refused.set('live/environments.yaml', LINK);
    await world.pass();
    expect(world.mutations()).toEqual([]);
  });
});

describe('a document of another tool', () => {
  test('is told and stops nothing: what is removed beside it is deleted', async () => {
    const world = await settled(createWorld());
    world.files.set('ci.yml', WORKFLOW);
    world.files.delete('otel-collector.yaml');
    const { wanted } = await world.pass();
    expect(wanted).toMatchObject({ errors: [], frozen: undefined });
    expect(wanted.ignored).toEqual([
      { file: 'ci.yml', line: 1, message: 'is no manifest: it has neither an apiVersion nor a kind' },
    ]);
    await world.settle();
    expect(world.mutations()).toContain('ecs:DeleteService');
  });

  test('by the thousand is told in part, and counted', async () => {
    const world = createWorld();
    for (let n = 0; n < 250; n += 1) world.files.set(`ci/${n}.yml`, WORKFLOW);
    const { wanted } = await world.pass({ dryRun: true });
    expect(wanted.ignored).toHaveLength(100);
    expect(wanted.ignored.at(-1)).toEqual({ file: '', line: 0, message: '151 more are ignored' });
  });

  test.each([
    ['other tools’ documents alone', WORKFLOW],
    ['empty documents alone', '# nothing\n---\n'],
  ])('is not what a source is read by: with %s the last revision stays in force', async (_what, text) => {
    const world = await settled(createWorld());
    const revision = world.reading()?.snapshot?.revision;
    world.files.clear();
    world.files.set('ci.yml', text);
    const { wanted, plan } = (await world.settle()).at(-1)!;
    expect(world.mutations()).toEqual([]);
    expect(wanted.reading).toMatchObject({ type: 'stale', code: 'SourceInvalid', snapshot: { revision } });
    expect(stepsOf(plan)).toEqual([]);
    world.restart();
    await world.settle();
    expect(world.mutations()).toEqual([]);
  });
});
