import { describe, expect, it, test } from 'vitest';
import { createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';
import {
  PLACES,
  SOAK_MS,
  commit,
  condition,
  heldIn,
  stagedFiles,
  stagedWorld,
  statesOf,
  turnOf,
  until,
  versionsIn,
} from '../support/world/rollouts.ts';

const BAD = 'example.org/daemon:bad';
const MINUTE_MS = 60_000;

function breakImage(world: World): void {
  world.sandbox.control.makeUnavailable(BAD);
}

describe('an image that does not start in the second stage', () => {
  /** The image is there for the first two alone. */
  const stages = [
    { name: 'canary', environments: { matchLabels: { stage: 'dev' } } },
    { name: 'eu', environments: { matchLabels: { region: 'eu-west-1' } }, maxConcurrent: 1 },
    { name: 'rest' },
  ];
  const spec = (image: string) => ({
    overrides: [
      {
        environments: { matchLabels: { region: 'eu-west-1' } },
        spec: { containers: [{ name: 'main', image }] },
      },
    ],
  });

  it('stops the rollout there, and nothing after it begins', async () => {
    const world = await stagedWorld({ stages, spec: spec('example.org/daemon:1') });
    breakImage(world);
    commit(world, { stages, version: '2', spec: spec(BAD) });
    const failed = await until(world, (result) => condition(result) === 'failed');
    expect(statesOf(failed)).toEqual({
      'dev-a': 'done',
      'dev-b': 'done',
      'eu-a': 'failed',
      'eu-b': 'waiting',
      'us-a': 'waiting',
      'us-b': 'waiting',
    });
    expect(failed.courses[0]?.says).toMatch(/stage 2 of 3 \(eu\) failed: 1 of 2 Environments failed.*eu-a/);
    await world.clock.advance(60 * MINUTE_MS);
    const later = await until(world, () => true);
    expect(condition(later)).toBe('failed');
    expect(await versionsIn(world)).toMatchObject({ 'eu-b': '1', 'us-a': '1', 'us-b': '1' });
  });

  it('goes back everywhere by a revert, soonest where it failed, without soak or approval', async () => {
    const asked = stages.map((stage, index) =>
      index === 0 ? stage : { ...stage, soak: '15m', approval: 'required' },
    );
    const world = await stagedWorld({ stages: asked, spec: spec('example.org/daemon:1') });
    breakImage(world);
    commit(world, { stages: asked, version: '2', spec: spec(BAD) });
    const waiting = await until(world, (result) => condition(result) === 'approval');
    const { digest } = waiting.courses[0]!.definition;
    world.approve({ rollout: 'fleet', stage: 'eu', digest });
    await until(world, (result) => condition(result) === 'failed');
    commit(world, { stages: asked, version: '1', spec: spec('example.org/daemon:1') });
    const first = await world.pass();
    expect(turnOf(first, 'eu-a')?.hasBegun).toBe(true);
    const done = await until(world, (result) => condition(result) === 'done');
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['1']));
    expect(new Set(Object.values(statesOf(done)))).toEqual(new Set(['done']));
  });

  it('is mended one by one where a stage says so, also where several have failed', async () => {
    const few = [{ name: 'all', maxConcurrent: 1, maxFailures: 6 }];
    const world = await stagedWorld({ stages: few });
    breakImage(world);
    commit(world, { stages: few, version: 'bad' });
    const isFailed = ({ state }: { readonly state: string }) => state === 'failed';
    await until(world, ({ courses }) => [...courses[0]!.turns.values()].every(isFailed));
    commit(world, { stages: few, version: '3' });
    await world.pass();
    expect(Object.values(await versionsIn(world)).filter((version) => version === '3')).toHaveLength(1);
    await until(world, (result) => condition(result) === 'done');
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['3']));
  });

  it('is mended by another commit, which begins where the former failed', async () => {
    const world = await stagedWorld({ stages, spec: spec('example.org/daemon:1') });
    breakImage(world);
    commit(world, { stages, version: '2', spec: spec(BAD) });
    await until(world, (result) => condition(result) === 'failed');
    commit(world, { stages, version: '3', spec: spec('example.org/daemon:3') });
    await until(world, (result) => condition(result) === 'done');
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['3']));
  });
});

test('two controllers at once let no more begin than one', async () => {
  const one = await stagedWorld();
  const other = createWorld({ beside: one, files: stagedFiles({ version: '2' }) });
  commit(one, { version: '2' });
  for (let pass = 0; pass < 60; pass += 1) {
    const results = await one.clock.run(Promise.all([one.runPass(REQUEST()), other.runPass(REQUEST())]));
    for (const result of results) {
      const states = statesOf(result);
      const inEu = ['eu-a', 'eu-b'].filter((name) => ['progressing', 'begins'].includes(states[name] ?? ''));
      expect(inEu.length).toBeLessThanOrEqual(1);
    }
    await one.clock.advance(30_000);
  }
  expect(condition(await one.pass())).toBe('done');
  expect(await versionsIn(one)).toEqual(await versionsIn(other));
});

function REQUEST() {
  return { dryRun: false, confirmed: new Set<string>(), signal: new AbortController().signal };
}

describe('what people hold back or let through', () => {
  it('nothing begins while the Rollout is paused, and what waits is healed', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2', mode: 'paused' });
    const results = await world.settle();
    expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    expect(condition(results.at(-1)!)).toBe('paused');
    commit(world, { version: '2' });
    await world.settle();
    expect(await versionsIn(world)).toMatchObject({ 'dev-a': '2' });
  });

  it('everything begins at once where it is skipped', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2', mode: 'skip' });
    await world.pass();
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['2']));
    const held = await Promise.all(PLACES.map((place) => heldIn(world, place)));
    expect(new Set(held.map((one) => one?.definition)).size).toBe(1);
  });

  it('a digest that git approves opens its stage, and one that is nobody’s does not', async () => {
    const stages = [{ name: 'all', approval: 'required' }];
    const world = await stagedWorld({ stages });
    commit(world, { stages, version: '2', rollout: { approved: { xray: 'aaaaaaaaaaaaaaaa' } } });
    const waiting = (await world.settle()).at(-1)!;
    expect(condition(waiting)).toBe('approval');
    expect(waiting.wanted.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/nothing is approved/),
    ]);
    const { digest } = waiting.courses[0]!.definition;
    commit(world, { stages, version: '2', rollout: { approved: { xray: digest } } });
    await world.settle();
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['2']));
  });

  it('a change that touches one Environment of a stage still waits for approval, though the others are done by that', async () => {
    const stages = [{ name: 'all', approval: 'required' }];
    const world = await stagedWorld({ stages });
    const overrides = [{ environments: { matchLabels: { name: 'us-b' } }, spec: { desiredCount: 2 } }];
    commit(world, { stages, spec: { overrides } });
    await world.settle();
    await world.clock.advance(SOAK_MS);
    const waiting = (await world.settle()).at(-1)!;
    expect(statesOf(waiting)).toMatchObject({ 'us-a': 'done', 'us-b': 'waiting' });
  });

  it('nothing begins outside of its windows, and the pass after one opens begins', async () => {
    const windows = [
      {
        days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
        from: '08:00',
        to: '09:00',
        timeZone: 'UTC',
      },
    ];
    const world = await stagedWorld({ rollout: { windows } });
    const atHour = async (hour: number): Promise<void> => {
      const day = 24 * 3_600_000;
      const now = world.clock.now();
      await world.clock.advance((day + hour * 3_600_000 - (now % day)) % day);
    };
    await atHour(10);
    commit(world, { version: '2', rollout: { windows } });
    const closed = (await world.settle()).at(-1)!;
    expect(condition(closed)).toBe('window');
    expect(closed.lookAgainInMs).toBeGreaterThan(60_000);
    await atHour(8);
    await world.pass();
    expect(await versionsIn(world)).toMatchObject({ 'dev-a': '2', 'us-a': '1' });
  });

  it('nothing begins by a Rollout that is wrong itself, and what waits is healed', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2', rollout: { progressDeadline: 'soon' } });
    const results = await world.settle();
    expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    expect(turnOf(results.at(-1)!, 'dev-a')?.says).toMatch(/Rollout\/fleet at rollout.yaml.*wrong itself/);
  });
});
