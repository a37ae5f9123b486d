import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { MANIFESTS, scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { EXAMPLES_FOLDER } from '../support/manifests/examples.ts';
import { anyValidFleet, textOf } from '../support/manifests/generated/fleet.ts';
import type { Fleet } from '../support/manifests/generated/fleet.ts';
import { makeExistingValues } from '../support/manifests/generated/existing.ts';
import { useMotoStack } from '../support/aws/moto/stack.ts';
import { callsBy } from '../support/aws/sdk.ts';

const moto = useMotoStack();

beforeEach(async () => {
  await moto.reset();
  await makeExistingValues(callsBy(moto.aws));
});

/** What is planned after an apply, and the exit code of that plan: 0 where it is empty. */
async function afterApply(folder: string): Promise<object> {
  const { code, stderr } = await moto.stationkeeper('apply', folder, '--no-wait');
  const planned = await moto.changes(folder);
  const plan = await moto.stationkeeper('plan', folder, '--detailed-exitcode');
  // Generated manifests are valid, and may say what AWS takes and what will yet not work.
  const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning '));
  return { applied: code, said, planned, planCode: plan.code };
}

const NOTHING = { applied: 0, said: [], planned: [], planCode: 0 };

it('plans nothing after the examples were applied', async () => {
  expect(await afterApply(MANIFESTS)).toEqual(NOTHING);
});

it('plans nothing after a repository and a daemon from an image in it were applied', async () => {
  expect(await afterApply(join(EXAMPLES_FOLDER, 'xray-own-image'))).toEqual(NOTHING);
});

/**
 * moto does not show rules of protocols that it has no name for, keeps no way of sharing a GPU, refuses launch type EXTERNAL, tells no
 * tags of scalable targets, and has none of AWS's own managed policies. What else of services and clusters stands here is newer than the rest of it, and is left to the sandbox.
 */
const NOT_IN_MOTO = [
  '"protocol":(0|50|255)\\b',
  'sharingStrategy',
  'EXTERNAL',
  '"scaling"',
  'arn:aws:iam::aws:policy/',
  '"(capacityProviderStrategy|capacityProviders|defaultCapacityProviderStrategy|executeCommandConfiguration|managedStorageConfiguration)"',
  '"(volumeConfigurations|placementStrategy|servicePlacementConstraints|propagateTags|alarms|bakeTimeInMinutes|earlySuccessCriteria)"',
  '"(thresholdConfiguration|resetOnHealthyTask|enableFaultInjection|serviceConnectConfiguration)"',
];

/** moto wants `memory` of a container on EC2, where ECS takes `memoryReservation` too. */
function reservesMemoryAlone(fleet: Fleet): boolean {
  return fleet.some(
    ({ spec }) =>
      'containers' in spec &&
      spec.memory === undefined &&
      spec.containers.some(({ memory }) => memory === undefined),
  );
}

const GENERATED = fc.sample(
  anyValidFleet().filter(
    (fleet) => !new RegExp(NOT_IN_MOTO.join('|')).test(textOf(fleet)) && !reservesMemoryAlone(fleet),
  ),
  { seed: 7, numRuns: 3 },
);

it.each(GENERATED.map((fleet, nth) => [nth + 1, fleet] as const))(
  'plans nothing after generated manifests %i were applied',
  async (_nth, fleet) => {
    expect(await afterApply(writeFiles(scratchFolder(), { 'all.yaml': textOf(fleet) }))).toEqual(NOTHING);
  },
);
