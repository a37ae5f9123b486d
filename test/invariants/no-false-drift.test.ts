import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyDaemonService } from '../support/manifest-arbitrary.ts';
import { cluster, namespace, yamlOf } from '../support/manifests.ts';
import { MANIFESTS, OWN_MANIFEST, createWorld, stepsOf } from '../support/world.ts';

/** Generated daemons, each applied to an account of its own. */
const RUNS = 40;

/** What is planned after an apply, by a controller that knows nothing of it; with the fields that seem to differ. */
async function plannedAfterApply(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const world = createWorld({ files });
  const [first] = await world.settle();
  expect(first?.wanted.errors).toEqual([]);
  world.restart();
  // GetResources has caught up with all that was written.
  await world.clock.advance(60_000);
  const { plan } = await world.pass({ dryRun: true });
  const differing = plan.steps.flatMap(({ changes }) =>
    changes.map(({ path, from, to }) => JSON.stringify({ path, from, to })),
  );
  return [...stepsOf(plan), ...differing];
}

describe('after an apply the plan is empty', () => {
  test.each([
    ['the X-Ray daemon', { 'xray.yaml': MANIFESTS['xray.yaml'] }],
    ['all examples', MANIFESTS],
    ['the controller itself', { 'stationkeeper.yaml': OWN_MANIFEST }],
  ])('for %s', async (_name, files) => {
    expect(await plannedAfterApply(files)).toEqual([]);
  });

  test('for any daemon service that the schema allows', async () => {
    await fc.assert(
      fc.asyncProperty(anyDaemonService, async (daemon) => {
        const text = yamlOf(cluster(), namespace({ soaTtl: 30 }), daemon);
        expect(await plannedAfterApply({ 'all.yaml': text })).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  }, 60_000);
});
