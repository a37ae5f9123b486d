import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { createWorld, MANIFESTS, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Two sources under one owner leave each other's resources alone (case 2.4). */

const { 'otel-collector.yaml': COLLECTOR } = MANIFESTS;

async function settled(world: World): Promise<World> {
  await world.settle();
  return world;
}

/** A daemon with its cluster from each of two sources, in one account under one owner. */
async function twoSources(): Promise<{ readonly ours: World; readonly theirs: World }> {
  const filesOf = (name: string) => ({
    'all.yaml': yamlOf(cluster({ name }), daemonService({ name, cluster: name })),
  });
  const ours = await settled(createWorld({ sourceId: 'ours', files: filesOf('ours') }));
  const theirs = createWorld({ beside: ours, sourceId: 'theirs', files: filesOf('theirs') });
  return { ours, theirs };
}

const NOTHING_OF_OTHERS = /(Delete|Untag|Deregister)/;

describe('two sources of one owner', () => {
  it('live side by side, each held from what is left of the other', async () => {
    const { ours, theirs } = await twoSources();
    await theirs.settle();
    ours.calls.length = 0;
    const { plan } = await ours.pass();
    await ours.settle();
    await theirs.settle();
    expect(
      [...ours.mutations(), ...theirs.mutations()].filter((name) => NOTHING_OF_OTHERS.test(name)),
    ).toEqual([]);
    const held = plan.steps.filter((step) => step.type === 'hold');
    expect(held).not.toEqual([]);
    for (const step of held) {
      expect(step).toMatchObject({ why: 'not-ours', intent: 'none', otherSource: 'theirs' });
    }
    expect(plan.summary).toMatchObject({ hold: 0, delete: 0 });
  });
});

describe('what is wanted and belongs to another source', () => {
  async function wantedTwice(takesOver: readonly string[], edit: (text: string) => string): Promise<World> {
    const theirs = await settled(createWorld({ sourceId: 'theirs' }));
    const ours = createWorld({
      beside: theirs,
      sourceId: 'ours',
      takesOver,
      files: { ...MANIFESTS, 'otel-collector.yaml': edit(COLLECTOR) },
    });
    return ours;
  }

  it('is held', async () => {
    const ours = await wantedTwice([], (text) => text);
    const { plan } = await ours.pass();
    expect(ours.mutations()).toEqual([]);
    const service = plan.steps.find(({ id }) => id.kind === 'service' && id.name === 'xray');
    expect(service).toMatchObject({ type: 'hold', why: 'not-ours', otherSource: 'theirs' });
    expect(service?.reason).toMatch(/another source, theirs; .*--take-over-source theirs/);
  });

  it('is taken over where its manifest adopts', async () => {
    const ours = await wantedTwice([], (text) =>
      text.replace('metadata:', 'metadata:\n  annotations: { stationkeeper.dev/adoption-policy: adopt }'),
    );
    await ours.settle();
    const { plan } = await ours.pass();
    const of = (name: string) => plan.steps.find(({ id }) => id.kind === 'service' && id.name === name);
    expect(of('otel-collector')).toMatchObject({ type: 'keep' });
    expect(of('xray')).toMatchObject({ type: 'hold', otherSource: 'theirs' });
  });

  it('is taken over where this source takes the place of that one', async () => {
    const ours = await wantedTwice(['theirs'], (text) => text);
    await ours.settle();
    expect(stepsOf((await ours.pass()).plan)).toEqual([]);
  });
});

describe('what says nothing of its source', () => {
  /** What a version made that knew of no sources. */
  async function withoutSource(): Promise<World> {
    const before = await settled(createWorld({ sourceId: null }));
    return createWorld({ beside: before });
  }

  it('is written down quietly, a few resources a pass', async () => {
    const world = await withoutSource();
    const first = await world.pass();
    expect(stepsOf(first.before)).toEqual([]);
    expect(first.outcomes).toEqual([]);
    expect(world.mutations()).toHaveLength(5);
    for (let passes = 0; passes < 10; passes += 1) await world.pass();
    const written = world.mutations().length;
    await world.pass();
    expect(world.mutations()).toHaveLength(written);
  });

  it('goes only where the plan is confirmed, once no manifest names it', async () => {
    const world = await withoutSource();
    world.files.delete('otel-collector.yaml');
    const { plan } = await world.pass();
    const held = plan.steps.filter((step) => step.type === 'hold' && step.intent === 'delete');
    expect(held.map((step) => step.type === 'hold' && step.why)).toContain('budget');
    const confirmed = new Set(held.map(({ id }) => resourceKey(id)));
    await world.pass({ confirmed });
    expect(world.mutations()).toContain('ecs:DeleteService');
  });
});
