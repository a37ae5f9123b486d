import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Existing } from '../support/manifests/generated/existing.ts';
import { anyValidFleet } from '../support/manifests/generated/fleet.ts';
import { settleWithImages, worldBesideAnother } from '../support/manifests/generated/world.ts';
import { makeFetched } from '../support/world/fetched.ts';
import { MANIFESTS, OWN_MANIFEST, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';
import { listed } from '../../controller/plan/work.ts';

/** Generated fleets, each applied to an account of its own. */
const RUNS = 30;

let existing: Existing;
beforeAll(async () => {
  ({ existing } = await worldBesideAnother());
});

/** What is planned after an apply, by a controller that knows nothing of it; with the fields that seem to differ. */
async function plannedAfterApply(world: World): Promise<readonly string[]> {
  const [first] = await settleWithImages(world);
  expect(first?.wanted.errors).toEqual([]);
  world.restart();
  // GetResources has caught up with all that was written.
  await world.clock.advance(60_000);
  const { plan } = await world.pass({ dryRun: true });
  const differing = plan.steps.flatMap((step) =>
    listed(step).map(({ path, from, to }) => JSON.stringify({ path, from, to })),
  );
  return [...stepsOf(plan), ...differing];
}

describe('after an apply the plan is empty', () => {
  test.each([
    ['the X-Ray daemon', { 'xray.yaml': MANIFESTS['xray.yaml'] }],
    ['all examples', MANIFESTS],
    ['the controller itself', { 'stationkeeper.yaml': OWN_MANIFEST }],
  ])('for %s', async (_name, files) => {
    const world = createWorld({ files });
    await makeFetched(world);
    expect(await plannedAfterApply(world)).toEqual([]);
  });

  test('for any manifests that the schema allows', async () => {
    await fc.assert(
      fc.asyncProperty(anyValidFleet({ existing }), async (fleet) => {
        const { world } = await worldBesideAnother(fleet);
        expect(await plannedAfterApply(world)).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  }, 300_000);
});
