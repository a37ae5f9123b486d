import { expect, test } from 'vitest';
import type { FleetPlace } from '../support/manifests/environments.ts';
import { timelineOf } from '../support/world/rollout-timeline.ts';
import { commit, stagedWorld, versionsIn } from '../support/world/rollouts.ts';
import type { StagedFleet } from '../support/world/rollouts.ts';

/** Two that go first, twelve of Europe, and the rest: each in an account of its own. */
const PLACES: readonly FleetPlace[] = [
  ...places('dev', 2, 'us-east-1'),
  ...places('eu', 12, 'eu-west-1'),
  ...places('us', 26, 'us-east-1'),
];

const FLEET = {
  places: PLACES,
  stages: [
    { name: 'canary', environments: { matchLabels: { stage: 'dev' } } },
    { name: 'eu', environments: { matchLabels: { region: 'eu-west-1' } }, maxConcurrent: '25%', soak: '15m' },
    { name: 'rest', maxConcurrent: 10, maxFailures: 2, soak: '30m', approval: 'required' },
  ],
} satisfies Partial<StagedFleet>;

function places(name: string, count: number, region: string): readonly FleetPlace[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(2, '0');
    const account = `${{ dev: 11, eu: 22, us: 33 }[name]}00000000${number}`;
    return { name: `${name}-${number}`, region, account, labels: { stage: name === 'dev' ? 'dev' : 'prod' } };
  });
}

async function versions(world: Parameters<typeof versionsIn>[0]): Promise<ReadonlySet<string>> {
  return new Set(Object.values(await versionsIn(world, PLACES)));
}

test('forty Environments take a new image through three stages', async () => {
  const world = await stagedWorld(FLEET);
  const timeline = timelineOf(world);
  commit(world, { ...FLEET, version: '2' });
  timeline.note('git has version 2');
  const asking = await timeline.until(({ condition }) => condition === 'approval');
  await world.clock.advance(10 * 60_000);
  const { digest } = asking.definition;
  commit(world, { ...FLEET, version: '2', rollout: { approved: { xray: digest } } });
  timeline.note(`git approves digest ${digest}`);
  await timeline.until(({ condition }) => condition === 'done');
  expect(await versions(world)).toEqual(new Set(['2']));
  expect(timeline.lines.join('\n')).toMatchInlineSnapshot(`
    "0:00:00 git has version 2
    0:00:00 dev-01 to dev-02 begin
    0:00:00 progressing: stage 1 of 3 (canary): 0 of 2 done, 2 under way
    0:01:30 dev-01 to dev-02 done
    0:01:30 eu opens
    0:01:30 eu-01 to eu-03 begin
    0:03:00 eu-01 to eu-03 done
    0:03:00 eu-04 to eu-06 begin
    0:04:30 eu-04 to eu-06 done
    0:04:30 eu-07 to eu-09 begin
    0:06:00 eu-07 to eu-09 done
    0:06:00 eu-10 to eu-12 begin
    0:07:30 eu-10 to eu-12 done
    0:22:33 rest opens, but for its approval
    0:22:33 approval: stage 3 of 3 (rest) waits for approval of digest a7fa44a3276ba815: stationkeeper approve fleet rest a7fa44a3276ba815, or approved: { xray: a7fa44a3276ba815 } in Rollout/fleet
    0:32:33 git approves digest a7fa44a3276ba815
    0:32:33 us-01 to us-10 begin
    0:32:33 progressing: stage 3 of 3 (rest): 0 of 26 done, 10 under way
    0:33:33 us-05, us-10 done
    0:33:33 us-11 to us-12 begin
    0:34:03 us-01 to us-04, us-06 to us-09 done
    0:34:03 us-13 to us-20 begin
    0:35:03 us-11 to us-12 done
    0:35:03 us-21 to us-22 begin
    0:35:33 us-13 to us-20 done
    0:35:33 us-23 to us-26 begin
    0:36:33 us-21 to us-22 done
    0:37:03 us-23 to us-26 done
    1:07:07 done: done in all 40 Environments"
  `);
});

test('an image that does not start in the second stage stops there, and is taken back', async () => {
  const world = await stagedWorld(FLEET);
  const timeline = timelineOf(world);
  const image = 'example.org/daemon:bad';
  world.sandbox.control.makeUnavailable(image);
  const overrides = [
    {
      environments: { matchLabels: { region: 'eu-west-1' } },
      spec: { containers: [{ name: 'main', image }] },
    },
  ];
  commit(world, { ...FLEET, version: '2', spec: { overrides } });
  timeline.note('git has version 2, whose image for eu-west-1 nobody has pushed');
  await timeline.until(({ condition }) => condition === 'failed');
  await world.clock.advance(60 * 60_000);
  expect((await timeline.until(() => true)).condition).toBe('failed');
  commit(world, FLEET);
  timeline.note('git has version 1 again');
  await timeline.until(({ condition }) => condition === 'done');
  expect(await versions(world)).toEqual(new Set(['1']));
  expect(timeline.lines.join('\n')).toMatchInlineSnapshot(`
    "0:00:00 git has version 2, whose image for eu-west-1 nobody has pushed
    0:00:00 dev-01 to dev-02 begin
    0:00:00 progressing: stage 1 of 3 (canary): 0 of 2 done, 2 under way
    0:01:30 dev-01 to dev-02 done
    0:01:30 eu opens
    0:01:30 eu-01 to eu-03 begin
    0:03:00 eu-01 failed: degraded: service/xray: xray:2 was rolled back: the image or its tag does not exist: check the image in the manifest
    0:03:00 eu-03 failed: degraded: service/xray: xray:2 was rolled back: the image or its tag does not exist: check the image in the manifest
    0:03:00 failed: stage 2 of 3 (eu) failed: 2 of 12 Environments failed, at most 0 may: eu-01: degraded: service/xray: xray:2 was rolled back: the image or its tag does not exist: check the image in the manifest; fix it in git, or revert
    1:03:00 eu-02 failed: degraded: service/xray: xray:2 was rolled back: the image or its tag does not exist: check the image in the manifest
    1:03:00 git has version 1 again
    1:03:00 eu-04 to eu-12, us-01 to us-26 done
    1:03:00 dev-01 to dev-02, eu-01 to eu-03 begin
    1:03:00 progressing: stage 1 of 3 (canary): 0 of 2 done, 2 under way
    1:04:30 dev-01 to dev-02, eu-01 to eu-03 done
    1:04:30 eu opens
    1:19:30 rest opens
    1:19:30 done: done in all 40 Environments"
  `);
});
